//! Layer 2: SQL and the engine that runs it.
//!
//! A statement is data: text, values, how many rows it must touch. Batches of
//! them are applied all or none and are on the disk when [`Store::apply`]
//! returns. One file a table holds the text; nothing outside this folder knows
//! SQL or the engine.

pub mod accounts;
pub mod administrators;
pub mod alerts;
pub mod application_counts;
pub mod application_steps;
pub mod applications;
pub mod audit;
pub mod authority;
pub mod board_archive;
pub mod board_figures;
pub mod claims;
pub mod conversation_mail;
pub mod conversations;
pub mod copy;
pub mod devices;
pub mod employer;
pub mod erasure;
mod error;
pub mod export;
pub mod figures;
pub mod files;
pub mod foreign;
mod full_text;
pub mod guards;
pub mod idempotency;
pub mod instances;
pub mod invitations;
pub mod job_list;
pub mod job_listings;
pub mod job_views;
pub mod job_words;
pub mod jobs;
pub mod leases;
mod location;
pub mod lock;
pub mod mail_notices;
pub mod mail_quota;
pub mod mail_refusals;
pub mod mail_share;
pub mod maintenance;
pub mod members;
pub mod messages;
pub mod migrate;
pub mod moderation;
pub mod notifications;
pub mod organizations;
pub mod outbox;
pub mod outbox_claims;
pub mod outbox_posts;
pub mod password_formats;
mod postgres;
pub mod profile_lists;
pub mod profile_views;
pub mod profiles;
pub mod rate_limits;
mod row;
pub mod saved_jobs;
pub mod sealed;
pub mod sessions;
pub mod sign_in_addresses;
mod sqlite;
mod statement;
pub mod task_runs;
pub mod tasks;
pub mod user_list;
pub mod users;
pub mod verifications;
pub mod waitlist;
pub mod waitlist_mail;

use crate::base::bounds::INSTANCE_GONE_S;
use crate::base::entropy::Entropy;
pub use error::StoreError;
pub use location::{Location, LocationError};
use postgres::Postgres;
pub use row::{Affected, FromRow, Row};
use sqlite::Sqlite;
pub use sqlite::{Folded, GroupObserver, backup, functions};
pub use statement::{Expect, Sql, Statement, Value};

/// The database, whichever engine runs it.
pub struct Store(Engine);

enum Engine {
    /// The embedded engine.
    Sqlite(Box<Sqlite>),
    /// A server that speaks PostgreSQL's wire.
    Postgres(Box<Postgres>),
}

impl Store {
    /// Opens the database; `on_group` is called after each commit with the number of
    /// batches that it made durable, `entropy` spreads the repetitions of batches that
    /// were in each other's way.
    ///
    /// # Errors
    /// `Engine` when a file cannot be opened, the SQLite linked is too old or TLS
    /// cannot be set up. A server is first asked by the first statement.
    pub fn open(
        location: &Location,
        entropy: Entropy,
        on_group: GroupObserver,
    ) -> Result<Self, StoreError> {
        Ok(Self(match location {
            Location::File(path) => Engine::Sqlite(Box::new(Sqlite::open(path, on_group)?)),
            Location::Server(address) => {
                Engine::Postgres(Box::new(Postgres::open(address, entropy, on_group)?))
            }
        }))
    }

    /// Finds one row, by an index.
    ///
    /// # Errors
    /// `Decode` when the row has another shape; `Engine`, `Unavailable`, `Busy`.
    ///
    /// # Cost
    /// A point read on the calling thread, 10 to 40 µs; on a server one trip. Scans
    /// belong to [`Store::list`].
    pub async fn find<T: FromRow>(&self, read: Statement) -> Result<Option<T>, StoreError> {
        match &self.0 {
            Engine::Sqlite(engine) => engine.find(&read),
            // A server's road is long: on the heap, it does not swell every caller's future.
            Engine::Postgres(engine) => Box::pin(engine.find(&read)).await,
        }
    }

