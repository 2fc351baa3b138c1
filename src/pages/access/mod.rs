//! Coming in: signing in and up, the first administrator, invitations, passwords.

pub mod depart;
pub mod invitation;
pub mod recover;
pub mod reset;
pub mod setup;
pub mod sign_in;
pub mod sign_out;
pub mod sign_up;

use super::sheet::Way;
use crate::account::session::Opened;
use crate::app::App;
use crate::domain::email::Email;
use crate::domain::session::Remember;
use crate::domain::token::Token;
use crate::endpoint;
use crate::http::cookie;
use crate::http::endpoint::{Access, Endpoint};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;

/// The pages of this folder.
pub const ENDPOINTS: &[Endpoint] = &[
    endpoint!(GET "/setup/{token}" => setup::form {
        id: "setupForm", summary: "Shows the form for the first administrator",
        limit: Auth, access: Access::Public, answers: [200, 410, 429],
    }),
    endpoint!(POST "/setup/{token}" => setup::submit {
        id: "setupSubmit", summary: "Creates the first administrator",
        limit: Auth, access: Access::Public, body_optional: setup::SetupForm,
        media: Form, guard: OwnPage, answers: [303, 400, 403, 409, 410, 429, 503],
    }),
    endpoint!(GET "/login" => sign_in::form {
        id: "signInForm", summary: "Shows the form to sign in",
        limit: Read, access: Access::Optional, query: sign_in::QUERY, answers: [200, 303, 429],
    }),
    endpoint!(POST "/login" => sign_in::submit {
        id: "signInSubmit", summary: "Signs in",
        limit: Auth, counted_as: "/api/auth/sign-in/email", access: Access::Public,
        body_optional: sign_in::SignInForm, media: Form, guard: OwnPage,
        answers: [303, 400, 403, 415, 429, 503],
    }),
    endpoint!(POST "/login/proveedor" => depart::submit {
        id: "signInDepart", summary: "Leads to a provider that says who somebody is",
        limit: Auth, counted_as: "/api/auth/sign-in/social", access: Access::Public,
        body_optional: depart::DepartForm, media: Form, guard: OwnPage,
        answers: [200, 303, 403, 415, 429, 503],
    }),
    endpoint!(GET "/registro" => sign_up::form {
        id: "signUpForm", summary: "Shows the form to open an account",
        limit: Read, access: Access::Optional, query: sign_in::QUERY, answers: [200, 303, 429],
    }),
    endpoint!(POST "/registro" => sign_up::submit {
        id: "signUpSubmit", summary: "Opens an account",
        limit: Auth, counted_as: "/api/auth/sign-up/email", access: Access::Public,
        body_optional: sign_up::SignUpForm, media: Form, guard: OwnPage,
        answers: [303, 400, 403, 415, 429, 503],
    }),
    endpoint!(POST "/salir" => sign_out::submit {
        id: "signOutSubmit", summary: "Signs out",
        limit: Auth, counted_as: "/api/auth/sign-out", access: Access::Public,
        guard: OwnPage, answers: [303, 403, 429],
    }),
    endpoint!(GET "/recuperar" => recover::form {
        id: "recoverForm", summary: "Shows the form that asks for a reset link",
        limit: Read, access: Access::Optional, answers: [200, 429],
    }),
    endpoint!(POST "/recuperar" => recover::submit {
        id: "recoverSubmit", summary: "Mails a reset link",
        limit: Auth, counted_as: "/api/auth/request-password-reset", access: Access::Public,
        body_optional: recover::RecoverForm, media: Form, guard: OwnPage,
        answers: [303, 400, 403, 429, 503],
    }),
    endpoint!(GET "/restablecer" => reset::form {
        id: "resetForm", summary: "Shows the form for a new password",
        limit: Read, access: Access::Public, query: reset::QUERY, answers: [200, 410, 429],
    }),
    endpoint!(POST "/restablecer" => reset::submit {
        id: "resetSubmit", summary: "Sets a new password",
        limit: Auth, counted_as: "/api/auth/reset-password", access: Access::Public,
        body_optional: reset::ResetForm, media: Form, guard: OwnPage,
        answers: [303, 400, 403, 410, 429, 503],
    }),
    endpoint!(GET "/invitacion/{token}" => invitation::form {
        id: "invitationForm", summary: "Shows the form for an invited person",
        limit: Auth, access: Access::Public, answers: [200, 410, 429],
    }),
    endpoint!(POST "/invitacion/{token}" => invitation::submit {
        id: "invitationSubmit", summary: "Opens an invited person's account",
        limit: Auth, counted_as: "/api/auth/sign-up/email", access: Access::Public,
        body_optional: invitation::InvitationForm, media: Form, guard: OwnPage,
        answers: [303, 400, 403, 410, 429, 503],
    }),
];

/// Adds the cookies of a session that a form opened, and of the browser it was opened in.
fn signed_in(
    app: &App,
    request: &Request,
    response: Response,
    cookies: (Option<(&Opened, Remember)>, Option<&Token>),
) -> Response {
    let (opened, device) = cookies;
    let session = opened.into_iter().flat_map(|(opened, remember)| {
        cookie::session_cookies(app, request, &opened.token, remember)
    });
    let device = device.into_iter().map(|device| cookie::device_cookie(app, device));
    session.chain(device).fold(response, Response::with_cookie)
}

/// Adds the cookie of a browser that waits for an address to be proven.
fn awaiting(app: &App, request: &Request, response: Response, email: &Email) -> Response {
    let cookie = cookie::verification_cookie(app, request, email);
    cookie.into_iter().fold(response, Response::with_cookie)
}

/// Lists the configured providers, as buttons that lead to `next`.
fn ways(app: &App, words: &PageWords<'_>, next: &str) -> Vec<Way> {
    let providers = app.config.social.values();
    providers
        .map(|provider| Way {
            action: "/login/proveedor",
            name: provider.name.clone(),
            label: words.format("access-with", &[("provider", &proper(&provider.name))]),
            next: next.to_owned(),
        })
        .collect()
}

/// Returns a provider's name as people write it.
#[must_use]
pub fn proper(name: &str) -> String {
    match name {
        "google" => String::from("Google"),
        "github" => String::from("GitHub"),
        "linkedin" => String::from("LinkedIn"),
        "orcid" => String::from("ORCID"),
        other => {
            let mut letters = other.chars();
            let first = letters.next().map(char::to_uppercase);
            first.into_iter().flatten().chain(letters).collect()
        }
    }
}
