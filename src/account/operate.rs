//! What an operator does to other people's accounts from the command line.
//!
//! The administrator's endpoints will call the same rules. Each of them ends the
//! sessions that it says it ends, in the same write.

use serde_json::json;

use crate::account::device::{self, Kept};
use crate::account::last_admin::{LastAdmin, missed};
use crate::account::{Caller, audit, guard, password, session, setup};
use crate::app::{App, Failure, authority, founding};
use crate::base::bounds::LIST_ROWS_MAX;
use crate::base::clock::Millis;
use crate::base::secret::Secret;
use crate::domain::account::ACCOUNT_ID_PREFIX;
use crate::domain::audit::Act;
use crate::domain::email::Email;
use crate::domain::refusal::Refusal;
use crate::domain::user::{Ban, USER_ID_PREFIX, User, UserKind};
use crate::store::users::{self, Activity};
use crate::store::{Statement, StoreError, accounts, erasure, files, members, sessions};

/// Finds a person by id or address.
///
/// # Errors
/// `UserNotFound`.
pub async fn find(app: &App, id_or_email: &str) -> Result<User, Failure> {
    let read = Email::parse(id_or_email)
        .map_or_else(|| users::by_id(id_or_email), |email| users::by_email(&email));
    Ok(app.store.find(read).await?.ok_or(Refusal::UserNotFound)?)
}

/// Lists people in order of creation, after the last one of the page before.
///
/// # Errors
/// A fault of the store.
pub async fn page(app: &App, after: Option<&User>, limit: i64) -> Result<Vec<User>, Failure> {
    let after = after.map_or((Millis(i64::MIN), ""), |user| (user.created_at, user.id.as_str()));
    Ok(app.store.list(users::page(after, limit.clamp(1, LIST_ROWS_MAX))).await?)
}

/// A person to be created by an operator.
#[derive(Debug)]
pub struct NewUser {
    /// The address, in normal form.
    pub email: Email,
    /// The name people see.
    pub name: String,
    /// The password, not yet checked; `None`: the person gets in another way.
    pub password: Option<Secret<String>>,
    /// Address of a picture.
    pub image: Option<String>,
    /// Roles joined by `,`.
    pub role: String,
    /// Whether the operator vouches for the address.
    pub email_verified: bool,
    /// The ban that the account begins with.
    pub ban: Option<Ban>,
    /// On which side of the job board the person stands.
    pub kind: UserKind,
    /// What the person does for a living.
    pub profession: Option<String>,
    /// Whether the person may sign in.
    pub activity: Activity,
}

/// Creates a person, with a password or without.
///
/// # Errors
/// Password refusals, `UserAlreadyExists`.
///
/// # Cost
/// One hash, one durable write.
pub async fn create(app: &App, new: NewUser, by: (&Caller, Millis)) -> Result<User, Failure> {
    let (_, now) = by;
    let hash = match new.password {
        Some(password) => {
            password::check(app, &password, &new.email)?;
            Some(password::hash(app, password).await?)
        }
        None => None,
    };
    let user = User {
        id: app.entropy.id(USER_ID_PREFIX, now),
        name: new.name,
        email: new.email,
        email_verified: new.email_verified,
        image: new.image,
        role: new.role,
        ban: new.ban,
        is_active: new.activity == Activity::On,
        locale: None,
        kind: new.kind,
        profession: new.profession,
        organization_id: None,
        created_at: now,
        updated_at: now,
    };
    let told = json!({"role": user.role});
    let mut batch = guard::governing(by, "");
    batch.push(users::insert(&user));
    batch.extend(user.is_admin().then(setup::void_link));
    batch.push(audit::of_with(app, Act::UserCreated, (&user.id, &told), by));
    batch.extend(user.ban.as_ref().map(|ban| users::ban_set(&user.id, Some(ban), now)));
    batch.extend(hash.map(|hash| {
        let id = app.entropy.id(ACCOUNT_ID_PREFIX, now);
        accounts::insert_credential(&id, &user.id, &hash, now)
    }));
    match app.store.apply(batch).await {
        Ok(_) => Ok(user),
        Err(StoreError::Duplicate { .. }) => Err(Refusal::UserAlreadyExists.into()),
        Err(error) => Err(guard::missed(Refusal::Unauthorized)(error)),
    }
}

