//! One server a data directory.
//!
//! The lock is the kernel's and dies with the process, so a crash leaves nothing
//! to clean up. The command line does not take it: it works beside a server.

use std::fs::File;
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;

use rustix::fs::{FlockOperation, flock};

use crate::base::own;

/// Held as long as the server runs.
#[derive(Debug)]
pub struct DataDirLock {
    _file: File,
}

/// Why the lock was not given.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another server has it.
    #[error(
        "{folder} belongs to a running antesala (process {pid}); stop it, or give this one \
         another server.data_dir"
    )]
    Taken {
        /// The data directory.
        folder: String,
        /// The other process, as it wrote itself down.
        pid: String,
    },
    /// The lock file cannot be used.
    #[error("cannot lock {path}: {reason}; make the folder writable")]
    Io {
        /// The lock file.
        path: String,
        /// What the system said.
        reason: String,
    },
}

impl DataDirLock {
    /// Locks a data directory for this process.
    ///
    /// # Errors
    /// `Taken` when another server has it; `Io`.
    pub fn acquire(folder: &Path) -> Result<Self, LockError> {
        let path = folder.join("antesala.lock");
        let failed = |reason: String| LockError::Io { path: path.display().to_string(), reason };
        let mut file = own::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|error| failed(error.to_string()))?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(rustix::io::Errno::WOULDBLOCK) => {
                let mut pid = String::new();
                // Without its number the message still says what to do.
                let _ = file.read_to_string(&mut pid);
                let folder = folder.display().to_string();
                return Err(LockError::Taken { folder, pid: pid.trim().to_owned() });
            }
            Err(error) => return Err(failed(error.to_string())),
        }
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{}", std::process::id()))
            .map_err(|error| failed(error.to_string()))?;
        Ok(Self { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn second_lock_is_refused_until_the_first_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let first = DataDirLock::acquire(folder.path()).unwrap();
        let refused = DataDirLock::acquire(folder.path()).unwrap_err().to_string();
        assert!(refused.contains(&std::process::id().to_string()), "{refused}");
        drop(first);
        DataDirLock::acquire(folder.path()).unwrap();
    }
}
