//! Where words stand in published offers: the one search of the job board whose text is
//! another on each engine.
//!
//! Words are plain before they come here (`domain::job::words`). SQLite finds them in the
//! full-text table `job_search`, which has a column a part of an offer; a server in a
//! `tsvector` whose lexemes carry the part before a stroke. Both find the same.

use super::{Sql, Statement};
use crate::domain::job::words::{Needle, Part};

/// Every statement of this file, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[&NUMBERS];

/// The words of an offer as a server keeps them; to the letter the expression of the index
/// `job_listing_words`.
macro_rules! vector {
    () => {
        "array_to_tsvector(string_to_array(title_words, ' ')
        || string_to_array(skill_words, ' ') || string_to_array(organization_words, ' ')
        || string_to_array(description_words, ' ')
        || string_to_array('a/' || replace(title_words, ' ', ' a/'), ' ')
        || string_to_array('b/' || replace(skill_words, ' ', ' b/'), ' ')
        || string_to_array('c/' || replace(organization_words, ' ', ' c/'), ' '))"
    };
}

static NUMBERS: Sql = Sql::per_engine(
    "full_text.job_numbers",
    "SELECT rowid FROM job_search WHERE job_search MATCH ?1 AND ?2 IS NOT NULL AND rowid >= ?3
    ORDER BY rowid LIMIT ?4",
    concat!(
        "SELECT number FROM job_listing WHERE is_listed = 1 AND ",
        vector!(),
        " @@ CAST(CAST(?2 AS TEXT) AS tsquery) AND CAST(?1 AS TEXT) IS NOT NULL
        AND number >= ?3 ORDER BY number LIMIT ?4"
    ),
);

/// Lists the numbers of the listed offers in a part of which the words stand, in order,
/// from one on. Indexes: `job_search`; `job_listing_words`.
#[must_use]
pub fn numbers(needle: &Needle, part: Part, from: i64, limit: i64) -> Statement {
    let (phrase, query) = (needle.for_fts5(part), needle.for_tsquery(part));
    NUMBERS.bind([phrase.into(), query.into(), from.into(), limit.into()])
}
