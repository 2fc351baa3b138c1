//! What a mail is before it is rendered: its kind, and what it is made of.
//!
//! A row of the outbox keeps the content as JSON and renders it when it is sent.
//! Tokens are not part of it: they are minted at sending or travel sealed.

mod content;

pub use content::{ChangeStep, MailContent, SourceShare, WaitlistWeek};

use crate::base::clock::Millis;

/// The kinds of mail. The wire name goes into the outbox and the file transport.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailKind {
    /// Proves that an account's address is its owner's.
    VerifyEmail,
    /// Leads to the form for a new password.
    ResetPassword,
    /// Asks the old address, then the new one, about a change of address.
    ChangeEmail,
    /// Confirms that an account shall go.
    DeleteAccount,
    /// Tells an owner that somebody tried to sign up with their address.
    ExistingAccount,
    /// Tells that the password has changed.
    PasswordChanged,
    /// Tells the address that was that the account has another one.
    EmailChanged,
    /// Tells of a sign-in in a browser that the account does not know.
    NewDevice,
    /// Greets on the waitlist: place and link to share.
    WaitlistWelcome,
    /// Asks whether somebody really joined the waitlist.
    WaitlistConfirm,
    /// Invites from the waitlist to an account.
    WaitlistInvite,
    /// Tells administrators of a week of the waitlist in numbers.
    WaitlistDigest,
    /// Tells an organisation that people have applied.
    ApplicationReceived,
    /// Tells a candidate where their application stands.
    ApplicationStatus,
    /// Tells somebody of a message that nobody has read for a while.
    NewMessage,
    /// Tells of new offers that an alert found.
    JobAlert,
    /// Tells of a week of the job board in numbers.
    WeeklyReport,
    /// Asks somebody to become a member of an organisation.
    OrganizationInvite,
    /// Tells an organisation that an offer ends soon.
    OfferExpiring,
}

/// Which mails go first when not all may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Lane {
    /// Its reader has just asked for it and waits at a form.
    Asked,
    /// It warns of what happened to an account.
    Notice,
    /// Somebody's act at this moment is why it goes.
    Transactional,
    /// It can wait an hour.
    Bulk,
}

impl Lane {
    /// All, in the order in which they are served.
    pub const ALL: [Self; 4] = [Self::Asked, Self::Notice, Self::Transactional, Self::Bulk];

    /// Returns what the outbox stores; the statement that lists due mails spells it too.
    #[must_use]
    pub const fn number(self) -> i64 {
        match self {
            Self::Asked => 0,
            Self::Notice => 1,
            Self::Transactional => 2,
            Self::Bulk => 3,
        }
    }

    /// Reads what the outbox stores.
    #[must_use]
    pub fn parse(number: i64) -> Option<Self> {
        Self::ALL.into_iter().find(|lane| lane.number() == number)
    }
}

/// What holds back a mail of which its reader has had enough in an hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cap {
    /// All mails to the address that strangers can cause, counted together.
    Address,
    /// Notices of the kind to the address: no other mail uses them up.
    Notice,
    /// Nothing: strangers cannot cause it, or what causes it has a bound of its own, one
    /// an hour and offer, step or conversation.
    Uncapped,
}

impl MailKind {
    /// Every kind.
    pub const ALL: [Self; 19] = [
        Self::VerifyEmail,
        Self::ResetPassword,
        Self::ChangeEmail,
        Self::DeleteAccount,
        Self::ExistingAccount,
        Self::PasswordChanged,
        Self::EmailChanged,
        Self::NewDevice,
        Self::WaitlistWelcome,
        Self::WaitlistConfirm,
        Self::WaitlistInvite,
        Self::WaitlistDigest,
        Self::ApplicationReceived,
        Self::ApplicationStatus,
        Self::NewMessage,
        Self::JobAlert,
        Self::WeeklyReport,
        Self::OrganizationInvite,
        Self::OfferExpiring,
    ];

