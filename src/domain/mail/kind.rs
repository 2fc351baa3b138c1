//! The kinds of mail, and how each travels.

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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// Somebody waits for it at a form.
    Account,
    /// It can wait an hour.
    Bulk,
}

impl Lane {
    /// Both, in the order in which they are served.
    pub const ALL: [Self; 2] = [Self::Account, Self::Bulk];

    /// Returns what the outbox stores.
    #[must_use]
    pub const fn number(self) -> i64 {
        match self {
            Self::Account => 0,
            Self::Bulk => 1,
        }
    }
}

impl MailKind {
    /// Every kind.
    pub const ALL: [Self; 18] = [
        Self::VerifyEmail,
        Self::ResetPassword,
        Self::ChangeEmail,
        Self::DeleteAccount,
        Self::ExistingAccount,
        Self::PasswordChanged,
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

    /// Returns the lane in which the kind travels.
    #[must_use]
    pub const fn lane(self) -> Lane {
        match self {
            Self::VerifyEmail
            | Self::ResetPassword
            | Self::ChangeEmail
            | Self::DeleteAccount
            | Self::ExistingAccount
            | Self::PasswordChanged
            | Self::NewDevice
            | Self::WaitlistConfirm
            | Self::OrganizationInvite => Lane::Account,
            Self::WaitlistWelcome
            | Self::WaitlistInvite
            | Self::WaitlistDigest
            | Self::OfferExpiring
            | Self::ApplicationReceived
            | Self::ApplicationStatus
            | Self::NewMessage
            | Self::JobAlert
            | Self::WeeklyReport => Lane::Bulk,
        }
    }

    /// Tells whether the cap on mails to one address may hold the kind back.
    ///
    /// The last warning is never held back: else a thief would fill the hour with
    /// reset mails before changing the password. Nor is what strangers cannot cause, or
    /// what has a bound of its own: one an hour and offer, step or conversation.
    #[must_use]
    pub const fn is_capped(self) -> bool {
        match self {
            Self::VerifyEmail
            | Self::ResetPassword
            | Self::ChangeEmail
            | Self::DeleteAccount
            | Self::ExistingAccount
            | Self::WaitlistWelcome
            | Self::WaitlistConfirm
            | Self::NewDevice
            | Self::WaitlistInvite
            | Self::OrganizationInvite => true,
            Self::PasswordChanged
            | Self::WaitlistDigest
            | Self::ApplicationReceived
            | Self::ApplicationStatus
            | Self::NewMessage
            | Self::JobAlert
            | Self::WeeklyReport
            | Self::OfferExpiring => false,
        }
    }
}
