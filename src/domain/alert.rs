//! A search that is repeated for somebody, of which a mail tells.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::clock::Millis;

/// Prefix of ids of alerts.
pub const ALERT_ID_PREFIX: &str = "alr_";

/// An alert.
#[derive(Clone, Debug)]
pub struct Alert {
    /// `alr_…`.
    pub id: String,
    /// Whose it is.
    pub user_id: String,
    /// What its owner calls it.
    pub name: String,
    /// What it searches by, as JSON: an object of the filters of a search.
    pub query: String,
    /// How often it looks.
    pub frequency: Frequency,
    /// Whether it looks at all.
    pub is_active: bool,
    /// Offers published before are not its business.
    pub begun_at: Millis,
    /// When it last looked and told; when it began, before.
    pub told_to: Millis,
    /// Which offers of the time just before that are told.
    pub told_ids: Vec<String>,
    /// When it last told somebody something.
    pub last_sent_at: Option<Millis>,
    /// Raised by each change.
    pub version: i64,
    /// When it was made.
    pub created_at: Millis,
}

/// How often an alert looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the names say it, and documented ones would be schemas")]
pub enum Frequency {
    Daily,
    Weekly,
}

impl Frequency {
    /// Returns the name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Weekly => "weekly",
        }
    }

    /// Reads a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Daily, Self::Weekly].into_iter().find(|frequency| frequency.name() == name)
    }
}
