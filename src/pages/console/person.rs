//! `/dashboard/admin/personas/{id}`: one person, their sessions, and what can be done.

use askama::Template;

use super::audit::{self as audit_page, Entry};
use super::people::letter;
use crate::account::{admin, audit};
use crate::app::App;
use crate::base::clock::Millis;
use crate::domain::audit::AuditFilter;
use crate::domain::user::{ROLE_ADMIN, ROLE_USER, User};
use crate::http::error::{ApiError, rendered};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::{Heading, PageWords, called};
use crate::pages::account::Section;
use crate::pages::account::security::Device;
use crate::pages::form::{Choice, Field, Form, Kind, Told};

/// Entries of the audit log that the page shows.
const ENTRIES: i64 = 10;

#[derive(Template)]
#[template(path = "pages/console/person.html", config = ".askama.toml")]
struct Person<'a> {
    words: PageWords<'a>,
    id: String,
    name: String,
    letter: String,
    email: String,
    role: String,
    is_verified: bool,
    state: String,
    ban: Option<(String, Option<Millis>)>,
    created_at: Millis,
    is_own: bool,
    may_act: bool,
    sessions: Vec<Device>,
    sections: Vec<Section>,
    entries: Vec<Entry>,
}

/// Shows the page.
///
/// # Errors
/// `NoSuchUser`.
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    show(app, &request, None).await
}

/// Shows the page, one of its forms perhaps as it comes back.
///
/// # Errors
/// `NoSuchUser`.
pub async fn show(app: &App, request: &Request, told: Option<Told>) -> Result<Response, ApiError> {
    let live = request.live()?;
    let id = request.param("id").to_owned();
    let user = admin::get(app, live, &id).await?;
    let own_page = format!("/dashboard/admin/personas/{id}");
    let words = PageWords::of(app, request).back_to(&own_page);
    let sessions = admin::sessions(app, live, &id, request.now).await?;
    let filter = AuditFilter::Target(id.clone());
    let entries = audit::page(app, &filter, None, ENTRIES).await?;
    let status = told.as_ref().map_or(200, |told| told.status);
    let is_own = live.user.id == user.id;
    let page = Person {
        sections: sections(app, &words, (&user, is_own), told.map(|told| told.form)),
        words,
        name: called(&user),
        letter: letter(&called(&user)),
        email: user.email.to_string(),
        role: user.role.clone(),
        is_verified: user.email_verified,
        state: words.text(if user.is_active { "console-is-active" } else { "console-is-inactive" }),
        ban: user
            .ban
            .as_ref()
            .filter(|_| user.is_banned(request.now))
            .map(|ban| (ban.reason.clone().unwrap_or_default(), ban.expires_at)),
        created_at: user.created_at,
        is_own,
        may_act: !is_own && !user.is_admin() && user.is_active && !user.is_banned(request.now),
        sessions: sessions.iter().rev().map(|each| Device::of(each, &live.session.id)).collect(),
        entries: audit_page::told(app, &words, &entries).await?,
        id,
    };
    Ok(Response::html(status, rendered(page.render())?).no_store())
}

fn sections(
    app: &App,
    words: &PageWords<'_>,
    (user, is_own): (&User, bool),
    told: Option<Form>,
) -> Vec<Section> {
    let mut forms = vec![(Heading("console-role"), role(words, user))];
    if !is_own {
        forms.push((Heading("console-password"), password(app, words, &user.id)));
        if user.ban.is_none() {
            forms.push((Heading("console-ban"), ban(words, &user.id)));
        }
        forms.push((Heading("console-remove"), remove(words, &user.id)));
    }
    let mut told = told;
    forms
        .into_iter()
        .map(|(key, form)| match told.take_if(|told| told.id == form.id) {
            Some(told) => Section::new(words, key, told),
            None => Section::new(words, key, form),
        })
        .collect()
}

fn action(id: &str, act: &str) -> String {
    format!("/dashboard/admin/personas/{id}/{act}")
}

fn role(words: &PageWords<'_>, user: &User) -> Form {
    let field = Field::new(words, "role", Kind::Choices, "console-role-label").required();
    let roles = [(ROLE_USER, "console-role-user"), (ROLE_ADMIN, "console-role-admin")];
    let options = roles.map(|(value, key)| Choice::new(words, value, key));
    let chosen = if user.is_admin() { ROLE_ADMIN } else { ROLE_USER };
    let field = Field { options: options.into(), value: chosen.to_owned(), ..field };
    Form::new(words, "role", (&action(&user.id, "rol"), "form-save"), vec![field])
}

/// Makes the form that sets a password.
#[must_use]
pub fn password(app: &App, words: &PageWords<'_>, id: &str) -> Form {
    let min = app.config.auth.password_length_min;
    let fields = vec![Field::new_password(words, "newPassword", min)];
    let target = action(id, "contrasena");
    Form::new(words, "password", (&target, "console-password-submit"), fields)
}

fn ban(words: &PageWords<'_>, id: &str) -> Form {
    let days = Field::new(words, "days", Kind::Input("number"), "console-ban-days");
    let fields = vec![
        Field::line(words, "reason", "console-ban-reason"),
        Field { max: 5, ..days }.hinted(words.text("console-ban-days-hint")),
    ];
    let target = action(id, "bloquear");
    let form = Form::new(words, "ban", (&target, "console-ban-submit"), fields);
    form.dangerous().asking(words.text("console-ban-sure"))
}

/// Makes the form that removes somebody.
#[must_use]
pub fn remove(words: &PageWords<'_>, id: &str) -> Form {
    let fields = vec![Field::new(words, "sure", Kind::Check, "console-remove-sure").required()];
    let target = action(id, "eliminar");
    Form::new(words, "remove", (&target, "console-remove-submit"), fields).dangerous()
}