    /// Returns the wire name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::VerifyEmail => "verify-email",
            Self::ResetPassword => "reset-password",
            Self::ChangeEmail => "change-email",
            Self::DeleteAccount => "delete-account",
            Self::ExistingAccount => "existing-account",
            Self::PasswordChanged => "password-changed",
            Self::EmailChanged => "email-changed",
            Self::NewDevice => "new-device",
            Self::WaitlistWelcome => "waitlist-welcome",
            Self::WaitlistConfirm => "waitlist-confirm",
            Self::WaitlistInvite => "waitlist-invite",
            Self::WaitlistDigest => "waitlist-digest",
            Self::ApplicationReceived => "application-received",
            Self::ApplicationStatus => "application-status",
            Self::NewMessage => "new-message",
            Self::JobAlert => "job-alert",
            Self::WeeklyReport => "weekly-report",
            Self::OrganizationInvite => "organization-invite",
            Self::OfferExpiring => "offer-expiring",
        }
    }

    /// Reads a wire name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Returns how a kind travels and what holds it back: the one place that says so.
    ///
    /// Notices have a cap of their own: else whoever is about to take an account would
    /// first fill the hour of its owner with mails that anybody can ask for.
    const fn way(self) -> (Lane, Cap) {
        match self {
            Self::VerifyEmail
            | Self::ResetPassword
            | Self::ChangeEmail
            | Self::DeleteAccount
            | Self::ExistingAccount
            | Self::WaitlistConfirm => (Lane::Asked, Cap::Address),
            Self::PasswordChanged | Self::EmailChanged | Self::NewDevice => {
                (Lane::Notice, Cap::Notice)
            }
            Self::OrganizationInvite => (Lane::Transactional, Cap::Address),
            Self::ApplicationReceived | Self::ApplicationStatus | Self::NewMessage => {
                (Lane::Transactional, Cap::Uncapped)
            }
            Self::WaitlistWelcome | Self::WaitlistInvite => (Lane::Bulk, Cap::Address),
            Self::WaitlistDigest | Self::JobAlert | Self::WeeklyReport | Self::OfferExpiring => {
                (Lane::Bulk, Cap::Uncapped)
            }
        }
    }

    /// Returns the lane in which the kind travels.
    #[must_use]
    pub const fn lane(self) -> Lane {
        self.way().0
    }

    /// Returns what holds the kind back.
    #[must_use]
    pub const fn cap(self) -> Cap {
        self.way().1
    }
}

/// Why a mail will not go, as its row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suppression {
    /// The address has had `mail.per_address_hourly_max` mails in this hour.
    AddressCap,
    /// The address has had `mail.notice_hourly_max` notices of the kind in this hour.
    NoticeCap,
    /// Nobody has an account with the address.
    NoAccount,
    /// The address is proven already.
    AlreadyVerified,
    /// Somebody else has an account with the address.
    AddressTaken,
}

impl Suppression {
    /// Returns the reason for the operator.
    #[must_use]
    pub const fn reason(self) -> &'static str {
        match self {
            Self::AddressCap => "the address has had its mails of this hour",
            Self::NoticeCap => "the address has had its notices of this kind and hour",
            Self::NoAccount => "nobody has an account with this address",
            Self::AlreadyVerified => "the address is verified already",
            Self::AddressTaken => "somebody has an account with this address",
        }
    }
}

/// How long ago finished mails are forgotten, in days.
pub const KEPT_DAYS: i64 = 30;

/// Returns the moment before which a window of the mail quotas has passed.
#[must_use]
pub const fn hour_before(now: Millis) -> Millis {
    now.plus_s(-3600)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_the_cap_of_its_lane() {
        for kind in MailKind::ALL {
            let is_right = match kind.lane() {
                Lane::Asked => kind.cap() == Cap::Address,
                Lane::Notice => kind.cap() == Cap::Notice,
                Lane::Transactional | Lane::Bulk => kind.cap() != Cap::Notice,
            };
            assert!(is_right, "{}", kind.name());
        }
        for lane in Lane::ALL {
            assert_eq!(Lane::parse(lane.number()), Some(lane));
        }
    }
}
