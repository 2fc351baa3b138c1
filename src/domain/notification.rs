//! What somebody is told inside the site.

use serde::{Deserialize, Serialize};

use crate::base::clock::Millis;

/// Prefix of the ids of notifications.
pub const NOTIFICATION_ID_PREFIX: &str = "ntf_";

/// One row of `notification`.
#[derive(Clone, Debug)]
pub struct Notification {
    /// `ntf_…`.
    pub id: String,
    /// Who is told.
    pub user_id: String,
    /// What.
    pub kind: NotificationKind,
    /// When.
    pub created_at: Millis,
    /// When they took note; `None`: they have not.
    pub read_at: Option<Millis>,
}

/// What a notification tells; on the wire its fields stand beside `kind`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum NotificationKind {
    /// People have applied for an offer.
    ApplicationReceived {
        /// For which.
        job_id: String,
        /// Its title.
        job_title: String,
        /// How many since the last time.
        count: i64,
    },
    /// An application stands elsewhere.
    ApplicationStatus {
        /// Which.
        application_id: String,
        /// The offer's title.
        job_title: String,
        /// Where.
        status: String,
    },
    /// Somebody wrote, and nobody has read it for a while.
    NewMessage {
        /// In which conversation.
        conversation_id: String,
        /// Who stands opposite.
        counterpart: String,
        /// The offer's title.
        job_title: String,
    },
}

impl NotificationKind {
    /// Returns the name that is stored beside the whole.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::ApplicationReceived { .. } => "application-received",
            Self::ApplicationStatus { .. } => "application-status",
            Self::NewMessage { .. } => "new-message",
        }
    }
}
