//! A database of Better Auth's, read and never written.
//!
//! Its adapters name and type the same columns differently: `emailVerified` or
//! `email_verified`, moments as ISO text, seconds, milliseconds or timestamps. What is
//! there is looked up first ([`shape`]), and every column comes out as text or a number.
//! Nothing is held between two reads, so that a server which still writes there is never
//! in the way and never waits.

mod file;
mod rows;
mod server;
mod shape;

use crate::base::bounds::{FOREIGN_PEOPLE_MAX, FOREIGN_ROWS_MAX};
use crate::store::{Location, StoreError, Value};
pub use rows::{Account, Person, Session, Unread, Verification};
use shape::{Column, Dialect, Table};

/// Why a database cannot be imported from.
#[derive(Debug, thiserror::Error)]
pub enum ForeignError {
    /// The file is not there.
    #[error("{0} does not exist; give the file of the old server's database after sqlite:")]
    Missing(String),
    /// A table is not there.
    #[error("{place} is no database of Better Auth: it has no table {table}")]
    NoTable {
        /// Which database.
        place: String,
        /// The table.
        table: &'static str,
    },
    /// A column is not there.
    #[error("{place} is no database of Better Auth: its table {table} has no column {column}")]
    NoColumn {
        /// Which database.
        place: String,
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
    },
    /// It cannot be read.
    #[error("the old database cannot be read")]
    Read(#[from] StoreError),
}

/// A database of Better Auth's.
pub struct Foreign {
    side: Side,
    users: Table,
    accounts: Table,
    /// A server may keep these two elsewhere, in Redis for one.
    sessions: Option<Table>,
    verifications: Option<Table>,
    others: Vec<(String, String)>,
}

/// Whoever runs it.
enum Side {
    File(file::Side),
    Server(server::Side),
}

/// The two tables whose rows hang on people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hanging {
    /// Ways in.
    Accounts,
    /// Signed-in browsers.
    Sessions,
}

/// Rows, in the order of the columns asked for.
type Rows = Vec<Vec<Value>>;

impl Foreign {
    /// Opens a database and looks up how its tables are made.
    ///
    /// # Errors
    /// [`ForeignError`].
    pub async fn open(location: &Location) -> Result<Self, ForeignError> {
        let mut side = match location {
            Location::File(path) if !path.is_file() => {
                return Err(ForeignError::Missing(path.display().to_string()));
            }
            Location::File(path) => Side::File(file::Side::open(path)?),
            Location::Server(address) => Side::Server(server::Side::open(address).await?),
        };
        let found = side.columns().await?;
        let dialect = side.dialect();
        let table = |wanted: &shape::Wanted| Table::find(wanted, &found, dialect, location);
        let needed = |wanted: &shape::Wanted| {
            let place = location.to_string();
            table(wanted)?.ok_or(ForeignError::NoTable { place, table: wanted.table })
        };
        Ok(Self {
            users: needed(&shape::USER)?,
            accounts: needed(&shape::ACCOUNT)?,
            sessions: table(&shape::SESSION)?,
            verifications: table(&shape::VERIFICATION)?,
            others: shape::others(&found),
            side,
        })
    }

    /// Tells whether the sessions are in the database at all.
    #[must_use]
    pub const fn has_sessions(&self) -> bool {
        self.sessions.is_some()
    }

    /// Counts people.
    ///
    /// # Errors
    /// `Read`.
    pub async fn count(&mut self) -> Result<u64, ForeignError> {
        let sql = format!("SELECT count(*) FROM {}", self.users.name);
        Ok(self.side.count(&sql).await?)
    }

    /// Reads people after an id, in the database's order of ids.
    ///
    /// # Errors
    /// `Read`.
    pub async fn people(&mut self, after: Option<&str>) -> Result<Vec<Person>, ForeignError> {
        let sql = self.users.page(after.is_some(), FOREIGN_PEOPLE_MAX);
        let rows = self.side.read(&sql, after).await?;
        Ok(rows.into_iter().map(Person::read).collect())
    }

