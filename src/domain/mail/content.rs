//! What each mail is made of, beside its secret: the JSON that a row of the outbox keeps.

use serde::{Deserialize, Serialize};

use super::MailKind;
use crate::domain::dealing_mail::DealingMail;
use crate::domain::link::LinkPurpose;

/// What a mail is made of, beside its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum MailContent {
    /// The link's token is minted when it is sent.
    VerifyEmail {
        /// Whose address it is.
        user_id: String,
        /// For the greeting.
        name: String,
        /// Where the link leads afterwards.
        #[serde(rename = "callbackURL")]
        callback_url: Option<String>,
    },
    /// The token travels sealed.
    ResetPassword {
        /// For the greeting.
        name: String,
        /// Where the link leads, with the token.
        #[serde(rename = "callbackURL")]
        callback_url: Option<String>,
    },
    /// The link's token is minted when it is sent, around one that travels sealed.
    ChangeEmail {
        /// Who changes.
        user_id: String,
        /// For the greeting.
        name: String,
        /// Which of the two addresses is asked.
        step: ChangeStep,
        /// The address as it is.
        from: String,
        /// The address as it shall be.
        to: String,
        /// Where the link leads afterwards.
        #[serde(rename = "callbackURL")]
        callback_url: Option<String>,
    },
    /// The token travels sealed.
    DeleteAccount {
        /// For the greeting.
        name: String,
        /// Where the link leads afterwards.
        #[serde(rename = "callbackURL")]
        callback_url: Option<String>,
    },
    /// Carries no token: it leads to sign-in and to a new password.
    ExistingAccount {
        /// For the greeting.
        name: String,
    },
    /// Carries no token.
    PasswordChanged {
        /// For the greeting.
        name: String,
        /// When, in Unix milliseconds.
        at: i64,
    },
    /// Carries no token; goes to the address that was.
    EmailChanged {
        /// For the greeting.
        name: String,
        /// When, in Unix milliseconds.
        at: i64,
    },
    /// Carries no token.
    NewDevice {
        /// For the greeting.
        name: String,
        /// When, in Unix milliseconds.
        at: i64,
        /// The browser as it calls itself, in short.
        device: String,
        /// The client's address; empty when unknown.
        address: String,
    },
    /// Place and link are read when it is sent.
    WaitlistWelcome {
        /// Whose place it is.
        entry_id: String,
    },
    /// The token travels sealed.
    WaitlistConfirm {
        /// Who shall confirm.
        entry_id: String,
    },
    /// The token travels sealed.
    WaitlistInvite {
        /// Who is invited.
        entry_id: String,
    },
    /// Carries no token.
    WaitlistDigest {
        /// For the greeting.
        name: String,
        /// The week.
        #[serde(flatten)]
        week: WaitlistWeek,
    },
    /// The token travels sealed.
    OrganizationInvite {
        /// Who invites.
        inviter: String,
        /// Into which organisation.
        organization: String,
    },
    /// Carries no token.
    OfferExpiring {
        /// For the greeting.
        name: String,
        /// Whose wish the mail is, and who may end it.
        user_id: String,
        /// The offer's id.
        job_id: String,
        /// Its title.
        title: String,
        /// When it ends, in Unix milliseconds.
        expires_at: i64,
    },
    /// Of applications and messages; they name their kind themselves.
    #[serde(untagged)]
    Dealing(DealingMail),
}

/// A week of the waitlist in numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WaitlistWeek {
    /// Who joined in the last seven days.
    #[serde(rename = "joined7d")]
    pub joined_7d: i64,
    /// Everybody.
    pub total: i64,
    /// Whose address is confirmed.
    pub confirmed: i64,
    /// Who came by somebody's code.
    pub referrals: i64,
    /// Who was invited.
    pub invited: i64,
    /// Where most came from, the largest first.
    pub top_sources: Vec<SourceShare>,
}

/// How many came from one source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceShare {
    /// What they sent as their source.
    pub source: String,
    /// How many.
    pub count: i64,
}

/// Which address a change of address asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeStep {
    /// The old one: whether its owner wants to leave it.
    ConfirmOld,
    /// The new one: whether it is theirs; the old one is proven by nobody.
    ProveNew,
    /// The same, after the old one has agreed.
    ProveNewAgreed,
}

impl MailContent {
    /// Returns the entry of the waitlist that the mail is about.
    #[must_use]
    pub fn entry_id(&self) -> Option<&str> {
        match self {
            Self::WaitlistWelcome { entry_id }
            | Self::WaitlistConfirm { entry_id }
            | Self::WaitlistInvite { entry_id } => Some(entry_id),
            Self::VerifyEmail { .. }
            | Self::ResetPassword { .. }
            | Self::ChangeEmail { .. }
            | Self::DeleteAccount { .. }
            | Self::ExistingAccount { .. }
            | Self::PasswordChanged { .. }
            | Self::EmailChanged { .. }
            | Self::NewDevice { .. }
            | Self::WaitlistDigest { .. }
            | Self::OrganizationInvite { .. }
            | Self::OfferExpiring { .. }
            | Self::Dealing(_) => None,
        }
    }

    /// Returns what its sealed token is for; `None` where it carries none.
    #[must_use]
    pub const fn link_purpose(&self) -> Option<LinkPurpose> {
        match self {
            Self::ResetPassword { .. } => Some(LinkPurpose::ResetPassword),
            Self::ChangeEmail { .. } => Some(LinkPurpose::ChangeEmail),
            Self::DeleteAccount { .. } => Some(LinkPurpose::DeleteAccount),
            Self::WaitlistConfirm { .. } => Some(LinkPurpose::WaitlistConfirm),
            Self::WaitlistInvite { .. } => Some(LinkPurpose::WaitlistInvite),
            Self::VerifyEmail { .. }
            | Self::ExistingAccount { .. }
            | Self::PasswordChanged { .. }
            | Self::EmailChanged { .. }
            | Self::NewDevice { .. }
            | Self::WaitlistWelcome { .. }
            | Self::WaitlistDigest { .. }
            // Its own table says how long it counts.
            | Self::OrganizationInvite { .. }
            | Self::OfferExpiring { .. }
            | Self::Dealing(_) => None,
        }
    }

    /// Returns the kind.
    #[must_use]
    pub const fn kind(&self) -> MailKind {
        match self {
            Self::VerifyEmail { .. } => MailKind::VerifyEmail,
            Self::ResetPassword { .. } => MailKind::ResetPassword,
            Self::ChangeEmail { .. } => MailKind::ChangeEmail,
            Self::DeleteAccount { .. } => MailKind::DeleteAccount,
            Self::ExistingAccount { .. } => MailKind::ExistingAccount,
            Self::PasswordChanged { .. } => MailKind::PasswordChanged,
            Self::EmailChanged { .. } => MailKind::EmailChanged,
            Self::NewDevice { .. } => MailKind::NewDevice,
            Self::WaitlistWelcome { .. } => MailKind::WaitlistWelcome,
            Self::WaitlistConfirm { .. } => MailKind::WaitlistConfirm,
            Self::WaitlistInvite { .. } => MailKind::WaitlistInvite,
            Self::WaitlistDigest { .. } => MailKind::WaitlistDigest,
            Self::Dealing(mail) => mail.kind(),
            Self::OrganizationInvite { .. } => MailKind::OrganizationInvite,
            Self::OfferExpiring { .. } => MailKind::OfferExpiring,
        }
    }
}