/// Sets a person's roles, joined by `,`.
///
/// # Errors
/// `UserNotFound` when the person went meanwhile; `LastAdmin`.
pub async fn set_role(
    app: &App,
    user: User,
    (role, last): (&str, LastAdmin),
    by: (&Caller, Millis),
) -> Result<User, Failure> {
    let (_, now) = by;
    let told = json!({"from": user.role, "to": role});
    let user = User { role: role.to_owned(), updated_at: now, ..user };
    let mut batch = if user.is_admin() { Vec::new() } else { last.guard(&user.id, now) };
    batch.extend(guard::governing(by, &user.id));
    batch.push(users::role_set(&user, now));
    batch.push(audit::of_with(app, Act::RoleChanged, (&user.id, &told), by));
    batch.extend(role_writes(&user));
    applied(app, &user, batch).await?;
    tracing::info!(user = user.id, role, "role changed");
    Ok(user)
}

/// Returns what else a role takes: whoever administers no longer acts as nobody else either;
/// nobody acts as an administrator, and where there is one the link of the first start
/// opens nothing.
#[must_use]
pub fn role_writes(user: &User) -> Vec<Statement> {
    if user.is_admin() {
        let mut writes = Vec::from(sessions::end_borrowed(&user.id));
        writes.push(setup::void_link());
        writes
    } else {
        sessions::end_impersonations(&user.id).into()
    }
}

/// Sets a person's password and ends their sessions, but for `kept`, with what was known
/// by them and what they handed on.
///
/// # Errors
/// Password refusals.
///
/// # Cost
/// One hash, one durable write.
pub async fn set_password(
    app: &App,
    user: &User,
    (new, kept): (Secret<String>, Option<&str>),
    by: (&Caller, Millis),
) -> Result<(), Failure> {
    let (_, now) = by;
    password::check(app, &new, &user.email)?;
    let hash = password::hash(app, new).await?;
    let mut batch = Vec::from(authority::lost(&user.id, now));
    batch.extend(guard::governing(by, &user.id));
    batch.push(password_write(app, user, &hash, now));
    batch.extend(device::forgotten(&user.id, Kept::Nothing));
    batch.extend(match kept {
        Some(kept) => sessions::end_others(&user.id, kept),
        None => sessions::end_all(&user.id),
    });
    batch.push(audit::of(app, Act::PasswordChanged, &user.id, by));
    batch.extend(password::void_links(&user.id));
    app.store.apply(batch).await.map_err(guard::missed(Refusal::UserNotFound))?;
    tracing::info!(user = user.id, "password changed");
    Ok(())
}

/// Returns the write of a hashed password, whether there was one before or not.
#[must_use]
pub fn password_write(app: &App, user: &User, hash: &str, now: Millis) -> Statement {
    let id = app.entropy.id(ACCOUNT_ID_PREFIX, now);
    accounts::password_put(&id, &user.id, hash, now)
}

/// Marks a person's address as proven.
///
/// # Errors
/// A fault of the store.
pub async fn verify(app: &App, user: &User, by: (&Caller, Millis)) -> Result<(), Failure> {
    let mut batch = vec![users::verified_set(&user.id, &user.email, by.1)];
    batch.push(audit::of(app, Act::EmailVerified, &user.id, by));
    batch.extend(password::void_links(&user.id));
    app.store.apply(batch).await?;
    Ok(())
}

/// Bans a person, ends their sessions and what they handed on; `None` lifts the ban.
///
/// # Errors
/// `UserNotFound` when the person went meanwhile; `LastAdmin`.
pub async fn set_ban(
    app: &App,
    user: &User,
    (ban, last): (Option<&Ban>, LastAdmin),
    by: (&Caller, Millis),
) -> Result<(), Failure> {
    let mut batch = ban.map(|_| last.guard(&user.id, by.1)).unwrap_or_default();
    batch.extend(guard::governing(by, &user.id));
    batch.extend(ban.into_iter().flat_map(|_| authority::lost(&user.id, by.1)));
    batch.extend([users::ban_set(&user.id, ban, by.1), ban_entry(app, user, ban, by)]);
    batch.extend(ban.into_iter().flat_map(|_| sessions::end_all(&user.id)));
    applied(app, user, batch).await?;
    tracing::info!(user = user.id, banned = ban.is_some(), "ban changed");
    Ok(())
}

