//! `/registro`: opening an account.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{awaiting, signed_in, ways};
use crate::account::sign_up::{self, Side, SignUp};
use crate::app::App;
use crate::base::bounds::{NAME_LENGTH_MAX, SHORT_LENGTH_MAX, URL_LENGTH_MAX};
use crate::base::secret::Secret;
use crate::config::Signup;
use crate::domain::email::Email;
use crate::domain::refusal::Refusal;
use crate::domain::session::Remember;
use crate::domain::user::UserKind;
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::{Heading, PageWords};
use crate::pages::employer::invitation;
use crate::pages::form::{Choice, FOR_ORGANIZATION, Field, Form, Kind};
use crate::pages::sheet::Sheet;
use crate::pages::{next, notice};

/// The fields of the form; what is missing is said on the page itself.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct SignUpForm {
    /// The name people see.
    #[schemars(length(max = NAME_LENGTH_MAX))]
    name: Option<String>,
    /// The mail address.
    #[schemars(length(max = 254))]
    email: Option<String>,
    /// The password.
    password: Option<String>,
    /// `professional`, the default, or `organization`.
    #[serde(rename = "type")]
    #[schemars(length(max = 16))]
    kind: Option<String>,
    /// What the person does for a living.
    #[schemars(length(max = NAME_LENGTH_MAX))]
    profession: Option<String>,
    /// The name of the organisation that is made with an account of its side.
    #[serde(rename = "organizationName")]
    #[schemars(length(max = SHORT_LENGTH_MAX))]
    organization_name: Option<String>,
    /// Where to go afterwards.
    #[schemars(length(max = URL_LENGTH_MAX))]
    next: Option<String>,
}

/// Shows the form, or why there is none; whoever is signed in already goes on.
///
/// # Errors
/// A fault.
pub async fn form(app: &App, request: Request) -> Result<Response, ApiError> {
    let asked = request.query("next");
    if request.viewer().is_some() {
        return Ok(next::to(&next::checked(app, asked)));
    }
    let words = PageWords::of(app, &request);
    let typed = SignUpForm { next: asked.map(str::to_owned), ..SignUpForm::default() };
    match app.config.auth.signup {
        Signup::Open | Signup::Invite => sheet(app, words, &typed).show(blank(app, &words, &typed)),
        Signup::Closed => Sheet::new(words, Heading("sign-up-closed"))
            .below(("access-have-account", "access-sign-in"), String::from("/login"))
            .show_bare(),
    }
}

/// Opens the account and, unless configured otherwise, signs in.
///
/// # Errors
/// A fault; a refusal is shown on the form.
pub async fn submit(app: &App, request: Request) -> Result<Response, ApiError> {
    let typed: SignUpForm = request.body_or_default()?;
    let words = PageWords::of(app, &request);
    let mut form = blank(app, &words, &typed);
    let name = typed.name.as_deref().map_or("", str::trim);
    let email = Email::parse(typed.email.as_deref().unwrap_or_default());
    if name.is_empty() {
        form = form.wrong_at("name", words.text("access-name-missing"));
    }
    let side = side(app, &typed);
    let is_nameless = side.kind == Some(UserKind::Organization)
        && side.organization_name.is_none()
        && !is_joining(app, &typed);
    if is_nameless {
        form = form.wrong_at("organizationName", words.text("access-organization-missing"));
    }
    let (Some(email), false) = (email.clone(), form.is_wrong()) else {
        if email.is_none() {
            form = form.refused(&words, Refusal::InvalidEmail);
        }
        return sheet(app, words, &typed).show_told(form.back());
    };
    let sign_up = SignUp {
        email,
        password: Secret::new(typed.password.clone().unwrap_or_default()),
        name: name.to_owned(),
        image: None,
        callback_url: Some(String::from("/verificado")),
        invitation: None,
        remember: Remember::Yes,
        side,
    };
    match sign_up::with_email(app, sign_up, (&request.caller(app), request.now)).await {
        Ok(signed_up) => {
            let onward = match &signed_up.opened {
                Some(_) => {
                    let page = next::checked(app, typed.next.as_deref());
                    next::to(&next::with(&page, "done", "welcome"))
                }
                None => next::to(&notice::address("sign-up-sent")),
            };
            let Some(opened) = &signed_up.opened else {
                return Ok(awaiting(app, &request, onward, &signed_up.user.email));
            };
            let cookies = (Some((opened, Remember::Yes)), signed_up.device.as_ref());
            Ok(signed_in(app, &request, onward, cookies))
        }
        Err(failure) => sheet(app, words, &typed).show_told(form.told(&words, failure)?),
    }
}

