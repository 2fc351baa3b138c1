//! Files that people bring: written under a name of their own, kept under their SHA-256.
//!
//! What is kept is on the disk, folder entry included, before [`Files::keep`] returns,
//! so a row that names a file is never older than the file. Equal files are one. Nothing
//! here knows who names a file: whoever asks the rows may [`Files::remove_if_idle`] what
//! no row names. Disks are slow: all work is done on threads of its own.

mod digest;
mod draft;
mod folder;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::{Semaphore, oneshot};

pub use digest::FileDigest;
pub use draft::{Draft, Written};
use folder::Folder;
pub use folder::Standing;

use super::bounds::{FILE_QUEUE_MAX, FILE_THREADS, UPLOADS_MAX};
use super::clock::Millis;
use super::entropy::Entropy;
use super::turns::Turns;
use super::worker_pool::{PoolBusy, WorkerPool};

/// Why a file was not written or read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Too many files are written at this moment, or too much waits for the disk.
    #[error("too many files are written at once")]
    Busy,
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
    folder: Arc<Folder>,
    threads: WorkerPool<()>,
    slots: Arc<Semaphore>,
    /// Who brings a file at this moment, by id: one at a time each.
    pub bringing: Turns,
}

impl Files {
    /// Prepares the work on a folder, which the first file makes.
    #[must_use]
    pub fn of(folder: &Path, entropy: Entropy) -> Self {
        Self {
            folder: Arc::new(Folder::new(folder, entropy)),
            threads: WorkerPool::new("file", FILE_THREADS, FILE_QUEUE_MAX),
            slots: Arc::new(Semaphore::new(UPLOADS_MAX)),
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
    /// `Busy` when [`UPLOADS_MAX`] are written already; `Full`, `Io`.
    pub async fn begin(&self) -> Result<Draft, FileError> {
        let slot = Arc::clone(&self.slots).try_acquire_owned().map_err(|_none| FileError::Busy)?;
        let folder = Arc::clone(&self.folder);
        self.run(move || Draft::open(folder.name_for_draft()?, slot)).await
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
    /// As [`Files::read`].
    pub async fn content(&self, written: &Written) -> Result<Vec<u8>, FileError> {
        let path = written.path().to_owned();
        self.run(move || std::fs::read(path)).await
    }

    /// Keeps a file under its digest, durably.
    ///
    /// # Errors
    /// As [`Files::write`].
    pub async fn keep(&self, written: Written, now: Millis) -> Result<FileDigest, FileError> {
        let folder = Arc::clone(&self.folder);
        self.run(move || folder.keep(&written, now)).await
    }

    /// Keeps bytes as a file, durably.
    ///
    /// # Errors
    /// As [`Files::begin`] and [`Files::write`].
    pub async fn keep_bytes(&self, bytes: Vec<u8>, now: Millis) -> Result<FileDigest, FileError> {
        let draft = self.begin().await?;
        let draft = self.write(draft, bytes).await?;
        let written = self.finish(draft).await?;
        self.keep(written, now).await
    }

    /// Reads a whole kept file.
    ///
    /// # Errors
    /// `Missing`, `Busy`, `Io`.
    pub async fn read(&self, digest: &FileDigest) -> Result<Vec<u8>, FileError> {
        let path = self.path(digest);
        self.run(move || std::fs::read(path)).await
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
mod tests {
    use super::*;

    const NOW: Millis = Millis(1_800_000_000_000);

    fn files(folder: &Path) -> Files {
        Files::of(folder, Entropy::System)
    }

    fn names(folder: &Path) -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).into_iter().flatten();
        entries.map(|entry| entry.unwrap().path()).collect()
    }

    #[tokio::test]
    async fn kept_file_lies_under_its_digest_and_equal_ones_are_one() {
        let folder = tempfile::tempdir().unwrap();
        let files = files(folder.path());
        let first = files.keep_bytes(b"hola".to_vec(), NOW).await.unwrap();
        let second = files.keep_bytes(b"hola".to_vec(), NOW).await.unwrap();
        assert_eq!(first, second);
        let known = "b221d9dbb083a7f33428d7c2a3c3198ae925614d70210e28716ccaa7cd4ddb79";
        assert_eq!(first.as_str(), known);
        assert_eq!(files.path(&first), folder.path().join("b2").join(known));
        assert_eq!(files.read(&first).await.unwrap(), b"hola");
        assert_eq!(files.list(0xb2).await.unwrap().len(), 1);
        assert!(names(&folder.path().join(".incoming")).is_empty());
    }

    #[tokio::test]
    async fn draft_that_nobody_keeps_leaves_nothing_and_slots_come_back() {
        let folder = tempfile::tempdir().unwrap();
        let files = files(folder.path());
        let mut drafts = Vec::new();
        for _ in 0..UPLOADS_MAX {
            drafts.push(files.begin().await.unwrap());
        }
        assert!(matches!(files.begin().await, Err(FileError::Busy)));
        assert_eq!(names(&folder.path().join(".incoming")).len(), UPLOADS_MAX);
        drafts.clear();
        assert!(names(&folder.path().join(".incoming")).is_empty());
        assert!(files.begin().await.is_ok());
    }

    #[tokio::test]
    async fn only_what_is_idle_is_removed() {
        let folder = tempfile::tempdir().unwrap();
        let files = files(folder.path());
        let digest = files.keep_bytes(b"hola".to_vec(), NOW).await.unwrap();
        assert!(!files.remove_if_idle(&digest, NOW).await.unwrap());
        files.keep_bytes(b"hola".to_vec(), NOW.plus_s(60)).await.unwrap();
        assert!(!files.remove_if_idle(&digest, NOW.plus_s(30)).await.unwrap());
        assert!(files.remove_if_idle(&digest, NOW.plus_s(61)).await.unwrap());
        assert!(!files.remove_if_idle(&digest, NOW.plus_s(61)).await.unwrap(), "it is gone");
        assert!(matches!(files.read(&digest).await, Err(FileError::Missing)));
    }

    #[tokio::test]
    async fn leftovers_of_a_crash_go_when_they_are_old() {
        let folder = tempfile::tempdir().unwrap();
        let files = files(folder.path());
        std::mem::drop(files.begin().await.unwrap());
        let left = folder.path().join(".incoming/left");
        std::fs::write(&left, "half").unwrap();
        assert_eq!(files.remove_drafts(Millis(0)).await.unwrap(), 0);
        assert_eq!(files.remove_drafts(Millis(i64::MAX / 2)).await.unwrap(), 1);
        assert!(!left.exists());
    }
}
