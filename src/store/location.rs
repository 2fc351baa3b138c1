//! Where a database is: a file of this machine, or a server.

use std::fmt;
use std::path::{Path, PathBuf};

use super::StoreError;
use super::postgres::address::Address;
pub use super::postgres::address::AddressError as LocationError;
use crate::base::secret::Secret;
use crate::config::{Config, Database};

/// Where a database is; decides which engine runs it.
#[derive(Clone, Debug)]
pub enum Location {
    /// A SQLite file.
    File(PathBuf),
    /// A server that speaks PostgreSQL's wire.
    Server(Box<Address>),
}

impl Location {
    /// Returns where the settings say that the database is.
    ///
    /// # Errors
    /// [`LocationError`].
    pub fn of(config: &Config) -> Result<Self, LocationError> {
        Self::from_setting(&config.database, &config.server.data_dir)
    }

    /// Returns where a setting leads; a file is relative to `data_dir`.
    ///
    /// # Errors
    /// [`LocationError`].
    pub fn from_setting(database: &Database, data_dir: &Path) -> Result<Self, LocationError> {
        Ok(match database {
            Database::Sqlite(file) => Self::File(data_dir.join(file)),
            Database::Postgres { url, connections_max } => {
                Self::Server(Box::new(Address::parse(url, *connections_max)?))
            }
        })
    }

    /// Reads a location as `database.url` has it.
    ///
    /// # Errors
    /// [`LocationError`].
    pub fn parse(url: &Secret<String>, data_dir: &Path) -> Result<Self, LocationError> {
        Self::from_setting(&Database::parse(url, CONNECTIONS_OF_A_COMMAND), data_dir)
    }

    /// Looks at what connecting would read: the authorities that an address names.
    ///
    /// # Errors
    /// `Engine` when they cannot be read.
    pub fn look(&self) -> Result<(), StoreError> {
        match self {
            Self::File(_) => Ok(()),
            Self::Server(address) => address.look(),
        }
    }

    /// Tells whether what is sent to the database leaves the machine unencrypted.
    #[must_use]
    pub fn is_exposed(&self) -> bool {
        match self {
            Self::File(_) => false,
            Self::Server(address) => address.is_exposed(),
        }
    }
}

/// Connections of a command that reads or writes one thing at a time.
const CONNECTIONS_OF_A_COMMAND: usize = 4;

/// The file, or `user@host:port/name`; never a password.
impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Server(address) => write!(f, "{address}"),
        }
    }
}
