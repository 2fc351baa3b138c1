//! Sealing anew what an earlier secret has sealed.
//!
//! A walk over every sealed column in the order of its table's key. A page is one
//! transaction, and what is sealed with the current secret already is left alone: a walk
//! that was interrupted goes on by walking again. Rows are written where they still hold
//! what was read, so that a server beside it may write what it likes.

use super::keys::Sealed;
use super::{App, Failure, Fault, grants, post};
use crate::base::bounds::{RESEAL_ROWS_MAX, RESEAL_TRIES_MAX, RESEAL_UNREADABLE_TOLD_MAX};
use crate::store::sealed::{self, SealedAccount, SealedMail};
use crate::store::{FromRow, Statement};

/// Whether anything is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// It is.
    Write,
    /// Everything is read and counted.
    DryRun,
}

/// What became of the sealed values of one table.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// The table.
    pub table: &'static str,
    /// Values that the current secret had sealed before.
    pub current: u64,
    /// Values that were sealed anew; in a dry run: would be.
    pub resealed: u64,
    /// Values that no secret in force opens; they stay as they are.
    pub unreadable: u64,
    /// The rows of the first of these.
    pub unreadable_rows: Vec<String>,
}

/// What becomes of one value.
pub enum Anew<T> {
    /// The current secret has sealed it.
    Current,
    /// An earlier one has; so it looks sealed anew.
    Sealed(T),
    /// No secret in force opens it.
    Unreadable,
}

/// A row with sealed values.
trait SealedRow: FromRow + Send {
    /// Returns its key.
    fn id(&self) -> &str;

    /// Returns the write that seals anew what has to be, and counts its values.
    fn anew(&self, app: &App, tally: &mut Tally) -> Option<Statement>;
}

/// Seals everything anew that an earlier secret has sealed.
///
/// # Errors
/// A fault of the store; what was sealed anew until then stays, and another walk goes on.
///
/// # Cost
/// Reads two tables; a durable write for each page with something to do.
pub async fn reseal(app: &App, mode: Mode) -> Result<Vec<Tally>, Failure> {
    let mut tallies = Vec::new();
    for what in Sealed::ALL {
        tallies.push(match what {
            Sealed::Grants => {
                walk::<SealedAccount>(app, mode, ("account", sealed::grants_page)).await?
            }
            Sealed::Outbox => walk::<SealedMail>(app, mode, ("outbox", sealed::mails_page)).await?,
        });
    }
    Ok(tallies)
}

/// A table's name, and what lists its rows after a key.
type Place = (&'static str, fn(&str, i64) -> Statement);

async fn walk<T: SealedRow>(app: &App, mode: Mode, (table, page): Place) -> Result<Tally, Failure> {
    let mut tally = Tally { table, ..Tally::default() };
    let mut after = String::new();
    loop {
        let Some(last) = turn::<T>(app, mode, (page, &after), &mut tally).await? else {
            return Ok(tally);
        };
        after = last;
    }
}

/// Does one page; returns its last key, or `None` when there is none any more.
async fn turn<T: SealedRow>(
    app: &App,
    mode: Mode,
    (page, after): (fn(&str, i64) -> Statement, &str),
    tally: &mut Tally,
) -> Result<Option<String>, Failure> {
    for _try in 0..RESEAL_TRIES_MAX {
        let rows: Vec<T> = app.store.list(page(after, RESEAL_ROWS_MAX)).await?;
        let mut counted = tally.clone();
        let batch: Vec<Statement> =
            rows.iter().filter_map(|row| row.anew(app, &mut counted)).collect();
        let is_done = mode == Mode::DryRun || batch.is_empty() || {
            let answers = app.store.apply(batch).await?;
            answers.iter().all(|answer| answer.rows == 1)
        };
        // Where a row holds something else by now, the page is read and counted again.
        if is_done {
            *tally = counted;
            return Ok(rows.last().map(|row| row.id().to_owned()));
        }
    }
    Err(Failure::Fault(Fault::Broken("rows change faster than they are sealed anew; run it again")))
}

impl SealedRow for SealedAccount {
    fn id(&self) -> &str {
        &self.id
    }

    fn anew(&self, app: &App, tally: &mut Tally) -> Option<Statement> {
        let mut is_changed = false;
        let mut columns = grants::COLUMNS.into_iter();
        let tokens = self.tokens.clone().map(|token| {
            let column = columns.next().unwrap_or_default();
            let stored = token?;
            let anew = grants::anew(app, (&self.id, column), &stored);
            let kept = tally.count(&self.id, anew);
            is_changed |= kept.is_some();
            Some(kept.unwrap_or(stored))
        });
        is_changed.then(|| sealed::grants_set(self, tokens))
    }
}

impl SealedRow for SealedMail {
    fn id(&self) -> &str {
        &self.id
    }

    fn anew(&self, app: &App, tally: &mut Tally) -> Option<Statement> {
        let anew = post::anew(app, &self.id, self.token.as_deref()?);
        tally.count(&self.id, anew).map(|token| sealed::mail_set(self, token))
    }
}

impl Tally {
    /// Counts a value of a row; returns what is to be written.
    fn count<T>(&mut self, row: &str, anew: Anew<T>) -> Option<T> {
        match anew {
            Anew::Current => self.current += 1,
            Anew::Sealed(value) => {
                self.resealed += 1;
                return Some(value);
            }
            Anew::Unreadable => {
                self.unreadable += 1;
                let is_new = self.unreadable_rows.last().is_none_or(|last| last != row);
                if is_new && self.unreadable_rows.len() < RESEAL_UNREADABLE_TOLD_MAX {
                    self.unreadable_rows.push(row.to_owned());
                }
            }
        }
        None
    }
}
