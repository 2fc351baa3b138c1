//! Moving a database from one engine to the other, either way.
//!
//! Tables are copied in batches, parents before children, each batch with the mark of
//! how far it came in one transaction: a copy that was interrupted goes on where it
//! stood. At the end every table of both is read once more and must have the same
//! rows; until then no server starts on the target. What instances say to each other
//! (leases, signs of life, limits) stays behind.

mod file;
mod mark;
mod schema;
mod server;
mod sum;

use super::migrate::{self, Copying, MigrateError};
use super::{Location, StoreError, Value};
use crate::base::bounds::{COPY_ROWS, INSTANCE_SILENCE_S_MAX};
use crate::base::clock::Millis;
use schema::Table;
use sum::Sum;

/// The table in which a target keeps how far it came; it goes when the copy is whole.
pub(super) const MARKS: &str = "copy_progress";

/// How far a copy is.
#[derive(Clone, Copy, Debug)]
pub struct Progress<'a> {
    /// What is being done.
    pub step: Step,
    /// The table.
    pub table: &'a str,
    /// Rows done.
    pub rows: u64,
    /// Rows that there are.
    pub total: u64,
}

/// What is being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Rows are carried over.
    Copy,
    /// Both sides are read and compared.
    Verify,
}

/// What was copied.
#[derive(Debug, Default)]
pub struct Report {
    /// Each table with its rows and the checksum that both sides have, in hexadecimal.
    pub tables: Vec<(String, u64, String)>,
    /// Rows that an earlier, interrupted copy had carried over already.
    pub resumed: u64,
}

/// Why a database was not copied.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// Both are the same.
    #[error("{0} would be copied onto itself; name another database with --to")]
    Same(String),
    /// The source has another schema.
    #[error("{0} is not up to date; run antesala migrate up there first")]
    Behind(String),
    /// Somebody writes.
    #[error(
        "servers that run on {place}: {instances}; stop them first (one that died is forgotten \
         after {INSTANCE_SILENCE_S_MAX} s)"
    )]
    Running {
        /// Which database.
        place: String,
        /// How many.
        instances: u64,
    },
    /// The target is in use.
    #[error("{place} has {people} people in it already; copy into an empty database")]
    People {
        /// Which database.
        place: String,
        /// How many accounts and entries of the waitlist.
        people: u64,
    },
    /// The target holds a part of something else.
    #[error(
        "{place} holds an unfinished copy of {source_name}; finish that one, or drop the database \
         and make it anew"
    )]
    Foreign {
        /// Which database.
        place: String,
        /// What the unfinished copy is of.
        source_name: String,
    },
    /// Source and target differ after all.
    #[error(
        "{table} differs: {source_rows} rows there and {target_rows} here; something changed \
         while it was copied: drop the target, make it anew and copy again"
    )]
    Differs {
        /// The table.
        table: String,
        /// Rows of the source.
        source_rows: u64,
        /// Rows of the target.
        target_rows: u64,
    },
    /// A schema.
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    /// A database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A row, in the order of its table's columns.
type Values = Vec<Value>;

/// One of the two databases.
enum Side {
    File(file::Side),
    Server(server::Side),
}

/// How far a table came.
#[derive(Clone, Debug, Default)]
struct Mark {
    rows: u64,
    /// The primary key of the last row; empty before the first.
    last: Values,
}

