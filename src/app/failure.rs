//! How a rule ends when it does not succeed.
//!
//! A refusal is expected and has a test; a fault is a surprise and has a log
//! line. Neither carries a sentence that could reach the wire.

use crate::base::bounds::DISK_RETRY_S;
use crate::base::files::FileError;
use crate::base::hash_pool::HashError;
use crate::domain::refusal::Refusal;
use crate::og::OgError;
use crate::og::portrait::PortraitError;
use crate::store::StoreError;

/// The way a rule fails.
#[derive(Debug)]
pub enum Failure {
    /// The rule said no.
    Refused(Refusal),
    /// The thing is in a state from which no step leads where it was to go.
    IllegalStep {
        /// Where steps lead from its state.
        allowed: Vec<&'static str>,
    },
    /// Too many tries; the next may come after this many seconds, at least 1.
    Limited {
        /// Seconds to wait.
        retry_after_s: u64,
    },
    /// Something broke or is out of reach.
    Fault(Fault),
}

/// What broke. The chain goes to the log, never to the wire.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The database.
    #[error("the store failed")]
    Store(#[from] StoreError),
    /// The hash pool.
    #[error("the hash pool failed")]
    Hash(#[from] HashError),
    /// The cards.
    #[error("the card failed")]
    Og(#[from] OgError),
    /// The threads that draw portraits.
    #[error("the portrait failed")]
    Portrait(#[from] PortraitError),
    /// The folder of uploads.
    #[error("the uploads failed")]
    File(#[from] FileError),
    /// The request took longer than it may.
    #[error("the request took longer than server.request_timeout_s")]
    Late,
    /// Too much of other answers waits for its readers.
    #[error("server.untaken_bytes_max is reached: readers do not take their answers")]
    Untaken,
    /// A broken promise of our own code.
    #[error("{0}")]
    Broken(&'static str),
}

impl Fault {
    /// Returns the seconds after which a retry makes sense; `None` when none does.
    ///
    /// Full queues and an unreachable disk pass; anything else is a defect.
    #[must_use]
    pub const fn retry_after_s(&self) -> Option<u64> {
        match self {
            Self::Store(StoreError::Busy | StoreError::Unavailable { .. })
            | Self::Hash(HashError::Busy)
            | Self::Og(OgError::Busy)
            | Self::Portrait(PortraitError::Busy)
            | Self::File(FileError::Busy | FileError::Full(_))
            | Self::Late
            | Self::Untaken => Some(RETRY_AFTER_S),
            Self::File(FileError::Scarce { .. }) => Some(DISK_RETRY_S),
            Self::Store(
                StoreError::Duplicate { .. }
                | StoreError::Unexpected { .. }
                | StoreError::Decode { .. }
                | StoreError::Engine { .. },
            )
            | Self::Hash(HashError::Closed)
            | Self::Og(OgError::Closed | OgError::Press(_))
            | Self::Portrait(
                PortraitError::Closed
                | PortraitError::TooLarge
                | PortraitError::Damaged(_)
                | PortraitError::Encode(_),
            )
            | Self::File(FileError::Missing | FileError::Closed | FileError::Io(_))
            | Self::Broken(_) => None,
        }
    }
}

/// Seconds that a caller should wait when a queue is full; both drain in about this time.
const RETRY_AFTER_S: u64 = 2;

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Fault(Fault::Store(error))
    }
}

impl From<HashError> for Failure {
    fn from(error: HashError) -> Self {
        Self::Fault(Fault::Hash(error))
    }
}

impl From<OgError> for Failure {
    fn from(error: OgError) -> Self {
        Self::Fault(Fault::Og(error))
    }
}

impl From<FileError> for Failure {
    fn from(error: FileError) -> Self {
        Self::Fault(Fault::File(error))
    }
}