    /// Lists rows: on the reader threads, or on a connection of its own.
    ///
    /// # Errors
    /// `Busy` when too many scans wait; as [`Store::find`].
    pub async fn list<T: FromRow>(&self, read: Statement) -> Result<Vec<T>, StoreError> {
        match &self.0 {
            Engine::Sqlite(engine) => engine.list(read).await,
            Engine::Postgres(engine) => Box::pin(engine.list(&read)).await,
        }
    }

    /// Tells whether a scan is done sooner when it is asked for in two parts at once: a
    /// server shares a scan among its processes by itself.
    #[must_use]
    pub const fn gains_by_halves(&self) -> bool {
        match &self.0 {
            Engine::Sqlite(_) => true,
            Engine::Postgres(_) => false,
        }
    }

    /// Applies a batch: all of it or none, durable when this returns.
    ///
    /// Answers a statement each, in order.
    ///
    /// # Errors
    /// `Duplicate` on a unique index, `Unexpected` when a statement touched another
    /// number of rows than it must; `Busy`, `Unavailable`, `Engine`. After any of
    /// them nothing of the batch remains, but for one case: a server that was lost
    /// on the way to the commit may have made it (`Unavailable`).
    pub async fn apply(&self, batch: Vec<Statement>) -> Result<Vec<Affected>, StoreError> {
        match &self.0 {
            Engine::Sqlite(engine) => engine.apply(batch).await,
            Engine::Postgres(engine) => Box::pin(engine.apply(batch)).await,
        }
    }

    /// Applies one statement of which a crash may lose the effect: counts and marks
    /// that nobody is promised. How many rows it touches is not checked.
    ///
    /// # Errors
    /// As [`Store::apply`].
    ///
    /// # Cost
    /// On a server one trip, without a wait for its disk where the statement says so; on
    /// SQLite a durable write.
    pub async fn jot(&self, statement: Statement) -> Result<Affected, StoreError> {
        match &self.0 {
            Engine::Sqlite(engine) => {
                let name = statement.sql.name;
                let answers = engine.apply(vec![statement]).await?;
                Ok(answers.into_iter().next().unwrap_or_else(|| Affected::new(name, 0, Vec::new())))
            }
            Engine::Postgres(engine) => Box::pin(engine.jot(&statement)).await,
        }
    }

    /// Prepares for millions of rows from this process; a server needs no preparation.
    ///
    /// # Errors
    /// As [`Store::apply`].
    ///
    /// # Cost
    /// On SQLite up to 256 MiB of memory and a log of as much, until the store is closed.
    pub fn expect_bulk(&self) -> Result<(), StoreError> {
        match &self.0 {
            Engine::Sqlite(engine) => engine.widen(),
            Engine::Postgres(_) => Ok(()),
        }
    }

    /// Brings the statistics of the plans up to date and folds the log into the file.
    ///
    /// `None` on a server, which looks after itself.
    ///
    /// # Errors
    /// As [`Store::apply`].
    ///
    /// # Cost
    /// Runs between two commits: writers wait for a few milliseconds, longer when a
    /// table has changed beyond recognition.
    pub async fn optimize(&self) -> Result<Option<Folded>, StoreError> {
        match &self.0 {
            Engine::Sqlite(engine) => engine.optimize().await.map(Some),
            Engine::Postgres(_) => Ok(None),
        }
    }

    /// Tells whether a write reaches the disk now, by one that counts the checks.
    ///
    /// # Cost
    /// A durable write.
    pub async fn readiness(&self) -> Readiness {
        let written = self.apply(vec![COUNT_CHECK.bind([]).expecting(1)]).await;
        match (written, &self.0) {
            (Ok(_), _) => Readiness::Ready,
            (Err(StoreError::Busy), _) => Readiness::Busy,
            (Err(_), Engine::Postgres(engine)) if engine.is_ailing() => Readiness::OutOfReach,
            (Err(_), Engine::Postgres(_) | Engine::Sqlite(_)) => Readiness::NotWritable,
        }
    }

    /// Returns how many wait for the writer, or for a connection.
    #[must_use]
    pub fn queued(&self) -> usize {
        match &self.0 {
            Engine::Sqlite(engine) => engine.queued(),
            Engine::Postgres(engine) => engine.queued(),
        }
    }

