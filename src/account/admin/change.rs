//! Creating somebody and changing what is known of them.
//!
//! An address given by an administrator is normalised like any other. A new one
//! counts as unproven unless the administrator vouches for it in the same breath,
//! and voids the links that were mailed to the old one.

use serde_json::json;

use super::{gone, permit, reason_or_none, target};
use crate::account::last_admin::{self, LastAdmin};
use crate::account::operate::{self, NewUser};
use crate::account::session::Live;
use crate::account::{Caller, audit, change_email, guard, password};
use crate::app::{App, Failure, authority};
use crate::base::clock::Millis;
use crate::base::secret::Secret;
use crate::domain::audit::Act;
use crate::domain::email::Email;
use crate::domain::refusal::Refusal;
use crate::domain::user::{Ban, ROLE_USER, User, UserKind, is_admin};
use crate::store::users::{self, Activity, DataChange};
use crate::store::{Statement, StoreError, sessions};

/// Data of a person, as an administrator writes them; `None` was not sent.
#[derive(Debug, Default)]
pub struct Data {
    /// The name.
    pub name: Option<String>,
    /// The address, as typed.
    pub email: Option<String>,
    /// Whether the administrator vouches for the address.
    pub email_verified: Option<bool>,
    /// The picture; `Some(None)` removes it.
    pub image: Option<Option<String>>,
    /// Roles joined by `,`.
    pub role: Option<String>,
    /// Whether the person is banned.
    pub banned: Option<bool>,
    /// Why; `Some(None)` takes the reason away.
    pub ban_reason: Option<Option<String>>,
    /// Until when; `Some(None)`: for ever.
    pub ban_expires: Option<Option<Millis>>,
    /// Whether the person may sign in.
    pub activity: Option<Activity>,
    /// On which side of the job board the person stands.
    pub kind: Option<UserKind>,
    /// What the person does for a living; `Some(None)` removes it.
    pub profession: Option<Option<String>>,
}

impl Data {
    /// Tells whether an administrator of whom this is written is none any more.
    fn takes_administration_away(&self) -> bool {
        let loses_role = self.role.as_deref().is_some_and(|role| !is_admin(role));
        loses_role || self.banned == Some(true) || self.activity == Some(Activity::Off)
    }
}

/// A person to be created by an administrator.
#[derive(Debug)]
pub struct Creation {
    /// The address, as typed.
    pub email: String,
    /// The name people see.
    pub name: String,
    /// The password; `None`: the person gets in another way.
    pub password: Option<Secret<String>>,
    /// What else is known; its address and name are not looked at.
    pub data: Data,
}

/// Creates somebody.
///
/// # Errors
/// `MayNotCreateUsers`, `InvalidEmail`, password refusals, `AddressTaken`.
///
/// # Cost
/// One read, one hash when there is a password, one durable write.
pub async fn create(
    app: &App,
    live: &Live,
    creation: Creation,
    by: (&Caller, Millis),
) -> Result<User, Failure> {
    permit(live, Refusal::MayNotCreateUsers)?;
    let email = Email::parse(&creation.email).ok_or(Refusal::InvalidEmail)?;
    if let Some(password) = &creation.password {
        password::check(app, password, &email)?;
    }
    if app.store.find::<User>(users::by_email(&email)).await?.is_some() {
        return Err(Refusal::AddressTaken.into());
    }
    let ban = ban(None, &creation.data);
    let new = NewUser {
        email,
        name: creation.name,
        password: creation.password,
        image: creation.data.image.flatten(),
        role: creation.data.role.unwrap_or_else(|| ROLE_USER.to_owned()),
        email_verified: creation.data.email_verified.unwrap_or(false),
        ban,
        kind: creation.data.kind.unwrap_or_default(),
        profession: creation.data.profession.flatten(),
        activity: creation.data.activity.unwrap_or(Activity::On),
    };
    match guard::governed(operate::create(app, new, by).await, Refusal::MayNotCreateUsers) {
        Err(Failure::Refused(Refusal::UserAlreadyExists)) => Err(Refusal::AddressTaken.into()),
        other => other,
    }
}

