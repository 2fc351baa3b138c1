//! Invitations from the waitlist: who may open an account with one.
//!
//! A mailed token is bound to one address, proves it, and works once. Where
//! sign-up is by invitation alone, an invited address may also come without it.

use crate::app::{App, Failure};
use crate::base::clock::Millis;
use crate::domain::email::Email;
use crate::domain::link::LinkPurpose;
use crate::domain::refusal::Refusal;
use crate::domain::user::UserKind;
use crate::domain::waitlist::{WaitlistEntry, WaitlistRole};
use crate::store::verifications::{self, Verification};
use crate::store::{Statement, guards, waitlist};

/// An invitation that counts.
#[derive(Debug)]
pub struct Invitation {
    entry: WaitlistEntry,
    link: Verification,
}

impl Invitation {
    /// Returns the invited address.
    #[must_use]
    pub const fn email(&self) -> &Email {
        &self.entry.email
    }

    /// Returns the name given on the waitlist; empty when none was.
    #[must_use]
    pub fn name(&self) -> &str {
        self.entry.name.as_deref().unwrap_or_default()
    }

    /// Returns on which side of the job board whoever waited stands.
    #[must_use]
    pub const fn kind(&self) -> UserKind {
        match self.entry.role {
            WaitlistRole::Professional => UserKind::Professional,
            WaitlistRole::Empresa => UserKind::Organization,
        }
    }

    /// Returns the name of the empresa that waited.
    #[must_use]
    pub fn company(&self) -> Option<&str> {
        self.entry.company.as_deref().filter(|name| !name.is_empty())
    }

    /// Returns the writes that spend it; they expect that nobody has, and that whoever was
    /// invited still is on the list.
    #[must_use]
    pub fn spend(&self) -> [Statement; 2] {
        [guards::waits(&self.entry.id, &self.entry.email), verifications::consume(&self.link.id)]
    }
}

/// Finds the invitation of a presented token.
///
/// # Errors
/// `InvitationInvalid`: unknown, spent, too old, or of somebody who left the list.
///
/// # Cost
/// Two point reads.
pub async fn find(app: &App, token: &str, now: Millis) -> Result<Invitation, Failure> {
    let link = app.find_link_token(LinkPurpose::WaitlistInvite, token, now).await?;
    let link = link.ok_or(Refusal::InvitationInvalid)?;
    let read = waitlist::by_id(link.subject.as_deref().unwrap_or_default());
    let entry: Option<WaitlistEntry> = app.store.find(read).await?;
    Ok(Invitation { entry: entry.ok_or(Refusal::InvitationInvalid)?, link })
}

/// Returns the statement that asks once more what [`is_invited`] answered with yes.
#[must_use]
pub fn invited(app: &App, email: &Email, now: Millis) -> Statement {
    guards::invited(email, now.plus_s(-app.config.waitlist.invite_ttl_s))
}

/// Tells whether an address was invited and the invitation has not run out.
///
/// # Errors
/// A fault of the store.
pub async fn is_invited(app: &App, email: &Email, now: Millis) -> Result<bool, Failure> {
    let entry: Option<WaitlistEntry> = app.store.find(waitlist::by_email(email)).await?;
    let invited_at = entry.and_then(|entry| entry.invited_at);
    let ttl_s = app.config.waitlist.invite_ttl_s;
    Ok(invited_at.is_some_and(|at| at.plus_s(ttl_s) > now))
}
