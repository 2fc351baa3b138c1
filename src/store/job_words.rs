//! Where words stand in published offers: the one search of the job board whose text is
//! another on each engine.
//!
//! Words are plain before they come here (`domain::job::words`). SQLite finds them in the
//! full-text table `job_search`, a server in a `tsvector`. Both find the same.

use super::{Sql, Statement};
use crate::domain::job::words::Needle;

/// Every statement of this file, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[&NUMBERS];

/// The words of an offer as a server keeps them; to the letter the expression of the index
/// `job_listing_words`.
macro_rules! vector {
    () => {
        "array_to_tsvector(string_to_array(title_words, ' ')
        || string_to_array(skill_words, ' ') || string_to_array(organization_words, ' ')
        || string_to_array(description_words, ' '))"
    };
}

static NUMBERS: Sql = Sql::per_engine(
    "full_text.job_numbers",
    "SELECT rowid FROM job_search WHERE job_search MATCH ?1 AND ?2 IS NOT NULL
    ORDER BY rowid LIMIT ?3",
    concat!(
        "SELECT number FROM job_listing WHERE is_listed = 1 AND ",
        vector!(),
        " @@ CAST(CAST(?2 AS TEXT) AS tsquery) AND CAST(?1 AS TEXT) IS NOT NULL
        ORDER BY number LIMIT ?3"
    ),
);

/// Lists the numbers of the listed offers in which the words stand, in order.
/// Indexes: `job_search`; `job_listing_words`.
#[must_use]
pub fn numbers(needle: &Needle, limit: i64) -> Statement {
    NUMBERS.bind([needle.for_fts5().into(), needle.for_tsquery().into(), limit.into()])
}
