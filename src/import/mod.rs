//! Layer 4: people who come from somewhere else, with all that hangs on them.
//!
//! A person arrives whole or not at all: the row, the ways in, the sessions and the links
//! are one write. So whoever is here already was taken by an earlier run and is left
//! alone, whatever has happened to them since: an import that was interrupted goes on by
//! running it again, and one that is repeated never gives back a session that was ended.
//! What cannot be taken is told one by one and hurts nobody else.

mod better_auth;
mod granted;
mod judge;
mod users;
mod write;

use std::collections::BTreeMap;

use crate::app::Fault;
use crate::domain::session::Session;
use crate::domain::user::User;
use crate::store::StoreError;
use crate::store::accounts::Adopted;
use crate::store::foreign::ForeignError;
use crate::store::verifications::Verification;
pub use better_auth::better_auth;
pub use users::{ADDRESS_COLUMNS, Numbered, Record, users};

/// How an import goes about.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Whether anything is written.
    pub mode: Mode,
    /// What becomes of people with a second factor.
    pub two_factor: TwoFactor,
}

/// Whether anything is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It is.
    Write,
    /// Everything is read and judged, nothing is written.
    DryRun,
}

/// What becomes of people with a second factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TwoFactor {
    /// They come turned off: a password alone must not open what asked for more.
    Bar,
    /// They come without it, as the operator chose.
    Drop,
}

/// A person about to be taken.
#[derive(Debug)]
pub struct Arrival {
    /// What the source calls them: an id, or a line.
    pub name: String,
    /// The person.
    pub user: User,
    /// Ways in.
    pub accounts: Vec<Adopted>,
    /// Signed-in browsers.
    pub sessions: Vec<Session>,
    /// Mailed links that still count.
    pub links: Vec<Verification>,
    /// By what an earlier run knows the person.
    pub known_by: KnownBy,
    /// What is told of them once they are taken.
    pub findings: Vec<Finding>,
    /// Ways in whose provider tokens cannot be read.
    pub tokens_left: u64,
    /// Whether a name to sign in with stays where it is.
    pub has_username: bool,
}

/// By what an earlier run of an import knows a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KnownBy {
    /// The source gave an id, and it is kept.
    Id,
    /// The source gave none; the address is all there is.
    Email,
}

/// Something to tell the operator about one row. Never a secret.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What became of the row.
    pub verdict: Verdict,
    /// The table of the row.
    pub table: &'static str,
    /// The row's id, or the line.
    pub row: String,
    /// Why, and what to do.
    pub reason: String,
}

/// What became of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It could not be taken.
    Refused,
    /// It was taken, otherwise than it was.
    Changed,
}

/// Rows of one kind, counted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Count {
    /// Taken now; in a dry run: would be.
    pub added: u64,
    /// Taken by an earlier run.
    pub present: u64,
    /// Could not be taken; told one by one.
    pub refused: u64,
    /// Need not be taken: what has run out, what nobody may use.
    pub left_out: u64,
}

/// What became of everything.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// People.
    pub people: Count,
    /// Ways in.
    pub accounts: Count,
    /// Sessions.
    pub sessions: Count,
    /// Mailed links and other one-time values.
    pub verifications: Count,
    /// People turned off because of a second factor.
    pub barred: u64,
    /// Ways in whose provider tokens could not be read.
    pub tokens_left: u64,
    /// People whose name to sign in with stayed where it was.
    pub usernames_left: u64,
    /// Columns of a list that hold something and were not read, with the rows that do.
    pub unread_columns: BTreeMap<String, u64>,
    /// Tables of plugins that stayed where they were, with their rows.
    pub left_behind: Vec<(String, u64)>,
}

impl Tally {
    /// Tells whether any row could not be taken.
    #[must_use]
    pub const fn has_refused(&self) -> bool {
        self.people.refused
            + self.accounts.refused
            + self.sessions.refused
            + self.verifications.refused
            > 0
    }

    /// Tells whether nothing was or would be written.
    #[must_use]
    pub const fn is_unchanged(&self) -> bool {
        self.people.added == 0
    }
}

/// Looks over the shoulder of an import.
pub trait Watch {
    /// A row is told of.
    fn found(&mut self, finding: Finding);

    /// So many people of so many were looked at.
    fn passed(&mut self, people: u64, total: u64);
}

/// Why an import ended before its end; running it again goes on.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The source.
    #[error(transparent)]
    Foreign(#[from] ForeignError),
    /// Our own database.
    #[error("the import stopped half-way; run it again and it goes on")]
    Store(#[source] Fault),
}

impl From<StoreError> for ImportError {
    fn from(error: StoreError) -> Self {
        Self::Store(error.into())
    }
}