    /// Says that an instance lives, for as long as this store is open: the database, or a
    /// file beside it, holds a lock that dies with the process. Again is free.
    ///
    /// # Errors
    /// `Engine` when the file cannot be made; `Unavailable`.
    pub async fn vouch(&self, instance: &str) -> Result<(), StoreError> {
        match &self.0 {
            Engine::Sqlite(engine) => engine.vouch(instance),
            Engine::Postgres(engine) => Box::pin(engine.vouch(instance)).await,
        }
    }

    /// Returns which of `others` are gone for certain at this moment: nothing vouches for
    /// them, while something does for `own`. Of the nameless, an embedded engine takes all
    /// for gone, a server none.
    ///
    /// # Errors
    /// As [`Store::vouch`].
    pub async fn gone(&self, own: &str, others: Vec<String>) -> Result<Vec<String>, StoreError> {
        match &self.0 {
            Engine::Sqlite(engine) => engine.gone(own, others),
            Engine::Postgres(engine) => Box::pin(engine.gone(own, others)).await,
        }
    }

    /// Tells for how long an instance must be seen to be gone before what it held is freed,
    /// in seconds: a lock of a file is certain, one of a session may be lost for a moment
    /// together with its connection.
    #[must_use]
    pub const fn gone_for_s(&self) -> i64 {
        match &self.0 {
            Engine::Sqlite(_) => 0,
            Engine::Postgres(_) => INSTANCE_GONE_S,
        }
    }

    /// Finishes what is queued and closes; SQLite folds its log into the file.
    ///
    /// # Errors
    /// `Unavailable` when the writer is gone already.
    pub async fn close(&self) -> Result<(), StoreError> {
        match &self.0 {
            Engine::Sqlite(engine) => engine.close().await,
            Engine::Postgres(engine) => {
                engine.close();
                Ok(())
            }
        }
    }
}

/// Whether the database takes writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// It does.
    Ready,
    /// Too much waits for it.
    Busy,
    /// The disk is full or read-only, or somebody else holds it.
    NotWritable,
    /// Its server does not answer, or not to us.
    OutOfReach,
}

static COUNT_CHECK: Sql = Sql::new(
    "counter.count_check",
    "UPDATE counter SET value = value + 1 WHERE name = 'readiness'",
);

/// Lists every statement of the program, for the tests that prepare them all.
#[must_use]
pub fn statements() -> Vec<&'static Sql> {
    [
        &[&COUNT_CHECK],
        accounts::ALL,
        application_counts::ALL,
        application_steps::ALL,
        applications::ALL,
        alerts::ALL,
        audit::ALL,
        authority::ALL,
        board_archive::ALL,
        board_figures::ALL,
        claims::ALL,
        conversation_mail::ALL,
        conversations::ALL,
        administrators::ALL,
        password_formats::ALL,
        devices::ALL,
        employer::ALL,
        erasure::ALL,
        files::ALL,
        &full_text::all(),
        guards::ALL,
        idempotency::ALL,
        figures::ALL,
        instances::ALL,
        invitations::ALL,
        job_list::ALL,
        job_listings::ALL,
        job_views::ALL,
        job_words::ALL,
        jobs::ALL,
        leases::ALL,
        mail_notices::ALL,
        mail_quota::ALL,
        mail_refusals::ALL,
        mail_share::ALL,
        maintenance::ALL,
        members::ALL,
        messages::ALL,
        moderation::ALL,
        notifications::ALL,
        organizations::ALL,
        outbox::ALL,
        outbox_claims::ALL,
        outbox_posts::ALL,
        profile_lists::ALL,
        profile_views::ALL,
        profiles::ALL,
        rate_limits::ALL,
        saved_jobs::ALL,
        sealed::ALL,
        sessions::ALL,
        sign_in_addresses::ALL,
        task_runs::ALL,
        tasks::ALL,
        user_list::ALL,
        users::ALL,
        verifications::ALL,
        waitlist::ALL,
        waitlist_mail::ALL,
        &export::all(),
    ]
    .concat()
}
