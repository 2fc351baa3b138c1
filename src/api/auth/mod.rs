//! `/api/auth/*`: the wire protocol of Better Auth.
//!
//! One file a noun or verb; the table below is all of it but the administrators'
//! part, which has its own in [`admin`]. Paths are re-rooted at `auth.base_path`. Source: contract section 8.

mod accounts;
pub mod admin;
mod callback;
mod change_email;
mod delete;
mod expo;
mod grants;
mod hand_over;
mod password;
mod reset;
mod sessions;
mod shape;
mod sign_in;
mod sign_out;
mod sign_up;
mod social;
mod user;
mod verify;

use serde_json::json;

use crate::account::session::Opened;
use crate::app::App;
use crate::base::bounds::{PICTURE_BODY_BYTES_MAX, PROVIDER_REQUEST_S};
use crate::domain::email::Email;
use crate::domain::session::Remember;
use crate::domain::token::Token;
use crate::endpoint;
use crate::http::cookie;
use crate::http::endpoint::{Access, Endpoint};
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;

/// The endpoints under `/api/auth`.
pub const ENDPOINTS: &[Endpoint] = &[
    endpoint!(GET "/api/auth/ok" => ok {
        id: "ok", summary: "Tells that the server answers",
        limit: Auth, access: Access::Public, answers: [200, 429],
    }),
    endpoint!(POST "/api/auth/sign-up/email" => sign_up::email {
        id: "signUpEmail", summary: "Opens an account with address and password",
        limit: Auth, access: Access::Public, body: sign_up::SignUpEmail,
        body_bytes: PICTURE_BODY_BYTES_MAX, media: JsonOrForm, guard: Csrf,
        answers: [200, 400, 403, 413, 415, 422, 429, 503],
    }),
    endpoint!(POST "/api/auth/sign-in/email" => sign_in::email {
        id: "signInEmail", summary: "Signs in with address and password",
        limit: Auth, access: Access::Public, body: sign_in::SignInEmail,
        media: JsonOrForm, guard: Csrf, answers: [200, 400, 401, 403, 415, 429, 503],
    }),
    endpoint!(GET "/api/auth/get-session" => sessions::get {
        id: "getSession", summary: "Returns the session and its person, or null",
        limit: SessionRead, access: Access::Optional, query: sessions::GET_QUERY,
        answers: [200, 429],
    }),
    endpoint!(POST "/api/auth/get-session" => sessions::get_by_post {
        id: "getSessionByPost", summary: "Refused: deferred refresh is not offered",
        limit: SessionRead, access: Access::Public, answers: [405, 429],
    }),
    endpoint!(GET "/api/auth/session" => sessions::get {
        id: "session", summary: "Another name of get-session",
        limit: SessionRead, access: Access::Optional, query: sessions::GET_QUERY,
        answers: [200, 429],
    }),
    endpoint!(POST "/api/auth/session" => sessions::get_by_post {
        id: "sessionByPost", summary: "Refused: deferred refresh is not offered",
        limit: SessionRead, access: Access::Public, answers: [405, 429],
    }),
    endpoint!(POST "/api/auth/sign-out" => sign_out::sign_out {
        id: "signOut", summary: "Ends the session and clears its cookies",
        limit: Auth, access: Access::Public, body_optional: sign_out::SignOut,
        answers: [200, 403, 429],
    }),
    endpoint!(GET "/api/auth/verify-email" => verify::email {
        id: "verifyEmail", summary: "Proves or changes an address by the link mailed to it",
        limit: Auth, access: Access::Optional, query: verify::QUERY,
        answers: [200, 302, 400, 401, 403, 422, 429],
    }),
    endpoint!(POST "/api/auth/send-verification-email" => verify::send {
        id: "sendVerificationEmail", summary: "Mails a verification link",
        limit: Auth, access: Access::Optional, body: verify::SendVerification,
        answers: [200, 400, 403, 415, 429, 503],
    }),
    endpoint!(POST "/api/auth/request-password-reset" => reset::request {
        id: "requestPasswordReset", summary: "Mails a link that leads to a new password",
        limit: Auth, access: Access::Public, body: reset::RequestReset,
        answers: [200, 400, 403, 415, 429, 503],
    }),
    endpoint!(POST "/api/auth/forget-password" => reset::forget {
        id: "forgetPassword", summary: "Another name of request-password-reset",
        limit: Auth, counted_as: "/api/auth/request-password-reset", access: Access::Public,
        body: reset::RequestReset,
        answers: [200, 400, 403, 415, 429, 503],
    }),
    endpoint!(GET "/api/auth/reset-password/{token}" => reset::lead {
        id: "resetPasswordCallback", summary: "Leads from the mailed link to the form",
        limit: Auth, access: Access::Public, query: reset::LEAD_QUERY,
        answers: [302, 400, 403, 429],
    }),
    endpoint!(POST "/api/auth/reset-password" => reset::complete {
        id: "resetPassword", summary: "Sets a new password with a mailed token",
        limit: Auth, access: Access::Public, query: reset::COMPLETE_QUERY,
        body: reset::ResetPassword, answers: [200, 400, 403, 415, 429, 503],
    }),
    endpoint!(POST "/api/auth/change-email" => change_email::request {
        id: "changeEmail", summary: "Asks for another address",
        limit: Auth, access: Access::Session, impersonation: Refused, body: change_email::ChangeEmail,
        answers: [200, 400, 401, 403, 415, 429, 503],
    }),
    endpoint!(POST "/api/auth/delete-user" => delete::request {
        id: "deleteUser", summary: "Deletes the account, or mails the link that will",
        limit: Auth, access: Access::Session, impersonation: Refused, body: delete::DeleteUser,
        answers: [200, 400, 401, 403, 404, 409, 415, 429, 503],
    }),
    endpoint!(GET "/api/auth/delete-user/callback" => delete::callback {
        id: "deleteUserCallback", summary: "Deletes the account that a mailed link names",
        limit: Auth, access: Access::Optional, impersonation: Refused, query: delete::CALLBACK_QUERY,
        answers: [200, 302, 400, 403, 404, 409, 429],
    }),
    endpoint!(POST "/api/auth/update-user" => user::update {
        id: "updateUser", summary: "Changes name, picture and profession",
        limit: Auth, access: Access::Session, body: user::UpdateUser,
        body_bytes: PICTURE_BODY_BYTES_MAX, answers: [200, 400, 401, 403, 413, 415, 429, 503],
    }),
    endpoint!(POST "/api/auth/update-session" => sessions::update {
        id: "updateSession", summary: "Changes additional fields of the session",
        limit: Auth, access: Access::Session, body: sessions::UpdateSession,
        answers: [400, 401, 403, 415, 429],
    }),
    endpoint!(POST "/api/auth/change-password" => password::change {
        id: "changePassword", summary: "Changes the password",
        limit: Auth, access: Access::Session, impersonation: Refused, body: password::ChangePassword,
        answers: [200, 400, 401, 403, 415, 429, 503],
    }),
    endpoint!(POST "/api/auth/verify-password" => password::verify {
        id: "verifyPassword", summary: "Checks the password of the signed-in person",
        limit: Auth, access: Access::Session, impersonation: Refused, body: password::VerifyPassword,
        answers: [200, 400, 401, 403, 415, 429, 503],
    }),
    endpoint!(GET "/api/auth/list-sessions" => sessions::list {
        id: "listSessions", summary: "Lists the person's sessions",
        limit: SessionRead, access: Access::FreshSession, answers: [200, 401, 403, 429],
    }),
    endpoint!(POST "/api/auth/revoke-session" => sessions::revoke {
        id: "revokeSession", summary: "Ends one of the person's sessions",
        limit: Auth, access: Access::Session, body: sessions::RevokeSession,
        answers: [200, 400, 401, 403, 415, 429],
    }),
    endpoint!(POST "/api/auth/revoke-sessions" => sessions::revoke_all {
        id: "revokeSessions", summary: "Ends all of the person's sessions",
        limit: Auth, access: Access::Session, body_optional: sessions::NoFields,
        answers: [200, 401, 403, 429],
    }),
    endpoint!(POST "/api/auth/revoke-other-sessions" => sessions::revoke_others {
        id: "revokeOtherSessions", summary: "Ends the person's sessions but this one",
        limit: Auth, access: Access::Session, body_optional: sessions::NoFields,
        answers: [200, 401, 403, 429],
    }),
    endpoint!(GET "/api/auth/list-accounts" => accounts::list {
        id: "listAccounts", summary: "Lists the person's ways in",
        limit: Auth, access: Access::Session, answers: [200, 401, 429],
    }),
    endpoint!(POST "/api/auth/unlink-account" => accounts::unlink {
        id: "unlinkAccount", summary: "Takes one of the person's ways in, but for the last",
        limit: Auth, access: Access::FreshSession, impersonation: Refused, body: accounts::UnlinkAccount,
        answers: [200, 400, 401, 403, 415, 429],
    }),
    endpoint!(POST "/api/auth/sign-in/social" => social::sign_in {
        id: "signInSocial", summary: "Signs in by a provider: by its page, or by its ID token",
        limit: Auth, access: Access::Public, body: social::SignInSocial,
        time_s: PROVIDER_REQUEST_S, answers: [200, 400, 401, 403, 404, 415, 429, 503],
    }),
    endpoint!(POST "/api/auth/link-social" => social::link {
        id: "linkSocial", summary: "Sends a browser to a provider, for another way in",
        limit: Auth, access: Access::Session, impersonation: Refused, body: social::SignInSocial,
        time_s: PROVIDER_REQUEST_S, answers: [200, 400, 401, 403, 404, 415, 429, 503],
    }),
    endpoint!(GET "/api/auth/callback/{id}" => callback::get {
        id: "callbackOAuth", summary: "Takes a browser in that comes back from a provider",
        limit: Auth, access: Access::Public, query: callback::QUERY,
        time_s: PROVIDER_REQUEST_S, answers: [302, 429, 503],
    }),
    endpoint!(POST "/api/auth/callback/{id}" => callback::post {
        id: "callbackOAuthPost", summary: "Turns a provider's form into that address",
        limit: Auth, access: Access::Public, query: callback::QUERY,
        body_optional: callback::CallbackForm, media: JsonOrForm,
        answers: [302, 400, 403, 415, 429],
    }),
    endpoint!(GET "/api/auth/expo-authorization-proxy" => expo::proxy {
        id: "expoAuthorizationProxy", summary: "Gives the browser that an app opened the state of its sign-in",
        limit: Auth, access: Access::Public, query: expo::QUERY,
        time_s: PROVIDER_REQUEST_S, answers: [302, 400, 404, 429, 503],
    }),
    endpoint!(POST "/api/auth/hand-over" => hand_over::exchange {
        id: "handOver", summary: "Ends on a page of another site what its redirect brought a code for",
        limit: Auth, access: Access::Public, body: hand_over::HandOver, guard: Csrf,
        time_s: PROVIDER_REQUEST_S, answers: [200, 400, 401, 403, 404, 409, 415, 429, 503],
    }),
    endpoint!(POST "/api/auth/get-access-token" => grants::access {
        id: "getAccessToken", summary: "Returns an access token that a provider granted",
        limit: Auth, access: Access::Session, impersonation: Refused, body: grants::NamedAccount,
        time_s: PROVIDER_REQUEST_S, answers: [200, 400, 401, 403, 404, 415, 429, 503],
    }),
    endpoint!(POST "/api/auth/refresh-token" => grants::refresh {
        id: "refreshToken", summary: "Renews what a provider granted",
        limit: Auth, access: Access::Session, impersonation: Refused, body: grants::NamedAccount,
        time_s: PROVIDER_REQUEST_S, answers: [200, 400, 401, 403, 404, 415, 429, 503],
    }),
    endpoint!(GET "/api/auth/account-info" => grants::info {
        id: "accountInfo", summary: "Returns who the person is at a provider",
        limit: Auth, access: Access::Session, impersonation: Refused, query: grants::INFO_QUERY,
        time_s: PROVIDER_REQUEST_S, answers: [200, 400, 401, 403, 404, 429, 503],
    }),
    endpoint!(POST "/api/auth/sign-in/oauth2" => social::sign_in_older {
        id: "signInOAuth2", summary: "Another name of sign-in/social, of older clients",
        limit: Auth, counted_as: "/api/auth/sign-in/social", access: Access::Public,
        body: social::SignInOAuth2,
        time_s: PROVIDER_REQUEST_S, answers: [200, 400, 403, 404, 415, 429, 503],
    }),
    endpoint!(POST "/api/auth/oauth2/link" => social::link_older {
        id: "linkOAuth2", summary: "Another name of link-social, of older clients",
        limit: Auth, counted_as: "/api/auth/link-social", access: Access::Session,
        impersonation: Refused, body: social::SignInOAuth2,
        time_s: PROVIDER_REQUEST_S, answers: [200, 400, 401, 403, 404, 415, 429, 503],
    }),
    endpoint!(GET "/api/auth/oauth2/callback/{id}" => callback::get {
        id: "callbackOAuth2", summary: "Another name of callback, of older clients",
        limit: Auth, access: Access::Public, query: callback::QUERY,
        time_s: PROVIDER_REQUEST_S, answers: [302, 429, 503],
    }),
    endpoint!(POST "/api/auth/oauth2/callback/{id}" => callback::post {
        id: "callbackOAuth2Post", summary: "Turns a provider's form into that address",
        limit: Auth, access: Access::Public, query: callback::QUERY,
        body_optional: callback::CallbackForm, media: JsonOrForm,
        answers: [302, 400, 403, 415, 429],
    }),
];