/// Changes what is known of somebody; returns them as they are now.
///
/// # Errors
/// `MayNotUpdateUsers`, `NoDataToUpdate`, `CannotBanYourself`, `InvalidEmail`,
/// `AddressTaken`, `NoSuchUser`, `LastAdmin`.
///
/// # Cost
/// Two or three point reads, one durable write.
pub async fn update(
    app: &App,
    live: &Live,
    id: &str,
    data: Data,
    by: (&Caller, Millis),
) -> Result<User, Failure> {
    permit(live, Refusal::MayNotUpdateUsers)?;
    let shuts_out = data.banned == Some(true) || data.activity == Some(Activity::Off);
    if shuts_out && id == live.user.id {
        return Err(Refusal::CannotBanYourself.into());
    }
    let email = typed_email(&data)?;
    if let Some(email) = &email {
        let holder: Option<User> = app.store.find(users::by_email(email)).await?;
        if holder.is_some_and(|holder| holder.id != id) {
            return Err(Refusal::AddressTaken.into());
        }
    }
    let user = target(app, id).await?;
    let is_moved = email.as_ref().is_some_and(|email| *email != user.email);
    let writes = writes(&user, &data, email, by.1);
    if writes.is_empty() {
        return Err(Refusal::NoDataToUpdate.into());
    }
    let mut batch = guard::governing(by, &user.id);
    batch.extend(shuts_out.then(|| authority::lost(&user.id, by.1)).into_iter().flatten());
    batch.extend(writes);
    if data.takes_administration_away() {
        batch.splice(..0, LastAdmin::Stays.guard(&user.id, by.1));
    }
    batch.extend(entries(app, &user, &data, by));
    if is_moved {
        batch.extend(change_email::changed_mail(app, &user, by)?);
    }
    match app.store.apply(batch).await {
        Ok(_) => {}
        Err(StoreError::Duplicate { .. }) => return Err(Refusal::AddressTaken.into()),
        Err(error) => {
            let missed = last_admin::missed(app, &user.id, error, Refusal::NoSuchUser).await;
            return gone(Err(missed), Refusal::MayNotUpdateUsers);
        }
    }
    if is_moved {
        app.mail_posted().await;
    }
    tracing::info!(user = user.id, by = live.user.id, "account changed");
    gone(target(app, id).await, Refusal::MayNotUpdateUsers)
}

/// Returns the writes that remember what was changed: fields by name, roles and bans as
/// the acts that they are.
fn entries(app: &App, user: &User, data: &Data, by: (&Caller, Millis)) -> Vec<Statement> {
    let fields: Vec<&str> = [
        ("name", data.name.is_some()),
        ("email", data.email.is_some()),
        ("emailVerified", data.email_verified.is_some()),
        ("image", data.image.is_some()),
        ("type", data.kind.is_some()),
        ("profession", data.profession.is_some()),
    ]
    .into_iter()
    .filter_map(|(field, is_sent)| is_sent.then_some(field))
    .collect();
    let mut entries = Vec::new();
    if !fields.is_empty() {
        let told = json!({"fields": fields});
        entries.push(audit::of_with(app, Act::UserUpdated, (&user.id, &told), by));
    }
    if let Some(role) = &data.role {
        let told = json!({"from": user.role, "to": role});
        entries.push(audit::of_with(app, Act::RoleChanged, (&user.id, &told), by));
    }
    if let Some(activity) = data.activity {
        entries.push(operate::activity_entry(app, user, activity, by));
    }
    if touches_ban(data) {
        let ban = ban(user.ban.clone(), data);
        entries.push(operate::ban_entry(app, user, ban.as_ref(), by));
    }
    entries
}

fn touches_ban(data: &Data) -> bool {
    data.banned.is_some() || data.ban_reason.is_some() || data.ban_expires.is_some()
}

fn typed_email(data: &Data) -> Result<Option<Email>, Refusal> {
    data.email.as_deref().map(|typed| Email::parse(typed).ok_or(Refusal::InvalidEmail)).transpose()
}

fn writes(user: &User, data: &Data, email: Option<Email>, now: Millis) -> Vec<Statement> {
    let new_email = email.filter(|email| *email != user.email);
    let is_unproven = new_email.as_ref().map(|_| false);
    let change = DataChange {
        name: data.name.clone(),
        email_verified: data.email_verified.or(is_unproven),
        email: new_email,
        image: data.image.clone(),
        role: data.role.clone(),
    };
    let mut batch = Vec::new();
    let touches_ban = touches_ban(data);
    let touches_data = touches_ban
        || data.email.is_some()
        || change.name.is_some()
        || change.email_verified.is_some()
        || change.image.is_some()
        || change.role.is_some();
    if touches_data {
        batch.push(users::data_set(&user.id, &change, now));
    }
    if change.email.is_some() || change.email_verified.is_some() {
        batch.extend(password::void_links(&user.id));
    }
    if let Some(role) = &change.role {
        batch.extend(operate::role_writes(&User { role: role.clone(), ..user.clone() }));
    }
    batch.extend(data.kind.map(|kind| users::kind_set(&user.id, kind, now)));
    let profession = data.profession.as_ref();
    batch.extend(profession.map(|text| users::profession_set(&user.id, text.as_deref(), now)));
    if let Some(activity) = data.activity {
        batch.push(users::active_set(&user.id, activity, now));
        if activity == Activity::Off {
            batch.extend(sessions::end_all(&user.id));
        }
    }
    if touches_ban {
        let ban = ban(user.ban.clone(), data);
        batch.push(users::ban_set(&user.id, ban.as_ref(), now));
        batch.extend(ban.into_iter().flat_map(|_| sessions::end_all(&user.id)));
    }
    batch
}

/// Works out the ban: what was there, with what was sent laid over it.
fn ban(before: Option<Ban>, data: &Data) -> Option<Ban> {
    let is_banned = data.banned.unwrap_or(before.is_some());
    let before = before.unwrap_or(Ban { reason: None, expires_at: None });
    let ban = Ban {
        reason: Some(reason_or_none(data.ban_reason.clone().unwrap_or(before.reason))),
        expires_at: data.ban_expires.unwrap_or(before.expires_at),
    };
    is_banned.then_some(ban)
}
