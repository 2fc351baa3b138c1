//! Files that people bring: written under a name of their own, kept under their SHA-256.
//!
//! What is kept is on the disk, folder entry included, before [`Files::keep`] returns,
//! so a row that names a file is never older than the file. Equal files are one. Nothing
//! here knows who names a file: whoever asks the rows may [`Files::remove_if_idle`] what
//! no row names. Disks are slow: all work is done on threads of its own.

mod digest;
mod draft;
mod folder;
mod reading;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::{Semaphore, oneshot};

pub use digest::FileDigest;
pub use draft::{Draft, Written};
use folder::Folder;
pub use folder::{Alone, Kept, Standing};
pub use reading::Reading;

use super::bounds::{FILE_QUEUE_MAX, FILE_READERS_MAX, FILE_READS_MAX, FILE_THREADS, UPLOADS_MAX};
use super::clock::Millis;
use super::entropy::Entropy;
use super::turns::Turns;
use super::worker_pool::{PoolBusy, WorkerPool};

/// Why a file was not written or read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Too many files are written or read at this moment, or too much waits for the disk.
    #[error("too many files are written or read at once")]
    Busy,
    /// The disk is nearly full; what is left is for everything else.
    #[error(
        "the disk of uploads has {free} bytes left, less than uploads.free_disk_bytes_min; free \
         some, or lower it"
    )]
    Scarce {
        /// Bytes that are free.
        free: u64,
    },
    /// The disk takes no more.
    #[error("the disk is full or read-only: {0}")]
    Full(io::Error),
    /// There is no such file.
    #[error("a file that a row names is not in the folder of uploads")]
    Missing,
    /// The threads have ended.
    #[error("the threads that read and write files have ended")]
    Closed,
    /// What the system said.
    #[error("a file cannot be used: {0}")]
    Io(io::Error),
}

impl From<io::Error> for FileError {
    fn from(error: io::Error) -> Self {
        let kind = error.kind();
        let is_full = matches!(
            kind,
            io::ErrorKind::StorageFull
                | io::ErrorKind::QuotaExceeded
                | io::ErrorKind::FileTooLarge
                | io::ErrorKind::ReadOnlyFilesystem
        );
        if is_full {
            Self::Full(error)
        } else if kind == io::ErrorKind::NotFound {
            Self::Missing
        } else {
            Self::Io(error)
        }
    }
}

impl From<PoolBusy> for FileError {
    fn from(_busy: PoolBusy) -> Self {
        Self::Busy
    }
}

/// The folder of uploads and the threads that work on it; they end with it.
pub struct Files {
    /// Bytes that stay free on the disk.
    free_bytes_min: u64,
    folder: Arc<Folder>,
    threads: WorkerPool<()>,
    slots: Arc<Semaphore>,
    readers: Arc<Semaphore>,
    reads: Semaphore,
    /// Who brings a file at this moment, by id: one at a time each.
    pub bringing: Turns,
}

impl Files {
    /// Prepares the work on a folder, which the first file makes, on a disk of which
    /// `free_bytes_min` stay free.
    #[must_use]
    pub fn of(folder: &Path, entropy: Entropy, free_bytes_min: u64) -> Self {
        Self {
            free_bytes_min,
            folder: Arc::new(Folder::new(folder, entropy)),
            threads: WorkerPool::new("file", FILE_THREADS, FILE_QUEUE_MAX),
            slots: Arc::new(Semaphore::new(UPLOADS_MAX)),
            readers: Arc::new(Semaphore::new(FILE_READERS_MAX)),
            reads: Semaphore::new(FILE_READS_MAX),
            bringing: Turns::default(),
        }
    }

    /// Returns where a kept file lies.
    #[must_use]
    pub fn path(&self, digest: &FileDigest) -> PathBuf {
        self.folder.path(digest)
    }

    /// Begins a file; it goes by itself unless it is kept.
    ///
    /// # Errors
    /// `Busy` when [`UPLOADS_MAX`] are written already; `Scarce`, `Full`, `Io`.
    pub async fn begin(&self) -> Result<Draft, FileError> {
        let slot = Arc::clone(&self.slots).try_acquire_owned().map_err(|_none| FileError::Busy)?;
        let (folder, free_bytes_min) = (Arc::clone(&self.folder), self.free_bytes_min);
        let begun = self.run(move || {
            let path = folder.name_for_draft()?;
            let free = folder.free_bytes()?;
            if free < free_bytes_min {
                return Ok(Err(FileError::Scarce { free }));
            }
            Draft::open(path, slot).map(Ok)
        });
        begun.await?
    }

    /// Adds bytes to a file.
    ///
    /// # Errors
    /// `Full`, `Io`, `Busy`.
    ///
    /// # Cost
    /// A write and a part of the digest, on a thread.
    pub async fn write(&self, mut draft: Draft, bytes: Vec<u8>) -> Result<Draft, FileError> {
        self.run(move || draft.push(&bytes).map(|()| draft)).await
    }

