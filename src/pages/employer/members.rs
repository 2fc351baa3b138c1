//! `/dashboard/organizacion/miembros`: who belongs to an organisation, as what, and who is
//! invited.

use askama::Template;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{HOME, Place, place};
use crate::app::{App, Failure};
use crate::base::bounds::{MEMBERS_MAX, NAME_LENGTH_MAX};
use crate::base::clock::Millis;
use crate::board::employer::Standing;
use crate::board::{invitations, members};
use crate::domain::email::Email;
use crate::domain::organization::{Invitation, Member, MemberRole};
use crate::domain::refusal::Refusal;
use crate::http::error::{ApiError, rendered};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;
use crate::pages::console::letter;
use crate::pages::form::{Choice, Field, Form, Kind, Told};
use crate::pages::next;
use crate::store::idempotency::unkept;

/// Where the page is.
const PATH: &str = "/dashboard/organizacion/miembros";

/// The fields of what is done to a member or an invitation.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct MemberForm {
    /// `role`, `remove`, `leave` or `revoke`.
    #[schemars(length(max = 16))]
    act: Option<String>,
    /// To whom, or to which invitation.
    #[schemars(length(max = NAME_LENGTH_MAX))]
    whom: Option<String>,
    /// The new role.
    #[schemars(length(max = 16))]
    role: Option<String>,
}

/// The fields of an invitation.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct InviteForm {
    /// Whom to invite.
    #[schemars(length(max = NAME_LENGTH_MAX))]
    email: Option<String>,
    /// As what.
    #[schemars(length(max = 16))]
    role: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/employer/members.html", config = ".askama.toml")]
struct Page<'a> {
    words: PageWords<'a>,
    may_govern: bool,
    people: Vec<Person>,
    roles: Vec<(&'static str, String, String)>,
    form: Form,
    open: Vec<Open>,
}

struct Person {
    id: String,
    letter: String,
    name: String,
    email: String,
    role: &'static str,
    role_said: String,
    since: Millis,
    is_self: bool,
}

struct Open {
    id: String,
    email: String,
    role: &'static str,
    role_said: String,
    until: Millis,
}

/// Shows the members, and to owners the open invitations.
///
/// # Errors
/// As [`place`].
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    match place(app, &request).await? {
        Place::Inside(standing) => {
            let words = PageWords::of(app, &request);
            let form = blank(&words, "", MemberRole::Recruiter.name());
            let told = Told { form, status: 200, retry_after_s: None };
            show(app, &request, &standing, told).await
        }
        Place::Away(response) => Ok(response),
    }
}

/// Invites somebody.
///
/// # Errors
/// `FORBIDDEN` for whoever is no owner; a fault. A refusal is shown on the form.
pub async fn invite(app: &App, request: Request) -> Result<Response, ApiError> {
    let standing = match place(app, &request).await? {
        Place::Inside(standing) => standing,
        Place::Away(response) => return Ok(response),
    };
    let typed: InviteForm = request.body_or_default()?;
    let words = PageWords::of(app, &request);
    let role = typed.role.as_deref().and_then(MemberRole::parse).unwrap_or(MemberRole::Viewer);
    let typed = typed.email.unwrap_or_default();
    let form = blank(&words, &typed, role.name());
    let Some(email) = Email::parse(typed.trim()) else {
        let told = form.refused(&words, Refusal::InvalidEmail).back();
        return show(app, &request, &standing, told).await;
    };
    let whom = (standing.organization.id.as_str(), email, role);
    let when = (request.mail_locale, request.now);
    match invitations::invite(app, &request.live()?.user, (whom, when), unkept).await {
        Ok(_invitation) => Ok(next::to(&next::with(PATH, "done", "invitation-sent"))),
        Err(Failure::Refused(refusal @ (Refusal::Forbidden | Refusal::NotFound))) => {
            Err(refusal.into())
        }
        Err(Failure::Refused(Refusal::BelongsElsewhere)) => {
            let told = form.wrong_at("email", words.text("members-is-one")).back();
            show(app, &request, &standing, told).await
        }
        Err(failure) => show(app, &request, &standing, form.told(&words, failure)?).await,
    }
}

