//! Proving an address by the link mailed to it.
//!
//! The link's token is a signed statement, not a row: opening it twice within
//! its hour succeeds twice, so a mail scanner that opens every link spends
//! nothing. Source: contract 4 and 8, `/verify-email`.

use serde::{Deserialize, Serialize};

use crate::app::{App, Failure};
use crate::base::clock::Millis;
use crate::base::jwt::{self, JwtError};
use crate::domain::email::Email;
use crate::domain::refusal::Refusal;
use crate::domain::user::User;
use crate::store::users;

/// What a verification link states.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VerifyClaims {
    /// The address that the link was mailed to, in normal form.
    pub email: String,
    /// Whose address it is.
    pub user_id: String,
    /// When the link was made, in Unix seconds.
    pub iat: i64,
    /// When it stops counting, in Unix seconds.
    pub exp: i64,
}

/// Whether a request may change anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It may.
    Apply,
    /// It is a HEAD: look, change nothing.
    LookOnly,
}

/// Marks the address of `token` as proven; again is fine.
///
/// # Errors
/// `InvalidToken`, `TokenExpired`, `UserNotFound`.
pub async fn email(app: &App, token: &str, effect: Effect, now: Millis) -> Result<(), Failure> {
    let claims: VerifyClaims =
        jwt::verify(app.keys.secret.expose(), token, now).map_err(|error| match error {
            JwtError::Invalid => Refusal::InvalidToken,
            JwtError::Expired => Refusal::TokenExpired,
        })?;
    let email = Email::parse(&claims.email).ok_or(Refusal::InvalidToken)?;
    let found: Option<User> = app.store.find(users::by_email(&email)).await?;
    let user = found.filter(|user| user.id == claims.user_id).ok_or(Refusal::UserNotFound)?;
    if user.email_verified || effect == Effect::LookOnly {
        return Ok(());
    }
    app.store.apply(vec![users::verified_set(&user.id, &email, now)]).await?;
    tracing::info!(user = user.id, "address verified");
    Ok(())
}
