//! Layer 7: HTML pages, rendered on the server, usable without JavaScript.
//!
//! Templates live in `assets/pages`, are checked at compile time and escape what
//! they show. A page never decides; it calls the same rules as the API.

mod assets;
mod invitation;
mod leave;
mod notice;
mod recover;
mod setup;
mod waitlist;

use crate::account::session::Opened;
use crate::app::App;
use crate::domain::session::Remember;
use crate::domain::token::Token;
use crate::endpoint;
use crate::http::cookie;
use crate::http::endpoint::{Access, Endpoint};
use crate::http::request::Request;
use crate::http::response::Response;

/// The pages and their assets.
pub const ENDPOINTS: &[Endpoint] = &[
    endpoint!(GET "/setup/{token}" => setup::form {
        id: "setupForm", summary: "Shows the form for the first administrator",
        limit: Auth, access: Access::Public, answers: [200, 410, 429],
    }),
    endpoint!(POST "/setup/{token}" => setup::submit {
        id: "setupSubmit", summary: "Creates the first administrator",
        limit: Auth, access: Access::Public, body_optional: setup::SetupForm,
        media: Form, answers: [200, 400, 403, 409, 410, 429, 503],
    }),
    endpoint!(GET "/" => notice::home {
        id: "home", summary: "Says what lives here",
        limit: Read, access: Access::Public, query: notice::ERROR_QUERY, answers: [200, 429],
    }),
    endpoint!(GET "/recuperar" => recover::form {
        id: "recoverForm", summary: "Shows the form that asks for a reset link",
        limit: Read, access: Access::Public, answers: [200, 429],
    }),
    endpoint!(POST "/recuperar" => recover::submit {
        id: "recoverSubmit", summary: "Mails a reset link",
        limit: Auth, access: Access::Public, body_optional: recover::RecoverForm,
        media: Form, answers: [200, 400, 403, 429, 503],
    }),
    endpoint!(GET "/restablecer" => recover::reset_form {
        id: "resetForm", summary: "Shows the form for a new password",
        limit: Read, access: Access::Public, query: recover::RESET_QUERY, answers: [200, 410, 429],
    }),
    endpoint!(POST "/restablecer" => recover::reset_submit {
        id: "resetSubmit", summary: "Sets a new password",
        limit: Auth, access: Access::Public, body_optional: recover::ResetForm,
        media: Form, answers: [200, 400, 403, 410, 429, 503],
    }),
    endpoint!(GET "/verificado" => notice::verified {
        id: "verified", summary: "Says whether a verification link worked",
        limit: Read, access: Access::Public, query: notice::ERROR_QUERY, answers: [200, 429],
    }),
    endpoint!(GET "/invitacion/{token}" => invitation::form {
        id: "invitationForm", summary: "Shows the form for an invited person",
        limit: Auth, access: Access::Public, answers: [200, 410, 429],
    }),
    endpoint!(POST "/invitacion/{token}" => invitation::submit {
        id: "invitationSubmit", summary: "Opens an invited person's account",
        limit: Auth, access: Access::Public, body_optional: invitation::InvitationForm,
        media: Form, guard: Csrf, answers: [200, 400, 403, 410, 429, 503],
    }),
    endpoint!(GET "/api/waitlist/confirm" => waitlist::confirm_form {
        id: "waitlistConfirmForm", summary: "Shows the button that confirms a place",
        limit: Read, access: Access::Public, query: waitlist::QUERY, answers: [200, 410, 429],
    }),
    endpoint!(POST "/api/waitlist/confirm" => waitlist::confirm {
        id: "waitlistConfirm", summary: "Confirms a place on the waitlist",
        limit: Write, access: Access::Public, query: waitlist::QUERY,
        body_optional: waitlist::LinkForm, media: JsonOrForm,
        answers: [200, 400, 403, 410, 415, 429, 503],
    }),
    endpoint!(GET "/api/waitlist/unsubscribe" => waitlist::unsubscribe_form {
        id: "waitlistUnsubscribeForm", summary: "Shows the button that ends the mails",
        limit: Read, access: Access::Public, query: waitlist::QUERY, answers: [200, 410, 429],
    }),
    endpoint!(POST "/api/waitlist/unsubscribe" => waitlist::unsubscribe {
        id: "waitlistUnsubscribe", summary: "Ends the waitlist's mails, in one click",
        limit: Write, access: Access::Public, query: waitlist::QUERY,
        body_optional: waitlist::LinkForm, media: OneClick,
        answers: [200, 400, 403, 410, 415, 429, 503],
    }),
    endpoint!(GET "/api/alerts/unsubscribe" => leave::form {
        id: "mailLeaveForm", summary: "Shows the button that ends mails of a kind or an alert",
        limit: Read, access: Access::Public, query: waitlist::QUERY, answers: [200, 410, 429],
    }),
    endpoint!(POST "/api/alerts/unsubscribe" => leave::submit {
        id: "mailLeave", summary: "Ends mails of a kind or an alert, in one click",
        limit: Write, access: Access::Public, query: waitlist::QUERY,
        body_optional: waitlist::LinkForm, media: OneClick,
        answers: [200, 400, 403, 410, 415, 429, 503],
    }),
    endpoint!(GET "/api/auth/error" => notice::error {
        id: "errorPage", summary: "Explains an error to whoever followed a link",
        limit: Auth, access: Access::Public, query: notice::ERROR_QUERY, answers: [200, 429],
    }),
    endpoint!(GET "/assets/brand.css" => assets::brand {
        id: "brandStyle", summary: "Returns the brand's colours",
        limit: Free, access: Access::Public, answers: [200],
    }),
    endpoint!(GET "/assets/{file}" => assets::file {
        id: "asset", summary: "Returns a style sheet or an icon",
        limit: Free, access: Access::Public, answers: [200, 304, 404],
    }),
];

/// Adds the cookies of a session that a form opened, and of the browser it was opened in.
fn signed_in(
    app: &App,
    request: &Request,
    response: Response,
    cookies: (Option<&Opened>, Option<&Token>),
) -> Response {
    let (opened, device) = cookies;
    let session = opened
        .into_iter()
        .flat_map(|opened| cookie::session_cookies(app, request, &opened.token, Remember::Yes));
    let device = device.into_iter().map(|device| cookie::device_cookie(app, device));
    session.chain(device).fold(response, Response::with_cookie)
}
