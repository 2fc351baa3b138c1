//! Layer 4: archives of everything that would be lost with the machine.
//!
//! An archive is made of a copy of one moment, and gets its name only when it has
//! been unpacked again and found whole. A restore looks through the whole archive
//! first, moves what is there aside and deletes nothing. What a scheduler or a
//! command adds (when, for whom, how it is told) is theirs.

mod bucket;
mod create;
pub mod keys;
mod manifest;
mod pack;
mod restore;
mod routine;
mod scratch;
mod seal;
mod shelf;
mod unpack;
mod verify;

use std::io;
use std::path::{Path, PathBuf};

pub use create::{Created, Source, create};
pub use manifest::{FileNote, Manifest};
pub use restore::{KeyChoice, Restored, Restoring, refuse_unfinished};
pub use routine::{Routine, routine};
pub use shelf::{Shelved, file_name, shelved};
pub use unpack::{Identities, is_encrypted};
pub use verify::verify;

use crate::base::outbound::OutboundError;
use crate::base::own::OwnError;
use crate::store::StoreError;
use crate::store::lock::LockError;
use crate::store::migrate::MigrateError;

/// Looks over the shoulder of long work: counts, and may end it.
pub trait Watch: Sync {
    /// Tells whether the work is to end; asked at least once a chunk.
    fn is_stopped(&self) -> bool;

    /// A step begins; `bytes` is how much there is of it, 0 when nobody knows yet.
    fn begins(&self, _step: Step, _bytes: u64) {}

    /// So many bytes more of a step are done.
    fn passed(&self, _step: Step, _bytes: u64) {}
}

/// A step of long work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The database is copied.
    Copy,
    /// The archive is written.
    Pack,
    /// It is unpacked.
    Unpack,
    /// The database in it is looked through.
    Check,
    /// The archive goes to the bucket.
    Upload,
}

/// Why there is no archive, or nothing was restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The database is on a server, which has its own tools.
    #[error("database.url names a server, whose own tool copies it; run: {command}")]
    ServerDatabase {
        /// What to run instead.
        command: String,
    },
    /// There is nothing to back up.
    #[error("there is no database at {path}; run the server once, or set server.data_dir")]
    NoDatabase {
        /// Where it should be.
        path: PathBuf,
    },
    /// A file stands where the archive should.
    #[error("{path} is there already; name another file")]
    Present {
        /// The file.
        path: PathBuf,
    },
    /// The disk has too little room for the work.
    #[error(
        "the disk of {path} has {free} bytes free and a backup needs {needed}, those of \
         uploads.free_disk_bytes_min among them; free some, or lower that"
    )]
    Scarce {
        /// The data directory.
        path: PathBuf,
        /// Bytes that are free.
        free: u64,
        /// Bytes that must be.
        needed: u64,
    },
    /// The engine refused to copy or to read.
    #[error("cannot copy the database")]
    Store(#[from] StoreError),
    /// A file cannot be read or written.
    #[error("cannot {what} {path}: {source}")]
    Io {
        /// What was tried.
        what: &'static str,
        /// With what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// An upload shrank while it was read.
    #[error("{path} changed while it was read; repeat the backup")]
    Changed {
        /// The file.
        path: PathBuf,
    },
    /// `backup.recipient` is none.
    #[error("backup.recipient is no age recipient")]
    Recipient,
    /// Whoever runs the bucket could read the archive.
    #[error(
        "backup.s3_url is set and backup.recipient is not: whoever runs the bucket could read the \
         archive; set an age recipient (age-keygen makes one), or send it readable all the same \
         with backup.plaintext_to_s3 = true"
    )]
    PlaintextToBucket,
    /// The archive is encrypted and nobody said with what to open it.
    #[error("{path} is encrypted; name the file of the age identity with --identity")]
    NeedsIdentity {
        /// The archive.
        path: PathBuf,
    },
    /// The archive is encrypted to somebody else.
    #[error("{path} is encrypted to another identity")]
    WrongIdentity {
        /// The archive.
        path: PathBuf,
    },
    /// The archive is not what was written.
    #[error("{path} is damaged: {why}; nothing was changed")]
    Damaged {
        /// The archive.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The archive's schema is not one that this binary can go on with.
    #[error(transparent)]
    Schema(#[from] MigrateError),
    /// The data directory is not ours alone.
    #[error(transparent)]
    Folder(#[from] OwnError),
    /// A server runs on the data directory.
    #[error(transparent)]
    Running(#[from] LockError),
    /// A restore broke off half-way.
    #[error(
        "a restore broke off before everything was in its place; repeat it: antesala restore \
         {archive} (what was there before is in {aside})"
    )]
    Unfinished {
        /// The archive that was being restored.
        archive: String,
        /// Where the old data are.
        aside: String,
    },
    /// `auth.secret` is not the one that the archive's data were made with.
    #[error("{0}")]
    Keys(String),
    /// The bucket did not take the archive.
    #[error("the bucket did not take {object}: {why}")]
    Bucket {
        /// What it should be called there.
        object: String,
        /// What the bucket said.
        why: String,
    },
    /// The bucket cannot be reached.
    #[error("cannot reach the bucket")]
    Unreachable(#[from] OutboundError),
    /// Somebody ended the work.
    #[error("stopped before it was done")]
    Stopped,
}

/// Says what was tried with which file and why it failed.
fn cannot(what: &'static str, path: &Path, source: io::Error) -> BackupError {
    BackupError::Io { what, path: path.to_owned(), source }
}