/// Gives a member another role, ends a membership, or takes an invitation back.
///
/// # Errors
/// `FORBIDDEN` for whoever may not, `NOT_FOUND` for whoever is no member; a fault.
pub async fn act(app: &App, request: Request) -> Result<Response, ApiError> {
    let standing = match place(app, &request).await? {
        Place::Inside(standing) => standing,
        Place::Away(response) => return Ok(response),
    };
    let typed: MemberForm = request.body_or_default()?;
    let (user, now) = (&request.live()?.user, request.now);
    let id = standing.organization.id.as_str();
    let whom = typed.whom.as_deref().unwrap_or_default();
    let role = typed.role.as_deref().and_then(MemberRole::parse);
    let (acted, page, done) = match (typed.act.as_deref(), role) {
        (Some("role"), Some(role)) => {
            (members::set_role(app, user, (id, whom), role, now).await, PATH, "role-changed")
        }
        (Some("remove"), _) => {
            (members::remove(app, user, (id, whom), now).await, PATH, "member-removed")
        }
        (Some("leave"), _) => {
            (members::remove(app, user, (id, &user.id), now).await, HOME, "organization-left")
        }
        (Some("revoke"), _) => {
            (invitations::revoke(app, user, (id, whom)).await, PATH, "invitation-revoked")
        }
        _unknown => return Err(Refusal::NotFound.into()),
    };
    match acted {
        Ok(()) => Ok(next::to(&next::with(page, "done", done))),
        Err(Failure::Refused(Refusal::LastOwner)) => {
            Ok(next::to(&next::with(PATH, "problem", Refusal::LastOwner.code())))
        }
        Err(failure) => Err(failure.into()),
    }
}

async fn show(
    app: &App,
    request: &Request,
    standing: &Standing,
    told: Told,
) -> Result<Response, ApiError> {
    let (user, now) = (&request.live()?.user, request.now);
    let words = PageWords::of(app, request).back_to(PATH);
    let id = standing.organization.id.as_str();
    let may_govern = standing.role.may_govern();
    let from_the_first = (Millis(i64::MIN), "");
    let people = members::page(app, user, id, from_the_first, MEMBERS_MAX).await?;
    let open = if may_govern { invitations::open(app, user, id, now).await? } else { Vec::new() };
    let role = |name: &&'static str| {
        let text = |key: &str| words.text(&format!("{key}-{name}"));
        (*name, text("role"), text("role-may"))
    };
    let page = Page {
        may_govern,
        people: people.into_iter().map(|member| person(&words, member, &user.id)).collect(),
        roles: MemberRole::ALL.iter().map(role).collect(),
        form: told.form,
        open: open.into_iter().map(|invitation| invited(&words, invitation)).collect(),
        words,
    };
    let response = Response::html(told.status, rendered(page.render())?).no_store();
    Ok(match told.retry_after_s {
        Some(seconds) => response.retry_after(seconds),
        None => response,
    })
}

fn person(words: &PageWords<'_>, member: Member, own_id: &str) -> Person {
    let email = member.email.to_string();
    let name = if member.name.trim().is_empty() { email.clone() } else { member.name };
    Person {
        is_self: member.user_id == own_id,
        letter: letter(&name),
        role: member.role.name(),
        role_said: words.text(&format!("role-{}", member.role.name())),
        since: member.created_at,
        id: member.user_id,
        name,
        email,
    }
}

fn invited(words: &PageWords<'_>, invitation: Invitation) -> Open {
    Open {
        role: invitation.role.name(),
        role_said: words.text(&format!("role-{}", invitation.role.name())),
        until: invitation.expires_at,
        email: invitation.email.to_string(),
        id: invitation.id,
    }
}

fn blank(words: &PageWords<'_>, email: &str, role: &str) -> Form {
    let option = |name: &&'static str| Choice::new(words, name, &format!("role-{name}"));
    let roles = MemberRole::ALL.iter().map(option).collect();
    let field = Field::new(words, "role", Kind::Select, "members-role").filled(role);
    let email = Field::email(words, "field-email").filled(email);
    let fields = vec![Field { autocomplete: "off", ..email }, Field { options: roles, ..field }];
    Form::new(words, "invitar", ("/dashboard/organizacion/invitar", "members-invite"), fields)
}
