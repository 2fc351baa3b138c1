//! The table `maintenance`: whether the operator has closed the site for a while.

use super::{FromRow, Row, Sql, Statement, StoreError};
use crate::base::clock::Millis;

/// Every statement of this table, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[&READ, &BEGIN, &END];

/// The one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closing {
    /// Whether the site is closed.
    pub is_on: bool,
    /// Since when.
    pub began_at: Option<Millis>,
    /// When it is likely to be over; `None`: nobody has said.
    pub ends_at: Option<Millis>,
}

static READ: Sql = Sql::new(
    "maintenance.read",
    "SELECT is_on, began_at, ends_at FROM maintenance WHERE id = 'site'",
);

/// Finds the row. Index: the primary key.
#[must_use]
pub fn read() -> Statement {
    READ.bind([])
}

static BEGIN: Sql = Sql::new(
    "maintenance.begin",
    "UPDATE maintenance SET is_on = 1, ends_at = ?2,
        began_at = CASE WHEN is_on = 1 THEN began_at ELSE ?1 END
    WHERE id = 'site'",
);

/// Closes the site, or says anew until when. Index: the primary key.
#[must_use]
pub fn begin(now: Millis, ends_at: Option<Millis>) -> Statement {
    BEGIN.bind([now.into(), ends_at.into()]).expecting(1)
}

static END: Sql = Sql::new(
    "maintenance.end",
    "UPDATE maintenance SET is_on = 0, began_at = NULL, ends_at = NULL WHERE id = 'site'",
);

/// Opens the site. Index: the primary key.
#[must_use]
pub fn end() -> Statement {
    END.bind([]).expecting(1)
}

impl FromRow for Closing {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            is_on: row.flag()?,
            began_at: row.millis_or_null()?,
            ends_at: row.millis_or_null()?,
        })
    }
}
