//! What a password may be, and how it is changed and checked.
//!
//! Length counts UTF-16 code units, as the contract does; nothing is trimmed or
//! composed for the person. Hashing happens in the pool and costs tens of
//! milliseconds. Sources: contract 4; OWASP ASVS 5.0 6.2; NIST SP 800-63B-4.

use unicode_normalization::UnicodeNormalization as _;

use crate::account::device::{self, Kept};
use crate::account::guard::{self, Proof};
use crate::account::session::{self, Live, Opened};
use crate::account::{Caller, audit, current_password};
use crate::app::{App, Failure, authority};
use crate::base::clock::Millis;
use crate::base::secret::Secret;
use crate::domain::audit::Act;
use crate::domain::email::Email;
use crate::domain::link::{HAND_OVER, LinkPurpose};
use crate::domain::mail::MailContent;
use crate::domain::refusal::Refusal;
use crate::domain::session::Remember;
use crate::domain::user::User;
use crate::store::{Statement, StoreError, accounts, sessions, verifications};

/// Checks that a new password may be used.
///
/// # Errors
/// `PasswordTooShort`, `PasswordTooLong`, `PasswordTooCommon`.
pub fn check(app: &App, password: &Secret<String>, email: &Email) -> Result<(), Refusal> {
    check_length(app, password)?;
    if app.config.auth.password_common_check && is_common(app, password, email) {
        return Err(Refusal::PasswordTooCommon);
    }
    Ok(())
}

/// Checks both bounds of the length.
///
/// # Errors
/// `PasswordTooShort`, `PasswordTooLong`.
pub fn check_length(app: &App, password: &Secret<String>) -> Result<(), Refusal> {
    let length = password.expose().encode_utf16().count();
    if length < app.config.auth.password_length_min {
        return Err(Refusal::PasswordTooShort);
    }
    check_length_max(app, password)
}

/// Checks the upper bound alone, which also guards the hash pool at sign-in.
///
/// # Errors
/// `PasswordTooLong`.
pub fn check_length_max(app: &App, password: &Secret<String>) -> Result<(), Refusal> {
    let length = password.expose().encode_utf16().count();
    if length > app.config.auth.password_length_max {
        return Err(Refusal::PasswordTooLong);
    }
    Ok(())
}

/// Tells whether the whole password is one that an attacker tries first.
fn is_common(app: &App, password: &Secret<String>, email: &Email) -> bool {
    let folded = folded(password.expose());
    [app.config.brand.name.as_str(), email.as_str(), email.local_part()]
        .into_iter()
        .any(|word| folded == self::folded(word))
        || app.common_passwords.contains(&folded)
}

fn folded(text: &str) -> String {
    text.nfkc().collect::<String>().to_lowercase()
}

/// Hashes a checked password.
///
/// # Errors
/// A fault when the pool's queue is full.
///
/// # Cost
/// One hash.
pub async fn hash(app: &App, password: Secret<String>) -> Result<String, Failure> {
    Ok(app.hashes.hash(password, app.entropy.bytes()).await?)
}

/// Checks that `given` is the live person's.
///
/// # Errors
/// Those of [`current_password::prove`].
///
/// # Cost
/// One hash.
pub async fn verify(
    app: &App,
    live: &Live,
    given: Secret<String>,
    by: (&Caller, Millis),
) -> Result<(), Failure> {
    current_password::prove(app, live, given, by).await.map(|_stored| ())
}

/// What a change of password asks.
#[derive(Debug)]
pub struct Change {
    /// The password as it is.
    pub current: Secret<String>,
    /// The password as it shall be.
    pub new: Secret<String>,
    /// What happens to the person's sessions.
    pub others: OtherSessions,
}

/// What happens to the other sessions when a password changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherSessions {
    /// They stay.
    Keep,
    /// They end, and the one that asks gets a new token.
    Revoke,
}

/// Changes the live person's password; returns the new session where one was asked.
///
/// # Errors
/// Length and common-password refusals, `CredentialAccountNotFound`,
/// `InvalidPassword`, also when the password changed meanwhile; those of
/// [`current_password::prove`].
///
/// # Cost
/// Two hashes and one durable write.
pub async fn change(
    app: &App,
    live: &Live,
    change: Change,
    by: (&Caller, Millis),
) -> Result<Option<Opened>, Failure> {
    check(app, &change.new, &live.user.email)?;
    let stored: Option<String> = app.store.find(accounts::password(&live.user.id)).await?;
    if stored.is_none() {
        return Err(Refusal::CredentialAccountNotFound.into());
    }
    let stored = current_password::prove(app, live, change.current, by).await?;
    let hash = hash(app, change.new).await?;
    let (_, now) = by;
    let swap = accounts::password_swap(&live.user.id, &stored, &hash, now).expecting(1);
    let opened = match change.others {
        OtherSessions::Keep => None,
        OtherSessions::Revoke => {
            Some(session::open(app, (&live.user, Proof::Session), Remember::Yes, by))
        }
    };
    // Whoever ends the other sessions ends what was handed on and known by them.
    let mut batch = match change.others {
        OtherSessions::Keep => Vec::new(),
        OtherSessions::Revoke => Vec::from(authority::lost(&live.user.id, now)),
    };
    batch.extend(guard::asking(by.0, &live.user.id));
    batch.extend([swap, audit::of(app, Act::PasswordChanged, &live.user.id, by)]);
    batch.extend(void_links(&live.user.id));
    batch.extend(changed_mail(app, &live.user, by)?);
    if let Some(opened) = &opened {
        batch.extend(sessions::end_all(&live.user.id));
        batch.extend(device::forgotten(&live.user.id, Kept::Asking(by.0)));
        batch.extend(opened.writes());
    }
    app.store.apply(batch).await.map_err(guard::missed(Refusal::InvalidPassword))?;
    app.mail_posted().await;
    tracing::info!(user = live.user.id, "password changed");
    Ok(opened)
}

/// Returns the writes after which no link mailed earlier sets a password or an address or
/// ends the account: for whenever a password or an address changes, or an address is proven.
///
/// Whoever had a link mailed while they held the account, or its mailbox, must not take
/// it back with one; and what a link may do was decided by how the account stood then.
#[must_use]
pub fn void_links(user_id: &str) -> [Statement; 4] {
    let links = [LinkPurpose::ResetPassword, LinkPurpose::ChangeEmail, LinkPurpose::DeleteAccount];
    let [reset, change, delete] = links.map(LinkPurpose::identifier);
    [reset, change, delete, HAND_OVER]
        .map(|identifier| verifications::delete_of_subject(user_id, identifier))
}

/// Returns the writes that tell an owner of a changed password.
///
/// # Errors
/// A defect.
pub fn changed_mail(
    app: &App,
    user: &User,
    by: (&Caller, Millis),
) -> Result<Vec<Statement>, StoreError> {
    let (caller, now) = by;
    let content = MailContent::PasswordChanged { name: user.name.clone(), at: now.0 };
    app.post(caller.post_to(user, content, None), now)
}
