//! A folder for work in progress: its owner's alone, gone with its owner.
//!
//! It lies in the data directory, where its contents are in the open anyway. A
//! process that was killed leaves one behind; the next one to work finds it
//! unlocked and removes it.

use std::fs::{self, DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

use super::{BackupError, cannot};
use crate::base::bounds::BACKUP_SCRATCH_MAX;
use crate::base::own;

const PREFIX: &str = ".backup-";

/// A folder that is removed when its owner drops it.
#[derive(Debug)]
pub struct Scratch {
    path: PathBuf,
    /// The folder itself, locked for as long as the work goes on.
    _lock: File,
}

impl Scratch {
    /// Makes an empty folder in `data_dir`, and removes those of the dead.
    ///
    /// # Errors
    /// `Io`.
    pub fn new(data_dir: &Path) -> Result<Self, BackupError> {
        clear(data_dir).map_err(|error| cannot("clear", data_dir, error))?;
        let pid = std::process::id();
        // Two backups of one process differ by the number.
        for number in 0..BACKUP_SCRATCH_MAX {
            let path = data_dir.join(format!("{PREFIX}{pid}-{number}"));
            match DirBuilder::new().mode(0o700).create(&path) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                Err(error) => return Err(cannot("create", &path, error)),
            }
            // Until it is locked, somebody else may take it for a dead one's.
            if let Ok(lock) = locked(&path)
                && path.exists()
            {
                return Ok(Self { path, _lock: lock });
            }
        }
        let busy = io::Error::from(io::ErrorKind::ResourceBusy);
        Err(cannot("lock a scratch folder in", data_dir, busy))
    }

    /// Returns a path in the folder.
    #[must_use]
    pub fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// Makes an empty folder in the folder.
    ///
    /// # Errors
    /// `Io`.
    pub fn folder(&self, name: &str) -> Result<PathBuf, BackupError> {
        let path = self.path(name);
        own::folder(&path).map_err(|error| cannot("create", &path, error))?;
        Ok(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.path) {
            tracing::warn!(path = %self.path.display(), %error, "scratch folder stays");
        }
    }
}

fn locked(folder: &Path) -> io::Result<File> {
    let file = File::open(folder)?;
    flock(&file, FlockOperation::NonBlockingLockExclusive)?;
    Ok(file)
}

/// Removes folders that nobody holds a lock on.
fn clear(data_dir: &Path) -> io::Result<()> {
    for entry in fs::read_dir(data_dir)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        // What is no folder is none of ours; opening a pipe would wait for its writer.
        let is_scratch = name.is_some_and(|name| name.starts_with(PREFIX))
            && fs::symlink_metadata(&path).is_ok_and(|found| found.is_dir());
        if is_scratch && locked(&path).is_ok() {
            fs::remove_dir_all(&path)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_the_dead_are_removed_and_those_of_the_living_stay() {
        let data = tempfile::tempdir().unwrap();
        fs::create_dir(data.path().join(".backup-1-0")).unwrap();
        let first = Scratch::new(data.path()).unwrap();
        fs::write(first.path("x"), "x").unwrap();
        let second = Scratch::new(data.path()).unwrap();
        assert!(first.path("x").exists() && first.path != second.path);
        assert!(!data.path().join(".backup-1-0").exists());
        let left = first.path("x");
        drop(first);
        assert!(!left.exists());
    }
}
