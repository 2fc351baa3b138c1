//! Numbers of the job board.

use serde::Serialize;

/// What happened to offers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Reading {
    /// How often they were looked at.
    pub views: i64,
    /// By how many, each once a day and offer.
    pub unique_views: i64,
    /// How many applied.
    pub applications: i64,
}

/// A day's numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DayFigures {
    /// `2027-01-15`, in the site's zone.
    pub day: String,
    /// What happened on it.
    #[serde(flatten)]
    pub figures: Reading,
}

/// How many are in a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusCount {
    /// The state.
    pub status: String,
    /// How many.
    pub count: i64,
}
