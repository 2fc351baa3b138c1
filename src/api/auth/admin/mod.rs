//! `/api/auth/admin/*`: what administrators do, in the contract's words.
//!
//! A stranger is 401, whoever is no administrator is told what exactly they may
//! not do: each endpoint has its own 403. Source: contract 9 (Admin) and 10.

mod body;
mod impersonate;
mod list;
mod people;
mod permission;
mod sessions;
mod standing;

use crate::endpoint;
use crate::http::endpoint::{Access, Endpoint};

/// The endpoints under `/api/auth/admin`.
pub const ENDPOINTS: &[Endpoint] = &[
    endpoint!(GET "/api/auth/admin/list-users" => list::users {
        id: "adminListUsers", summary: "Searches, filters, sorts and pages people",
        limit: Auth, access: Access::Session, query: list::QUERY,
        answers: [200, 400, 401, 403, 429, 503],
    }),
    endpoint!(GET "/api/auth/admin/get-user" => people::get {
        id: "adminGetUser", summary: "Returns a person",
        limit: Auth, access: Access::Session, query: people::GET_QUERY,
        answers: [200, 400, 401, 403, 404, 429],
    }),
    endpoint!(POST "/api/auth/admin/create-user" => people::create {
        id: "adminCreateUser", summary: "Creates a person, with a password or without",
        limit: Auth, access: Access::Session, body: people::CreateUser,
        answers: [200, 400, 401, 403, 415, 429, 503],
    }),
    endpoint!(POST "/api/auth/admin/update-user" => people::update {
        id: "adminUpdateUser", summary: "Changes what is known of a person",
        limit: Auth, access: Access::Session, body: people::UpdateUser,
        answers: [200, 400, 401, 403, 404, 409, 415, 429],
    }),
    endpoint!(POST "/api/auth/admin/remove-user" => people::remove {
        id: "adminRemoveUser", summary: "Removes a person with sessions and accounts",
        limit: Auth, access: Access::Session, body: body::OfUser,
        answers: [200, 400, 401, 403, 404, 409, 415, 429],
    }),
    endpoint!(POST "/api/auth/admin/set-role" => standing::set_role {
        id: "adminSetRole", summary: "Sets a person's role, or several",
        limit: Auth, access: Access::Session, body: standing::SetRole,
        answers: [200, 400, 401, 403, 404, 409, 415, 429],
    }),
    endpoint!(POST "/api/auth/admin/ban-user" => standing::ban {
        id: "adminBanUser", summary: "Bans a person and ends their sessions",
        limit: Auth, access: Access::Session, body: standing::BanUser,
        answers: [200, 400, 401, 403, 404, 409, 415, 429],
    }),
    endpoint!(POST "/api/auth/admin/unban-user" => standing::unban {
        id: "adminUnbanUser", summary: "Lifts a ban",
        limit: Auth, access: Access::Session, body: body::OfUser,
        answers: [200, 400, 401, 403, 404, 415, 429],
    }),
    endpoint!(POST "/api/auth/admin/set-user-password" => standing::set_password {
        id: "adminSetUserPassword", summary: "Sets a person's password and ends their sessions",
        limit: Auth, access: Access::Session, body: standing::SetUserPassword,
        answers: [200, 400, 401, 403, 404, 415, 429, 503],
    }),
    endpoint!(POST "/api/auth/admin/list-user-sessions" => sessions::list {
        id: "adminListUserSessions", summary: "Lists a person's sessions",
        limit: Auth, access: Access::Session, body: body::OfUser,
        answers: [200, 400, 401, 403, 415, 429],
    }),
    endpoint!(POST "/api/auth/admin/revoke-user-session" => sessions::revoke {
        id: "adminRevokeUserSession", summary: "Ends one session of whomever",
        limit: Auth, access: Access::Session, body: sessions::RevokeUserSession,
        answers: [200, 400, 401, 403, 415, 429],
    }),
    endpoint!(POST "/api/auth/admin/revoke-user-sessions" => sessions::revoke_all {
        id: "adminRevokeUserSessions", summary: "Ends all sessions of a person",
        limit: Auth, access: Access::Session, body: body::OfUser,
        answers: [200, 400, 401, 403, 415, 429],
    }),
    endpoint!(POST "/api/auth/admin/impersonate-user" => impersonate::begin {
        id: "adminImpersonateUser", summary: "Acts as a person for an hour",
        limit: Auth, access: Access::Session, body: body::OfUser,
        answers: [200, 400, 401, 403, 404, 415, 429],
    }),
    endpoint!(POST "/api/auth/admin/stop-impersonating" => impersonate::stop {
        id: "adminStopImpersonating", summary: "Goes back to the administrator's own session",
        limit: Auth, access: Access::Session, body_optional: impersonate::NoFields,
        answers: [200, 400, 401, 403, 415, 429],
    }),
    endpoint!(POST "/api/auth/admin/has-permission" => permission::has {
        id: "adminHasPermission", summary: "Tells what the person may do",
        limit: Auth, access: Access::Session, body: permission::HasPermission,
        answers: [200, 400, 401, 403, 415, 429],
    }),
];