    /// Reads the ways in of some people, at most [`FOREIGN_ROWS_MAX`] and one more.
    ///
    /// # Errors
    /// `Read`.
    pub async fn accounts_of(&mut self, ids: &[&str]) -> Result<Vec<Account>, ForeignError> {
        let rows = self.side.read_of(&self.accounts, ids).await?;
        Ok(rows.into_iter().map(Account::read).collect())
    }

    /// Reads the sessions of some people, those that live longest first, at most
    /// [`FOREIGN_ROWS_MAX`] and one more.
    ///
    /// # Errors
    /// `Read`.
    pub async fn sessions_of(&mut self, ids: &[&str]) -> Result<Vec<Session>, ForeignError> {
        let Some(table) = &self.sessions else { return Ok(Vec::new()) };
        let rows = self.side.read_of(table, ids).await?;
        Ok(rows.into_iter().map(Session::read).collect())
    }

    /// Reads one-time values after an id, in the database's order of ids.
    ///
    /// # Errors
    /// `Read`.
    pub async fn verifications(
        &mut self,
        after: Option<&str>,
    ) -> Result<Vec<Verification>, ForeignError> {
        let Some(table) = &self.verifications else { return Ok(Vec::new()) };
        let sql = table.page(after.is_some(), FOREIGN_ROWS_MAX);
        let rows = self.side.read(&sql, after).await?;
        Ok(rows.into_iter().map(Verification::read).collect())
    }

    /// Lists the ids of rows that hang on nobody, at most [`FOREIGN_ROWS_MAX`].
    ///
    /// # Errors
    /// `Read`.
    pub async fn orphans(&mut self, of: Hanging) -> Result<Vec<String>, ForeignError> {
        let table = match of {
            Hanging::Accounts => Some(&self.accounts),
            Hanging::Sessions => self.sessions.as_ref(),
        };
        let Some(table) = table else { return Ok(Vec::new()) };
        let rows = self.side.read(&table.orphans(&self.users, FOREIGN_ROWS_MAX), None).await?;
        Ok(rows.into_iter().map(|mut row| rows::text(row.pop()).unwrap_or_default()).collect())
    }

    /// Lists tables of plugins that hold something, with how many rows.
    ///
    /// # Errors
    /// `Read`.
    pub async fn left_behind(&mut self) -> Result<Vec<(String, u64)>, ForeignError> {
        let mut left = Vec::new();
        for (table, quoted) in self.others.clone() {
            let rows = self.side.count(&format!("SELECT count(*) FROM {quoted}")).await?;
            if rows > 0 {
                left.push((table, rows));
            }
        }
        Ok(left)
    }
}

impl Side {
    const fn dialect(&self) -> Dialect {
        match self {
            Self::File(_) => Dialect::Sqlite,
            Self::Server(_) => Dialect::Postgres,
        }
    }

    /// Lists every column of every table.
    async fn columns(&mut self) -> Result<Vec<Column>, StoreError> {
        let rows = self.read(self.dialect().columns(), None).await?;
        Ok(rows.into_iter().filter_map(Column::read).collect())
    }

    async fn count(&mut self, sql: &str) -> Result<u64, StoreError> {
        let rows = self.read(sql, None).await?;
        let count = rows.first().and_then(|row| rows::integer(row.first()));
        Ok(count.and_then(|count| u64::try_from(count).ok()).unwrap_or(0))
    }

    /// Reads rows; `after` is the one parameter of `sql`, where it has one.
    async fn read(&mut self, sql: &str, after: Option<&str>) -> Result<Rows, StoreError> {
        match self {
            Self::File(side) => side.read(sql, after),
            Self::Server(side) => side.read(sql, after).await,
        }
    }

    /// Reads what hangs on some people.
    async fn read_of(&mut self, table: &Table, ids: &[&str]) -> Result<Rows, StoreError> {
        let sql = table.of_people(FOREIGN_ROWS_MAX);
        match self {
            Self::File(side) => {
                let ids = serde_json::Value::from(ids).to_string();
                side.read(&sql, Some(&ids))
            }
            Self::Server(side) => side.read_of(&sql, ids).await,
        }
    }
}