async fn ok(_app: &App, _request: Request) -> Result<Response, ApiError> {
    Ok(Response::json(200, &json!({"ok": true})))
}

/// Adds the cookies of a new session; one that was not to be remembered is forgotten.
fn signed_in(
    app: &App,
    request: &Request,
    response: Response,
    session: (&Opened, Remember),
) -> Response {
    let (opened, remember) = session;
    cookie::session_cookies(app, request, &opened.token, remember)
        .into_iter()
        .fold(response, Response::with_cookie)
}

/// Adds the cookie by which the browser is known, where the settings ask for one.
fn known_device(app: &App, response: Response, device: Option<&Token>) -> Response {
    match device {
        Some(device) => response.with_cookie(cookie::device_cookie(app, device)),
        None => response,
    }
}

/// Adds the cookie of a browser that waits for an address to be proven.
fn awaiting(app: &App, request: &Request, response: Response, email: &Email) -> Response {
    let cookie = cookie::verification_cookie(app, request, email);
    cookie.into_iter().fold(response, Response::with_cookie)
}

/// Clears every cookie of a session.
fn signed_out(app: &App, request: &Request, response: Response) -> Response {
    let cleared = cookie::clear_session_cookies(app, &request.head.headers);
    cleared.into_iter().fold(response, Response::with_cookie)
}

/// Reads the contract's `rememberMe`, which defaults to yes.
const fn remember(remember_me: Option<bool>) -> Remember {
    match remember_me {
        Some(false) => Remember::No,
        Some(true) | None => Remember::Yes,
    }
}