fn blank(app: &App, words: &PageWords<'_>, typed: &SignUpForm) -> Form {
    let said = |text: &Option<String>| text.clone().unwrap_or_default();
    let name = Field::line(words, "name", "field-name").required().filled(&said(&typed.name));
    let name = Field { autocomplete: "name", ..name };
    let min = app.config.auth.password_length_min;
    let mut fields = vec![
        if typed.email.is_none() { name.focused() } else { name },
        Field::email(words, "field-email").filled(&said(&typed.email)),
        Field::new_password(words, "password", min),
    ];
    // An invitation knows on which side somebody comes in.
    if app.config.auth.signup == Signup::Open && !is_joining(app, typed) {
        fields.insert(0, kind(words, typed));
        fields.extend(of_sides(words, typed));
    }
    let form = Form::new(words, "sign-up", ("/registro", "access-sign-up-submit"), fields);
    match next::path(app, typed.next.as_deref()) {
        Some(path) => form.with("next", path),
        None => form,
    }
}

/// Asks on which side somebody comes in.
fn kind(words: &PageWords<'_>, typed: &SignUpForm) -> Field {
    let chosen = typed.kind.as_deref().and_then(UserKind::parse).unwrap_or_default();
    let options = UserKind::ALL
        .iter()
        .map(|kind| Choice::new(words, kind, &format!("access-type-{kind}")))
        .collect();
    let field = Field::new(words, "type", Kind::Choices, "access-type").required();
    Field { options, ..field }.filled(chosen.name())
}

/// Asks what only one side is asked; the style sheet shows it with that side.
fn of_sides(words: &PageWords<'_>, typed: &SignUpForm) -> [Field; 2] {
    let said = |text: &Option<String>| text.clone().unwrap_or_default();
    let profession = Field::line(words, "profession", "field-profession");
    let organization = Field::line(words, "organizationName", "field-organization");
    [
        Field { class: "for-professional", autocomplete: "organization-title", ..profession }
            .filled(&said(&typed.profession)),
        Field { class: FOR_ORGANIZATION, autocomplete: "organization", ..organization }
            .filled(&said(&typed.organization_name))
            .hinted(words.text("access-organization-hint")),
    ]
}

/// Tells whether somebody opens the account to join an organisation that has invited them:
/// they come in on its side, and make none of their own.
fn is_joining(app: &App, typed: &SignUpForm) -> bool {
    next::path(app, typed.next.as_deref()).is_some_and(|path| path.starts_with(invitation::ROOT))
}

/// Reads on which side somebody comes in, and what belongs to that side alone.
fn side(app: &App, typed: &SignUpForm) -> Side {
    if is_joining(app, typed) {
        return Side { kind: Some(UserKind::Organization), ..Side::default() };
    }
    let said = |text: &Option<String>| {
        text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let kind = typed.kind.as_deref().and_then(UserKind::parse);
    let is_organization = kind == Some(UserKind::Organization);
    Side {
        kind,
        profession: said(&typed.profession).filter(|_| !is_organization),
        organization_name: said(&typed.organization_name).filter(|_| is_organization),
    }
}

fn sheet<'a>(app: &App, words: PageWords<'a>, typed: &SignUpForm) -> Sheet<'a> {
    let onward = next::checked(app, typed.next.as_deref());
    let key = match app.config.auth.signup {
        Signup::Open | Signup::Closed => Heading("sign-up"),
        Signup::Invite => Heading("sign-up-invited"),
    };
    Sheet::new(words, key)
        .ways(ways(app, &words, &onward))
        .below(("access-have-account", "access-sign-in"), String::from("/login"))
}