    /// Ends a file: all of it is on the disk, under a name that nobody knows.
    ///
    /// # Errors
    /// As [`Files::write`].
    pub async fn finish(&self, draft: Draft) -> Result<Written, FileError> {
        self.run(move || draft.finish()).await
    }

    /// Reads a whole file that is not kept yet.
    ///
    /// # Errors
    /// `Missing`, `Busy`, `Io`.
    pub async fn content(&self, written: &Written) -> Result<Vec<u8>, FileError> {
        let path = written.path().to_owned();
        self.run(move || std::fs::read(path)).await
    }

    /// Keeps a file under its digest, durably; hold what comes back until a row names it.
    ///
    /// # Errors
    /// As [`Files::write`].
    pub async fn keep(&self, written: Written, now: Millis) -> Result<Kept, FileError> {
        let folder = Arc::clone(&self.folder);
        self.run(move || folder.keep(&written, now)).await
    }

    /// Keeps bytes as a file, durably.
    ///
    /// # Errors
    /// As [`Files::begin`] and [`Files::write`].
    pub async fn keep_bytes(&self, bytes: Vec<u8>, now: Millis) -> Result<Kept, FileError> {
        let draft = self.begin().await?;
        let draft = self.write(draft, bytes).await?;
        let written = self.finish(draft).await?;
        self.keep(written, now).await
    }

    /// Opens a kept file, to be read a piece at a time.
    ///
    /// # Errors
    /// `Missing`, `Io`; `Busy` when [`FILE_READERS_MAX`] are open already.
    pub async fn open(&self, digest: &FileDigest) -> Result<Reading, FileError> {
        let slot = Arc::clone(&self.readers).try_acquire_owned();
        let (slot, path) = (slot.map_err(|_none| FileError::Busy)?, self.path(digest));
        let _turn = self.reads.acquire().await.map_err(|_closed| FileError::Closed)?;
        self.run(move || Reading::open(&path, slot)).await
    }

    /// Reads the next piece of a file, at most [`FILE_PIECE_BYTES`]; empty at its end.
    ///
    /// [`FILE_PIECE_BYTES`]: super::bounds::FILE_PIECE_BYTES
    ///
    /// # Errors
    /// `Io`.
    ///
    /// # Cost
    /// A read, on a thread; who waits for it waits in the order of coming.
    pub async fn next(&self, reading: Reading) -> Result<(Vec<u8>, Reading), FileError> {
        let _turn = self.reads.acquire().await.map_err(|_closed| FileError::Closed)?;
        self.run(move || reading.next()).await
    }

    /// Lists the kept files of one of the 256 folders, `00` to `ff`.
    ///
    /// # Errors
    /// `Busy`, `Io`.
    pub async fn list(&self, number: u8) -> Result<Vec<Standing>, FileError> {
        let folder = Arc::clone(&self.folder);
        self.run(move || folder.list(number)).await
    }

    /// Removes a kept file unless somebody brought it again since `before`.
    ///
    /// # Errors
    /// `Busy`, `Io`.
    pub async fn remove_if_idle(
        &self,
        digest: &FileDigest,
        before: Millis,
    ) -> Result<bool, FileError> {
        let (folder, digest) = (Arc::clone(&self.folder), digest.clone());
        self.run(move || folder.remove_if_idle(&digest, before)).await
    }

    /// Waits for nobody and says whether there is nobody between keeping a file and naming
    /// it; while the answer is held, nobody keeps one.
    ///
    /// # Errors
    /// `Busy`, `Io`.
    pub async fn alone(&self) -> Result<Option<Alone>, FileError> {
        let folder = Arc::clone(&self.folder);
        self.run(move || folder.alone()).await
    }

    /// Removes a kept file that no row names.
    ///
    /// # Errors
    /// `Busy`, `Io`.
    pub async fn remove(&self, alone: Alone, digest: &FileDigest) -> Result<(), FileError> {
        let path = self.path(digest);
        self.run(move || {
            let removed = std::fs::remove_file(path);
            drop(alone);
            match removed {
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
                outcome => outcome,
            }
        })
        .await
    }

    /// Removes what a crash left half-written before a moment; returns how many.
    ///
    /// # Errors
    /// `Busy`, `Io`.
    pub async fn remove_drafts(&self, before: Millis) -> Result<u64, FileError> {
        let folder = Arc::clone(&self.folder);
        self.run(move || folder.remove_drafts(before)).await
    }

    async fn run<T, F>(&self, work: F) -> Result<T, FileError>
    where
        T: Send + 'static,
        F: FnOnce() -> io::Result<T> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        self.threads.submit(move |_nothing| {
            let _ = answer.send(work());
        })?;
        Ok(answered.await.map_err(|_gone| FileError::Closed)??)
    }
}

#[cfg(test)]
mod tests;
