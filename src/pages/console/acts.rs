//! What an administrator does to somebody: each act a form of the person's page.
//!
//! What a rule says no to is said on that page, where it belongs to a field beside it.

use schemars::JsonSchema;
use serde::Deserialize;

use super::person;
use crate::account::admin::{self, impersonate as acting};
use crate::app::{App, Failure};
use crate::base::bounds::{ID_LENGTH_MAX, NAME_LENGTH_MAX};
use crate::base::secret::Secret;
use crate::domain::user::{Ban, ROLE_ADMIN, ROLE_USER};
use crate::http::cookie;
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;
use crate::pages::next;

/// Longest ban of the form, in days: ten years; longer ones have no end.
const BAN_DAYS_MAX: i64 = 3_650;

/// The field of the role's form.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct RoleForm {
    /// `user` or `admin`.
    #[schemars(length(max = 16))]
    role: Option<String>,
}

/// The fields of the ban's form.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct BanForm {
    /// Why.
    #[schemars(length(max = NAME_LENGTH_MAX))]
    reason: Option<String>,
    /// For how many days; empty: for ever.
    #[schemars(length(max = 8))]
    days: Option<String>,
}

/// The field of the password's form.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PasswordForm {
    /// The new one.
    new_password: Option<String>,
}

/// The field of the sessions' buttons.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct SessionsForm {
    /// The handle of a session, or `all`.
    #[schemars(length(max = ID_LENGTH_MAX))]
    session: Option<String>,
}

/// The field of the form that removes.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct RemoveForm {
    /// Whether it is meant.
    #[schemars(length(max = 8))]
    sure: Option<String>,
}

/// Sets somebody's role.
///
/// # Errors
/// A fault; a refusal is said on the person's page, here as in the acts below.
pub async fn role(app: &App, request: Request) -> Result<Response, ApiError> {
    let form: RoleForm = request.body_or_default()?;
    let role = if form.role.as_deref() == Some(ROLE_ADMIN) { ROLE_ADMIN } else { ROLE_USER };
    let (by, id) = ((&request.caller(app), request.now), request.param("id"));
    let done = admin::set_role(app, request.live()?, id, role, by).await.map(|_user| ());
    answer(id, done, "role-changed")
}

/// Bans somebody.
///
/// # Errors
/// As [`role`].
pub async fn ban(app: &App, request: Request) -> Result<Response, ApiError> {
    let form: BanForm = request.body_or_default()?;
    let days = form.days.as_deref().map(str::trim).filter(|days| !days.is_empty());
    let days = days.and_then(|days| days.parse::<i64>().ok()).filter(|days| *days > 0);
    let expires_at =
        days.filter(|days| *days <= BAN_DAYS_MAX).map(|days| request.now.plus_s(days * 86_400));
    let reason = form.reason.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
    let ban = Ban { reason: reason.map(str::to_owned), expires_at };
    let (by, id) = ((&request.caller(app), request.now), request.param("id"));
    let done = admin::ban(app, request.live()?, id, ban, by).await.map(|_user| ());
    answer(id, done, "banned")
}

/// Lifts somebody's ban.
///
/// # Errors
/// As [`role`].
pub async fn unban(app: &App, request: Request) -> Result<Response, ApiError> {
    let (by, id) = ((&request.caller(app), request.now), request.param("id"));
    let done = admin::unban(app, request.live()?, id, by).await.map(|_user| ());
    answer(id, done, "unbanned")
}

/// Sets somebody's password and ends their sessions.
///
/// # Errors
/// As [`role`].
pub async fn password(app: &App, request: Request) -> Result<Response, ApiError> {
    let form: PasswordForm = request.body_or_default()?;
    let new = Secret::new(form.new_password.unwrap_or_default());
    let (by, id) = ((&request.caller(app), request.now), request.param("id"));
    match admin::set_password(app, request.live()?, id, new, by).await {
        Ok(()) => answer(id, Ok(()), "password-set"),
        Err(failure) => {
            let words = PageWords::of(app, &request);
            let told = person::password(app, &words, id).told(&words, failure)?;
            person::show(app, &request, Some(told)).await
        }
    }
}

/// Ends one of somebody's sessions, or all.
///
/// # Errors
/// As [`role`].
pub async fn sessions(app: &App, request: Request) -> Result<Response, ApiError> {
    let form: SessionsForm = request.body_or_default()?;
    let named = form.session.unwrap_or_default();
    let (by, id) = ((&request.caller(app), request.now), request.param("id"));
    let live = request.live()?;
    if named == "all" {
        return answer(id, admin::revoke_sessions(app, live, id, by).await, "sessions-ended");
    }
    answer(id, admin::revoke_session(app, live, &named, by).await, "session-ended")
}

/// Begins to act as somebody.
///
/// # Errors
/// As [`role`].
pub async fn impersonate(app: &App, request: Request) -> Result<Response, ApiError> {
    let (by, id) = ((&request.caller(app), request.now), request.param("id"));
    match acting::begin(app, request.live()?, id, by).await {
        Ok((_user, opened)) => {
            let cookies = cookie::impersonation_cookies(app, &request, &opened.token);
            Ok(cookies.into_iter().fold(next::to(next::HOME), Response::with_cookie))
        }
        Err(failure) => answer(id, Err(failure), ""),
    }
}

/// Removes somebody with all that hangs on them.
///
/// # Errors
/// As [`role`].
pub async fn remove(app: &App, request: Request) -> Result<Response, ApiError> {
    let form: RemoveForm = request.body_or_default()?;
    let (by, id) = ((&request.caller(app), request.now), request.param("id"));
    if form.sure.is_none() {
        let words = PageWords::of(app, &request);
        let told = person::remove(&words, id);
        let told = told.wrong_at("sure", words.text("farewell-sure-missing")).back();
        return person::show(app, &request, Some(told)).await;
    }
    match admin::remove(app, request.live()?, id, by).await {
        Ok(()) => Ok(next::to("/dashboard/admin/personas?done=removed")),
        Err(failure) => answer(id, Err(failure), ""),
    }
}

/// Goes back to the person's page with what became of the act.
fn answer(id: &str, outcome: Result<(), Failure>, done: &str) -> Result<Response, ApiError> {
    let page = format!("/dashboard/admin/personas/{id}");
    match outcome {
        Ok(()) => Ok(next::to(&next::with(&page, "done", done))),
        Err(Failure::Refused(refusal)) => {
            Ok(next::to(&next::with(&page, "problem", refusal.code())))
        }
        Err(
            other @ (Failure::IllegalStep { .. } | Failure::Limited { .. } | Failure::Fault(_)),
        ) => Err(other.into()),
    }
}
