//! What the audit log knows of an act: who, on whom or what, when and from where.

use crate::base::clock::Millis;

/// Prefix of ids of entries.
pub const AUDIT_ID_PREFIX: &str = "aud_";

/// Who acts when nobody is signed in and the operator types.
pub const COMMAND_LINE: &str = "command-line";

/// A security-relevant act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Somebody opened an account.
    SignUp,
    /// The first administrator's account was opened with the link of the first start.
    FirstAdmin,
    /// Somebody signed in.
    SignIn,
    /// Somebody tried to, with a wrong password or as nobody.
    SignInFailed,
    /// Too many tries have closed an account, to an address or to strangers; once for
    /// each time that it closes, whoever goes on knocking.
    SignInThrottled,
    /// Whoever is signed in gave a wrong password where theirs is asked for again.
    PasswordCheckFailed,
    /// So many were tried with an account's sessions that the next ones wait; once for
    /// each time that they do.
    PasswordChecksThrottled,
    /// A session ended because too many wrong passwords were given with it.
    SessionEndedByGuesses,
    /// Somebody signed out.
    SignOut,
    /// An address was proven.
    EmailVerified,
    /// An address was changed.
    EmailChanged,
    /// A password was changed by whoever knew it, or set by an administrator.
    PasswordChanged,
    /// Somebody asked for a link that sets a password, for an account or for nobody's.
    ResetAsked,
    /// An operator had such a link shown.
    ResetLinkShown,
    /// A password was set with such a link.
    PasswordReset,
    /// An account at a provider became a way in.
    AccountLinked,
    /// A way in was taken away.
    AccountUnlinked,
    /// Whoever proved the address took the account over from whoever had not.
    AccountTakenOver,
    /// One session was ended by its owner or an administrator.
    SessionRevoked,
    /// All sessions of somebody were ended, or all others.
    SessionsRevoked,
    /// An account was created for somebody.
    UserCreated,
    /// What is known of somebody was changed.
    UserUpdated,
    /// An account was deleted.
    UserDeleted,
    /// Roles were set.
    RoleChanged,
    /// Somebody was banned.
    UserBanned,
    /// A ban was lifted.
    UserUnbanned,
    /// An account was turned on or off.
    ActivityChanged,
    /// An administrator began to act as somebody.
    ImpersonationBegan,
    /// And tried what the person alone may.
    ImpersonationRefused,
    /// And went back.
    ImpersonationEnded,
    /// People began to be taken over from another server or a list.
    ImportBegan,
    /// And all were looked at.
    ImportEnded,
    /// People of the waitlist were invited.
    WaitlistInvited,
    /// An entry was taken off the waitlist.
    WaitlistRemoved,
    /// The waitlist was written out.
    WaitlistExported,
    /// Entries came to the waitlist from a file.
    WaitlistImported,
    /// The site vouched for an organisation.
    OrganizationVerified,
    /// It no longer does.
    OrganizationUnverified,
    /// An offer was closed by the site.
    OfferClosed,
    /// The site was closed for a while, or it was said anew until when.
    MaintenanceBegan,
    /// And opened again.
    MaintenanceEnded,
    /// A notice was not mailed: its reader has had enough of its kind in this hour.
    NoticeHeldBack,
    /// What earlier secrets had sealed was sealed anew.
    SecretRotated,
}

impl Act {
    /// Every act, for whoever reads a name.
    pub const ALL: [Self; 43] = [
        Self::SignUp,
        Self::FirstAdmin,
        Self::SignIn,
        Self::SignInFailed,
        Self::SignInThrottled,
        Self::PasswordCheckFailed,
        Self::PasswordChecksThrottled,
        Self::SessionEndedByGuesses,
        Self::SignOut,
        Self::EmailVerified,
        Self::EmailChanged,
        Self::PasswordChanged,
        Self::ResetAsked,
        Self::ResetLinkShown,
        Self::PasswordReset,
        Self::AccountLinked,
        Self::AccountUnlinked,
        Self::AccountTakenOver,
        Self::SessionRevoked,
        Self::SessionsRevoked,
        Self::UserCreated,
        Self::UserUpdated,
        Self::UserDeleted,
        Self::RoleChanged,
        Self::UserBanned,
        Self::UserUnbanned,
        Self::ActivityChanged,
        Self::ImpersonationBegan,
        Self::ImpersonationRefused,
        Self::ImpersonationEnded,
        Self::ImportBegan,
        Self::ImportEnded,
        Self::WaitlistInvited,
        Self::WaitlistRemoved,
        Self::WaitlistExported,
        Self::WaitlistImported,
        Self::OrganizationVerified,
        Self::OrganizationUnverified,
        Self::OfferClosed,
        Self::MaintenanceBegan,
        Self::MaintenanceEnded,
        Self::NoticeHeldBack,
        Self::SecretRotated,
    ];