/// Returns the write that remembers a ban or its end.
#[must_use]
pub fn ban_entry(app: &App, user: &User, ban: Option<&Ban>, by: (&Caller, Millis)) -> Statement {
    match ban {
        Some(ban) => {
            let until = ban.expires_at.map(Millis::iso);
            let told = json!({"reason": ban.reason, "until": until});
            audit::of_with(app, Act::UserBanned, (&user.id, &told), by)
        }
        None => audit::of(app, Act::UserUnbanned, &user.id, by),
    }
}

/// Turns an account on or off; turning it off ends its sessions and what it handed on.
///
/// # Errors
/// `UserNotFound` when the person went meanwhile; `LastAdmin`.
pub async fn set_active(
    app: &App,
    user: &User,
    (activity, last): (Activity, LastAdmin),
    by: (&Caller, Millis),
) -> Result<(), Failure> {
    let mut batch = match activity {
        Activity::On => Vec::new(),
        Activity::Off => last.guard(&user.id, by.1),
    };
    batch.extend(guard::governing(by, &user.id));
    if activity == Activity::Off {
        batch.extend(authority::lost(&user.id, by.1));
    }
    batch.push(users::active_set(&user.id, activity, by.1));
    batch.push(activity_entry(app, user, activity, by));
    if activity == Activity::Off {
        batch.extend(sessions::end_all(&user.id));
    }
    applied(app, user, batch).await?;
    tracing::info!(user = user.id, active = activity == Activity::On, "activity changed");
    Ok(())
}

/// Returns the write that remembers that an account was turned on or off.
pub(super) fn activity_entry(
    app: &App,
    user: &User,
    activity: Activity,
    by: (&Caller, Millis),
) -> Statement {
    let told = json!({"active": activity == Activity::On});
    audit::of_with(app, Act::ActivityChanged, (&user.id, &told), by)
}

/// Ends every session of a person; returns how many.
///
/// # Errors
/// A fault of the store.
pub async fn revoke_sessions(
    app: &App,
    user_id: &str,
    by: (&Caller, Millis),
) -> Result<u64, Failure> {
    let head = guard::governing(by, user_id);
    session::end_all(app, (user_id, Kept::Nothing), head, by).await
}

/// Deletes a person with all that hangs on them, and what knows them by their address, if
/// what `head` asks once more still holds.
///
/// # Errors
/// `UserNotFound` when the person went meanwhile; `LastOwner` when others would be left in
/// an organisation that nobody owns; `LastAdmin`; those of [`guard::missed`].
pub async fn delete(
    app: &App,
    user: &User,
    (last, head): (LastAdmin, Vec<Statement>),
    by: (&Caller, Millis),
) -> Result<(), Failure> {
    let mut batch = last.guard(&user.id, by.1);
    // The organisation before its people: so does whoever joins or leaves it.
    batch.extend(founding::before_leaving(app, user, by.1).await?);
    batch.extend(head);
    let released = batch.len();
    batch.push(files::release(&user.id, by.1));
    batch.extend(erasure::before(&user.id));
    batch.extend([users::delete(&user.id), audit::of(app, Act::UserDeleted, &user.id, by)]);
    match app.store.apply(batch).await {
        Ok(written) => app.let_go(written.get(released)).await,
        Err(StoreError::Unexpected { sql: members::DELETE_NAME, .. }) => {
            return Err(Refusal::LastOwner.into());
        }
        Err(error) => return Err(missed(app, &user.id, error, Refusal::UserNotFound).await),
    }
    tracing::info!(user = user.id, "account deleted");
    Ok(())
}

/// Writes what may take an administrator away.
async fn applied(app: &App, user: &User, batch: Vec<Statement>) -> Result<(), Failure> {
    match app.store.apply(batch).await {
        Ok(_) => Ok(()),
        Err(error) => Err(missed(app, &user.id, error, Refusal::UserNotFound).await),
    }
}
