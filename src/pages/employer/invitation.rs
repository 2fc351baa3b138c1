//! `/invitaciones/{token}`: where the mail of an invitation to an organisation leads.
//!
//! Opening it changes nothing. Whoever cannot accept is told why and what would help: a
//! stranger to sign in, another account to change, a professional that theirs is of
//! another kind, a member of another organisation that one is the most.

use askama::Template;
use schemars::JsonSchema;
use serde::Deserialize;

use super::HOME;
use crate::app::{App, Failure};
use crate::board::employer;
use crate::board::invitations::{self, Offered};
use crate::domain::email::Email;
use crate::domain::refusal::Refusal;
use crate::domain::user::UserKind;
use crate::http::error::{ApiError, rendered};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::{Heading, PageWords};
use crate::pages::access::sign_out;
use crate::pages::console::letter;
use crate::pages::{next, notice};

/// Below which path the pages of invitations are.
pub const ROOT: &str = "/invitaciones/";

/// The field of the form.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct AnswerForm {
    /// `accept`, `decline`, or `switch` to come in as somebody else.
    #[schemars(length(max = 16))]
    act: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/employer/invitation.html", config = ".askama.toml")]
struct Invitation<'a> {
    words: PageWords<'a>,
    /// The page's own address, which accepts and turns down.
    action: &'a str,
    organization: String,
    organization_url: String,
    letter: String,
    is_verified: bool,
    said: String,
    role: String,
    role_may: String,
    until: String,
    state: State,
}

/// What whoever looks can do about it.
enum State {
    /// Come in first; where, and where to open an account if people may.
    Stranger(String, Option<String>),
    /// Come in as somebody else: the invited address, most of it hidden, and one's own.
    Another(String, String),
    /// Nothing with this account.
    Professional,
    /// Leave the organisation of this name first.
    Elsewhere(String),
    /// Nothing: they are in.
    Inside,
    /// Accept.
    Ready,
}

/// Shows who invites to what.
///
/// # Errors
/// A fault; an invitation that no longer works is a page with status 410.
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    let offered = match invitations::find(app, request.param("token"), request.now).await {
        Ok(offered) => offered,
        Err(Failure::Refused(_)) => return gone(app, &request),
        Err(failure) => return Err(failure.into()),
    };
    let words = PageWords::of(app, &request);
    let state = state(app, &request, &offered).await?;
    let Offered { invitation, organization, inviter } = offered;
    let name = organization.draft.name;
    let said = match &inviter {
        Some(inviter) => {
            words.format("joining-said", &[("inviter", inviter), ("organization", &name)])
        }
        None => words.format("joining-said-nobody", &[("organization", &name)]),
    };
    let role = invitation.role.name();
    let page = Invitation {
        action: request.head.uri.path(),
        organization_url: format!("/organizaciones/{}", organization.slug),
        letter: letter(&name),
        is_verified: organization.is_verified,
        said,
        role: words.text(&format!("role-{role}")),
        role_may: words.text(&format!("role-may-{role}")),
        until: words.moment(&invitation.expires_at),
        organization: name,
        state,
        words,
    };
    Ok(Response::html(200, rendered(page.render())?).no_store().own_referrer())
}

/// Says that an invitation no longer works; whoever is a member goes on from there.
fn gone(app: &App, request: &Request) -> Result<Response, ApiError> {
    let is_inside = request.viewer().is_some_and(|live| live.user.organization_id.is_some());
    let onward = is_inside.then(|| (String::from(HOME), "joining-home"));
    notice::gone(app, request, Heading("joining-invalid"), onward)
}

async fn state(app: &App, request: &Request, offered: &Offered) -> Result<State, ApiError> {
    let invitation = &offered.invitation;
    let Some(live) = request.viewer() else {
        let path = request.head.uri.path();
        let sign_up = PageWords::of(app, request).is_open();
        let sign_up = sign_up.then(|| next::with("/registro", "next", path));
        return Ok(State::Stranger(next::with("/login", "next", path), sign_up));
    };
    let user = &live.user;
    if let Some(standing) = employer::standing(app, user).await? {
        let own = standing.organization;
        if own.id == invitation.organization_id {
            return Ok(State::Inside);
        }
        if user.email == invitation.email {
            return Ok(State::Elsewhere(own.draft.name));
        }
    }
    Ok(if user.email != invitation.email {
        State::Another(masked(&invitation.email), user.email.to_string())
    } else if user.kind == UserKind::Professional {
        State::Professional
    } else {
        State::Ready
    })
}

/// Shows so much of an address that its owner knows it again, and nobody else learns it.
fn masked(email: &Email) -> String {
    let (name, domain) = email.as_str().split_once('@').unwrap_or((email.as_str(), ""));
    let first: String = name.chars().take(1).collect();
    format!("{first}•••@{domain}")
}

/// Accepts an invitation, turns it down, or signs out to come back as somebody else.
///
/// # Errors
/// A fault; an invitation that no longer works is a page with status 410.
pub async fn submit(app: &App, request: Request) -> Result<Response, ApiError> {
    let typed: AnswerForm = request.body_or_default()?;
    let page = request.head.uri.path();
    let Some(live) = request.viewer() else { return Ok(next::to(page)) };
    let (user, token) = (&live.user, request.param("token"));
    if typed.act.as_deref() == Some("switch") {
        return sign_out::out(app, &request, &next::with("/login", "next", page)).await;
    }
    let answered = if typed.act.as_deref() == Some("decline") {
        let declined = invitations::decline(app, user, token, request.now).await;
        declined.map(|()| next::with(next::HOME, "done", "invitation-declined"))
    } else {
        let accepted = invitations::accept(app, user, token, request.now).await;
        accepted.map(|_accepted| next::with(HOME, "done", "organization-joined"))
    };
    match answered {
        Ok(onward) => Ok(next::to(&onward)),
        Err(Failure::Refused(Refusal::BelongsElsewhere | Refusal::OrganizationAccountRequired)) => {
            Ok(next::to(page))
        }
        Err(Failure::Refused(full @ Refusal::TooMany)) => {
            Ok(next::to(&next::with(page, "problem", full.code())))
        }
        // For another address, the page itself says so; else it is gone.
        Err(Failure::Refused(_)) => match invitations::find(app, token, request.now).await {
            Ok(_offered) => Ok(next::to(page)),
            Err(Failure::Refused(_)) => gone(app, &request),
            Err(failure) => Err(failure.into()),
        },
        Err(failure) => Err(failure.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_is_known_again_and_not_told() {
        let email = Email::parse("olga.perez@ejemplo.es").unwrap();
        assert_eq!(masked(&email), "o•••@ejemplo.es");
    }
}
