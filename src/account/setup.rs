//! The first administrator: a one-time link printed at start while there is none.
//!
//! Each start draws a new link and the former one dies. Whoever opens it on the
//! operator's terminal chooses name, address and password. Sign-up can never
//! set a role, so there is no other way in over HTTP.

use crate::account::device::{self, Occasion};
use crate::account::guard::Proof;
use crate::account::session::{self, Opened};
use crate::account::{Caller, audit, password};
use crate::app::{App, Failure};
use crate::base::clock::Millis;
use crate::base::secret::Secret;
use crate::domain::account::ACCOUNT_ID_PREFIX;
use crate::domain::audit::Act;
use crate::domain::email::Email;
use crate::domain::refusal::Refusal;
use crate::domain::session::Remember;
use crate::domain::token::Token;
use crate::domain::user::{ROLE_ADMIN, USER_ID_PREFIX, User, UserKind};
use crate::store::verifications::{self, Verification};
use crate::store::{Statement, StoreError, accounts, users};

/// What the row of the link is looked up by.
const IDENTIFIER: &str = "first-admin";

/// Life of the link, in seconds; a restart prints a new one.
const LINK_TTL_S: i64 = 86_400;

/// Draws the link's token while there is no administrator; `None` when there is one.
///
/// # Errors
/// A fault of the store.
pub async fn offer(app: &App, now: Millis) -> Result<Option<Token>, Failure> {
    if has_admin(app).await? {
        return Ok(None);
    }
    let token = Token::draw(&app.entropy);
    let row = Verification {
        id: app.entropy.id(verifications::ID_PREFIX, now),
        identifier: String::from(IDENTIFIER),
        value: token.hash().hex(),
        subject: None,
        expires_at: now.plus_s(LINK_TTL_S),
        created_at: now,
    };
    let batch = vec![void_link(), verifications::insert(&row)];
    app.store.apply(batch).await?;
    Ok(Some(token))
}

/// Returns the write after which the link opens nothing: somebody administers.
#[must_use]
pub fn void_link() -> Statement {
    verifications::delete_by_identifier(IDENTIFIER)
}

/// Checks that `token` opens the form.
///
/// # Errors
/// `SetupLinkInvalid`: unknown, used, older than a day, or there is an administrator.
pub async fn check(app: &App, token: &Token, now: Millis) -> Result<Verification, Failure> {
    let read = verifications::by_identifier(IDENTIFIER);
    let row: Verification = app.store.find(read).await?.ok_or(Refusal::SetupLinkInvalid)?;
    let opens = row.value == token.hash().hex() && row.expires_at > now;
    if !opens || has_admin(app).await? {
        return Err(Refusal::SetupLinkInvalid.into());
    }
    Ok(row)
}

/// What the first administrator chose.
#[derive(Debug)]
pub struct FirstAdmin {
    /// The name people see.
    pub name: String,
    /// The address, in normal form; the operator vouches for it.
    pub email: Email,
    /// The password, not yet checked.
    pub password: Secret<String>,
}

/// Spends the link and opens the administrator's account, signed in; returns the
/// session and what the browser shall be known by.
///
/// # Errors
/// `SetupLinkInvalid`, password refusals, `UserAlreadyExists`.
///
/// # Cost
/// One hash, one durable write.
pub async fn complete(
    app: &App,
    token: &Token,
    admin: FirstAdmin,
    by: (&Caller, Millis),
) -> Result<(Opened, Option<Token>), Failure> {
    let (_, now) = by;
    let link = check(app, token, now).await?;
    password::check(app, &admin.password, &admin.email)?;
    let hash = password::hash(app, admin.password).await?;
    let user = User {
        id: app.entropy.id(USER_ID_PREFIX, now),
        name: admin.name,
        email: admin.email,
        email_verified: true,
        image: None,
        role: String::from(ROLE_ADMIN),
        ban: None,
        is_active: true,
        locale: Some(by.0.locale),
        kind: UserKind::default(),
        profession: None,
        organization_id: None,
        created_at: now,
        updated_at: now,
    };
    let credential_id = app.entropy.id(ACCOUNT_ID_PREFIX, now);
    let opened = session::open(app, (&user, Proof::NewAccount), Remember::Yes, by);
    let mut batch = vec![
        verifications::consume(&link.id),
        users::insert(&user),
        accounts::insert_credential(&credential_id, &user.id, &hash, now),
        audit::of(app, Act::FirstAdmin, &user.id, by),
    ];
    batch.extend(opened.writes());
    let device = device::recognise(app, &user, Occasion::FirstUse, by).await?;
    batch.extend(device.writes);
    app.store.apply(batch).await.map_err(|error| match error {
        StoreError::Duplicate { .. } => Refusal::UserAlreadyExists.into(),
        StoreError::Unexpected { .. } => Refusal::SetupLinkInvalid.into(),
        other @ (StoreError::Decode { .. }
        | StoreError::Busy
        | StoreError::Unavailable { .. }
        | StoreError::Engine { .. }) => Failure::from(other),
    })?;
    tracing::info!(user = user.id, "first administrator created");
    Ok((opened, device.token))
}

async fn has_admin(app: &App) -> Result<bool, Failure> {
    let id: Option<String> = app.store.find(users::any_admin()).await?;
    Ok(id.is_some())
}
