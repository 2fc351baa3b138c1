//! Which instances live, by files beside the database that each keeps locked.
//!
//! The lock is the kernel's and dies with the process, however that ends. A file that is
//! not there vouches for nobody, so what a copy of a database holds of instances elsewhere
//! is free.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rustix::fs::{FlockOperation, flock};

use crate::store::StoreError;

/// The folder of the files.
const FOLDER: &str = "instances";

/// The own file, once it is made, and where the others' are.
pub struct Liveness {
    folder: PathBuf,
    own: Mutex<Option<Own>>,
}

struct Own {
    path: PathBuf,
    _lock: File,
}

impl Liveness {
    /// Looks for the files beside a database; none is made yet.
    pub fn beside(database: &Path) -> Self {
        Self { folder: database.with_file_name(FOLDER), own: Mutex::default() }
    }

    /// Makes the file of this instance and locks it.
    ///
    /// # Errors
    /// `Engine`.
    pub fn vouch(&self, instance: &str) -> Result<(), StoreError> {
        let mut own = self.own();
        if own.is_none() {
            let made = self.make(instance);
            let failed =
                |error| StoreError::Engine { sql: "vouch", source: Box::<io::Error>::new(error) };
            *own = Some(made.map_err(failed)?);
        }
        Ok(())
    }

    fn make(&self, instance: &str) -> io::Result<Own> {
        let path = self.path(instance).ok_or(io::ErrorKind::InvalidInput)?;
        DirBuilder::new().recursive(true).mode(0o700).create(&self.folder)?;
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        flock(&file, FlockOperation::NonBlockingLockExclusive)?;
        Ok(Own { path, _lock: file })
    }

    /// Tells whether nothing vouches for an instance; its file goes.
    pub fn is_gone(&self, instance: &str) -> bool {
        if instance.is_empty() {
            return true;
        }
        let Some(path) = self.path(instance) else { return false };
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) => return error.kind() == io::ErrorKind::NotFound,
        };
        let is_gone = flock(&file, FlockOperation::NonBlockingLockExclusive).is_ok();
        if is_gone && let Err(error) = fs::remove_file(&path) {
            tracing::debug!(path = %path.display(), %error, "file of a dead instance stays");
        }
        is_gone
    }

    /// Ends: this instance holds nothing any more.
    pub fn end(&self) {
        if let Some(own) = self.own().take()
            && let Err(error) = fs::remove_file(&own.path)
        {
            tracing::debug!(path = %own.path.display(), %error, "file of the instance stays");
        }
    }

    /// Returns an instance's file; `None` for what is no name of ours.
    fn path(&self, instance: &str) -> Option<PathBuf> {
        let is_ours = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        let is_name = !instance.is_empty() && instance.bytes().all(is_ours);
        is_name.then(|| self.folder.join(instance))
    }

    fn own(&self) -> MutexGuard<'_, Option<Own>> {
        self.own.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instance_is_gone_once_nobody_holds_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("a.db");
        let (one, other) = (Liveness::beside(&database), Liveness::beside(&database));
        one.vouch("ins_1").unwrap();
        one.vouch("ins_1").unwrap();
        assert!(!other.is_gone("ins_1"));
        assert!(other.is_gone("ins_never") && other.is_gone(""));
        assert!(!other.is_gone("../a.db"), "no name of ours is never looked for");
        // As the kernel does when the process ends.
        drop(one);
        assert!(other.is_gone("ins_1"));
        assert!(!folder.path().join("instances/ins_1").exists());
    }

    #[test]
    fn end_leaves_no_file() {
        let folder = tempfile::tempdir().unwrap();
        let liveness = Liveness::beside(&folder.path().join("a.db"));
        liveness.vouch("ins_1").unwrap();
        liveness.end();
        assert_eq!(fs::read_dir(folder.path().join("instances")).unwrap().count(), 0);
    }
}
