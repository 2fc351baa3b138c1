//! What the mails are made of that candidates and organisations get of each other.

use serde::{Deserialize, Serialize};

use super::mail::MailKind;
use super::mail_wish::{Leaving, OPTIONAL};

/// A mail of applications, messages, or a week of them. None carries a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum DealingMail {
    /// People have applied for an offer.
    ApplicationReceived {
        /// For the greeting.
        name: String,
        /// Whose wish the mail is, and who may end it.
        user_id: String,
        /// For which offer.
        job_id: String,
        /// Its title.
        job_title: String,
        /// How many since the last such mail.
        count: i64,
    },
    /// An application stands elsewhere.
    ApplicationStatus {
        /// For the greeting.
        name: String,
        /// Whose wish the mail is, and who may end it.
        user_id: String,
        /// Which application.
        application_id: String,
        /// The offer's title.
        job_title: String,
        /// Where it stands.
        status: String,
    },
    /// Somebody wrote, and nobody has read it for a while.
    NewMessage {
        /// For the greeting.
        name: String,
        /// Whose wish the mail is, and who may end it.
        user_id: String,
        /// In which conversation.
        conversation_id: String,
        /// Who stands opposite.
        counterpart: String,
        /// The offer's title.
        job_title: String,
    },
    /// New offers that an alert found.
    JobAlert {
        /// For the greeting.
        name: String,
        /// Whose wish the mail is, and who may end it.
        user_id: String,
        /// Which alert, and who may end it.
        alert_id: String,
        /// What its owner calls it.
        alert_name: String,
        /// The newest of them.
        jobs: Vec<AlertedJob>,
        /// How many there are.
        count: i64,
    },
    /// A week of an organisation, or of the site.
    WeeklyReport {
        /// For the greeting.
        name: String,
        /// Whose wish the mail is, and who may end it.
        user_id: String,
        /// The organisation's name; `None`: the whole site.
        organization: Option<String>,
        /// The week.
        #[serde(flatten)]
        week: WeekOfBoard,
    },
}

/// An offer as an alert's mail names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlertedJob {
    /// Its title.
    pub title: String,
    /// Who offers it.
    pub organization: String,
    /// Where; empty when nothing was said.
    pub place: String,
}

/// A week of the job board in numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WeekOfBoard {
    /// Views of offers.
    pub views: i64,
    /// Applications that came.
    pub applications: i64,
    /// Offers that are published now.
    pub open_jobs: i64,
    /// Applications of the week that were answered.
    pub answered: i64,
    /// Mean time to their first answer, in minutes; `None`: none was answered.
    pub first_answer_min: Option<i64>,
}

impl DealingMail {
    /// Returns the kind.
    #[must_use]
    pub const fn kind(&self) -> MailKind {
        match self {
            Self::ApplicationReceived { .. } => MailKind::ApplicationReceived,
            Self::ApplicationStatus { .. } => MailKind::ApplicationStatus,
            Self::NewMessage { .. } => MailKind::NewMessage,
            Self::JobAlert { .. } => MailKind::JobAlert,
            Self::WeeklyReport { .. } => MailKind::WeeklyReport,
        }
    }

    /// Returns what the link in the mail ends; `None`: nothing.
    #[must_use]
    pub fn leaving(&self) -> Option<Leaving> {
        if let Self::JobAlert { alert_id, .. } = self {
            return Some(Leaving::Alert { id: alert_id.clone() });
        }
        let kind = self.kind().name();
        let kind = OPTIONAL.into_iter().find(|known| *known == kind)?;
        Some(Leaving::Kind { user_id: self.user_id().to_owned(), kind })
    }

    /// Returns whom the mail goes to.
    #[must_use]
    pub fn user_id(&self) -> &str {
        match self {
            Self::ApplicationReceived { user_id, .. }
            | Self::ApplicationStatus { user_id, .. }
            | Self::NewMessage { user_id, .. }
            | Self::JobAlert { user_id, .. }
            | Self::WeeklyReport { user_id, .. } => user_id,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::mail::MailContent;

    #[test]
    fn contents_read_back_under_their_own_kind() {
        let mail = DealingMail::WeeklyReport {
            name: String::from("Ana"),
            user_id: String::from("usr_1"),
            organization: None,
            week: WeekOfBoard { views: 3, ..WeekOfBoard::default() },
        };
        let text = serde_json::to_string(&MailContent::Dealing(mail.clone())).unwrap();
        assert!(text.starts_with(r#"{"kind":"weekly-report","name":"Ana""#), "{text}");
        let read: MailContent = serde_json::from_str(&text).unwrap();
        assert_eq!(read, MailContent::Dealing(mail));
    }
}