/// Copies `source` into `target`, which has nobody in it.
///
/// # Errors
/// [`CopyError`]; what was carried over stays, and the next run goes on from there.
///
/// # Cost
/// Reads the source twice and the target once.
pub async fn copy(
    source: &Location,
    target: &Location,
    now: Millis,
    on_progress: &mut (dyn FnMut(Progress<'_>) + Send),
) -> Result<Report, CopyError> {
    let source_name = source.to_string();
    if source_name == target.to_string() {
        return Err(CopyError::Same(source_name));
    }
    if !is_current(source).await? {
        return Err(CopyError::Behind(source_name));
    }
    let mut from = Side::open(source).await?;
    refuse_running(&mut from, source, now).await?;
    if !is_current(target).await? {
        migrate::up(target, Copying::Demanded, now).await?;
    }
    let mut to = Side::open(target).await?;
    refuse_running(&mut to, target, now).await?;
    let tables = schema::tables()?;
    prepare(&mut to, target, &source_name, &tables).await?;
    let mut report = Report::default();
    for table in &tables {
        report.resumed += carry(&mut from, &mut to, table, on_progress).await?;
    }
    for table in &tables {
        let sum = verify(&mut from, &mut to, table, on_progress).await?;
        report.tables.push((table.name.clone(), sum.rows, sum.hex()));
    }
    to.finish().await?;
    Ok(report)
}

async fn is_current(location: &Location) -> Result<bool, MigrateError> {
    let all = migrate::status(location).await?;
    Ok(all.iter().all(|migration| migration.applied_at.is_some()))
}

async fn refuse_running(
    side: &mut Side,
    location: &Location,
    now: Millis,
) -> Result<(), CopyError> {
    let since = now.plus_s(-INSTANCE_SILENCE_S_MAX);
    let sql = format!("SELECT count(*) FROM instance WHERE seen_at > {}", since.0);
    match side.count(&sql).await? {
        0 => Ok(()),
        instances => Err(CopyError::Running { place: location.to_string(), instances }),
    }
}

/// Makes the target ready: empty and marked, or marked by an earlier run of the same.
async fn prepare(
    to: &mut Side,
    target: &Location,
    source_name: &str,
    tables: &[Table],
) -> Result<(), CopyError> {
    let place = target.to_string();
    if let Some(begun) = to.begun().await? {
        return if begun == source_name {
            Ok(())
        } else {
            Err(CopyError::Foreign { place, source_name: begun })
        };
    }
    let sql = r#"SELECT (SELECT count(*) FROM "user") + (SELECT count(*) FROM waitlist)"#;
    let people = to.count(sql).await?;
    if people > 0 {
        return Err(CopyError::People { place, people });
    }
    Ok(to.begin(source_name, tables).await?)
}

/// Carries a table over from where it stands; returns the rows that were there already.
async fn carry(
    from: &mut Side,
    to: &mut Side,
    table: &Table,
    on_progress: &mut (dyn FnMut(Progress<'_>) + Send),
) -> Result<u64, StoreError> {
    let total = from.count(&format!("SELECT count(*) FROM {}", table.quoted())).await?;
    let mut mark = to.mark(table).await?;
    let resumed = mark.rows;
    loop {
        on_progress(Progress { step: Step::Copy, table: &table.name, rows: mark.rows, total });
        let rows = from.read(table, &mark.last, COPY_ROWS).await?;
        let Some(last) = rows.last() else { return Ok(resumed) };
        mark.last = table.key_of(last);
        mark.rows += u64::try_from(rows.len()).unwrap_or(0);
        to.write(table, &rows, &mark).await?;
    }
}

/// Reads a table of both sides and compares.
async fn verify(
    from: &mut Side,
    to: &mut Side,
    table: &Table,
    on_progress: &mut (dyn FnMut(Progress<'_>) + Send),
) -> Result<Sum, CopyError> {
    on_progress(Progress { step: Step::Verify, table: &table.name, rows: 0, total: 0 });
    let (source, target) = (from.sum(table).await?, to.sum(table).await?);
    let (rows, total) = (source.rows, source.rows);
    on_progress(Progress { step: Step::Verify, table: &table.name, rows, total });
    if source == target {
        return Ok(source);
    }
    let table = table.name.clone();
    Err(CopyError::Differs { table, source_rows: source.rows, target_rows: target.rows })
}

impl Side {
    async fn open(location: &Location) -> Result<Self, StoreError> {
        Ok(match location {
            Location::File(path) => Self::File(file::Side::open(path)?),
            Location::Server(address) => Self::Server(server::Side::open(address).await?),
        })
    }

    async fn count(&mut self, sql: &str) -> Result<u64, StoreError> {
        match self {
            Self::File(side) => side.count(sql),
            Self::Server(side) => side.count(sql).await,
        }
    }

    /// Reads rows after a key, in the order of the keys.
    async fn read(
        &mut self,
        table: &Table,
        after: &[Value],
        limit: i64,
    ) -> Result<Vec<Values>, StoreError> {
        match self {
            Self::File(side) => side.read(table, after, limit),
            Self::Server(side) => side.read(table, after, limit).await,
        }
    }

    async fn sum(&mut self, table: &Table) -> Result<Sum, StoreError> {
        match self {
            Self::File(side) => side.sum(table),
            Self::Server(side) => side.sum(table).await,
        }
    }

    /// Returns of what the target holds an unfinished copy, if it does.
    async fn begun(&mut self) -> Result<Option<String>, StoreError> {
        match self {
            Self::File(side) => side.begun(),
            Self::Server(side) => side.begun().await,
        }
    }

    /// Empties the target of what its migrations put there, and marks it.
    async fn begin(&mut self, source_name: &str, tables: &[Table]) -> Result<(), StoreError> {
        match self {
            Self::File(side) => side.begin(source_name, tables),
            Self::Server(side) => side.begin(source_name, tables).await,
        }
    }

    async fn mark(&mut self, table: &Table) -> Result<Mark, StoreError> {
        match self {
            Self::File(side) => side.mark(table),
            Self::Server(side) => side.mark(table).await,
        }
    }

    /// Writes rows and the mark of them, both or neither.
    async fn write(
        &mut self,
        table: &Table,
        rows: &[Values],
        mark: &Mark,
    ) -> Result<(), StoreError> {
        match self {
            Self::File(side) => side.write(table, rows, mark),
            Self::Server(side) => side.write(table, rows, mark).await,
        }
    }

    async fn finish(&mut self) -> Result<(), StoreError> {
        match self {
            Self::File(side) => side.finish(),
            Self::Server(side) => side.finish().await,
        }
    }
}