    /// Returns the name that is stored and shown. Names never change.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::SignUp => "sign-up",
            Self::FirstAdmin => "first-admin",
            Self::SignIn => "sign-in",
            Self::SignInFailed => "sign-in-failed",
            Self::SignInThrottled => "sign-in-throttled",
            Self::PasswordCheckFailed => "password-check-failed",
            Self::PasswordChecksThrottled => "password-checks-throttled",
            Self::SessionEndedByGuesses => "session-ended-by-guesses",
            Self::SignOut => "sign-out",
            Self::EmailVerified => "email-verified",
            Self::EmailChanged => "email-changed",
            Self::PasswordChanged => "password-changed",
            Self::ResetAsked => "reset-asked",
            Self::ResetLinkShown => "reset-link-shown",
            Self::PasswordReset => "password-reset",
            Self::AccountLinked => "account-linked",
            Self::AccountUnlinked => "account-unlinked",
            Self::AccountTakenOver => "account-taken-over",
            Self::SessionRevoked => "session-revoked",
            Self::SessionsRevoked => "sessions-revoked",
            Self::UserCreated => "user-created",
            Self::UserUpdated => "user-updated",
            Self::UserDeleted => "user-deleted",
            Self::RoleChanged => "role-changed",
            Self::UserBanned => "user-banned",
            Self::UserUnbanned => "user-unbanned",
            Self::ActivityChanged => "activity-changed",
            Self::ImpersonationBegan => "impersonation-began",
            Self::ImpersonationRefused => "impersonation-refused",
            Self::ImpersonationEnded => "impersonation-ended",
            Self::ImportBegan => "import-began",
            Self::ImportEnded => "import-ended",
            Self::WaitlistInvited => "waitlist-invited",
            Self::WaitlistRemoved => "waitlist-removed",
            Self::WaitlistExported => "waitlist-exported",
            Self::WaitlistImported => "waitlist-imported",
            Self::OrganizationVerified => "organization-verified",
            Self::OrganizationUnverified => "organization-unverified",
            Self::OfferClosed => "offer-closed",
            Self::MaintenanceBegan => "maintenance-began",
            Self::MaintenanceEnded => "maintenance-ended",
            Self::NoticeHeldBack => "security-notice-held-back",
            Self::SecretRotated => "secret-rotated",
        }
    }

    /// Reads a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.name() == name)
    }

    /// Tells whether the act itself proves that the person acts, without a session.
    #[must_use]
    pub const fn proves_person(self) -> bool {
        matches!(
            self,
            Self::SignUp
                | Self::FirstAdmin
                | Self::SignIn
                | Self::SignOut
                | Self::EmailVerified
                | Self::EmailChanged
                | Self::PasswordReset
                | Self::AccountLinked
                | Self::AccountTakenOver
        )
    }
}

/// One row of `audit`.
#[derive(Clone, Debug)]
pub struct AuditEntry {
    /// `aud_…`.
    pub id: String,
    /// When.
    pub at: Millis,
    /// What.
    pub act: Act,
    /// Whose id acted; [`COMMAND_LINE`]; `None`: nobody knows.
    pub actor_id: Option<String>,
    /// On whose account, or on which offer or organisation; `None`: on none that there is.
    pub target_id: Option<String>,
    /// From which address; empty from the command line.
    pub ip_address: String,
    /// With which `User-Agent`, cut to its bound.
    pub user_agent: String,
    /// In which request; names it in the log.
    pub request_id: String,
    /// More, as JSON without secrets and addresses.
    pub detail: Option<String>,
}

/// Which entries are looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuditFilter {
    /// All.
    All,
    /// Of an act.
    Act(Act),
    /// By somebody.
    Actor(String),
    /// On somebody.
    Target(String),
}
