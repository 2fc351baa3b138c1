//! The folder in which kept files stand, and the moves in it.
//!
//! Keeping a file until a row names it and removing one that no row names exclude each
//! other, in this process and in others on the same folder, by a lock of the kernel's:
//! else a file could be removed just when somebody brings it again.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::fs::{FlockOperation, flock};

use super::{FileDigest, Written};
use crate::base::clock::Millis;
use crate::base::disk;
use crate::base::entropy::Entropy;
use crate::base::own;

/// Half-written files stand here; a backup takes no folder that begins with a dot.
const INCOMING: &str = ".incoming";

const LOCK: &str = ".lock";

/// A kept file as it stands in its folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Its name.
    pub digest: FileDigest,
    /// When it was last brought.
    pub brought_at: Millis,
}

/// A kept file whose row is not written yet; while it is held, no file is removed.
#[derive(Debug)]
pub struct Kept {
    /// Its name.
    pub digest: FileDigest,
    _lock: File,
}

/// Held while nobody keeps a file.
#[derive(Debug)]
pub struct Alone {
    _lock: File,
}

pub(super) struct Folder {
    root: PathBuf,
    entropy: Entropy,
}

impl Folder {
    pub(super) fn new(folder: &Path, entropy: Entropy) -> Self {
        Self { root: folder.to_owned(), entropy }
    }

    pub(super) fn path(&self, digest: &FileDigest) -> PathBuf {
        self.root.join(digest.folder()).join(digest.as_str())
    }

    /// Returns a name for a draft that nobody has.
    pub(super) fn name_for_draft(&self) -> io::Result<PathBuf> {
        let folder = self.root.join(INCOMING);
        make(&folder)?;
        Ok(folder.join(self.entropy.text(22)))
    }

    /// Returns how many bytes of the disk are free for us.
    pub(super) fn free_bytes(&self) -> io::Result<u64> {
        disk::free_bytes(&self.root)
    }

    pub(super) fn keep(&self, written: &Written, now: Millis) -> io::Result<Kept> {
        let digest = written.digest.clone();
        let to = self.path(&digest);
        let folder = self.root.join(digest.folder());
        let is_new_folder = make(&folder)?;
        let file = File::options().write(true).open(written.path())?;
        file.set_modified(moment(now))?;
        file.sync_all()?;
        let lock = self.lock(FlockOperation::LockShared)?;
        fs::rename(written.path(), &to)?;
        sync(&folder)?;
        if is_new_folder {
            sync(&self.root)?;
            self.root.parent().map(sync).transpose()?;
        }
        Ok(Kept { digest, _lock: lock })
    }

    pub(super) fn alone(&self) -> io::Result<Option<Alone>> {
        match self.lock(FlockOperation::NonBlockingLockExclusive) {
            Ok(lock) => Ok(Some(Alone { _lock: lock })),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(None),
            Err(error) => Err(error),
        }
    }

    pub(super) fn list(&self, number: u8) -> io::Result<Vec<Standing>> {
        let entries = match fs::read_dir(self.root.join(format!("{number:02x}"))) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut standing = Vec::new();
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name();
            let Some(digest) = name.to_str().and_then(FileDigest::parse) else { continue };
            match entry.metadata().and_then(|found| found.modified()) {
                Ok(modified) => standing.push(Standing { digest, brought_at: millis(modified) }),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(standing)
    }

    pub(super) fn remove_if_idle(&self, digest: &FileDigest, before: Millis) -> io::Result<bool> {
        let path = self.path(digest);
        if !path.exists() {
            return Ok(false);
        }
        let _lock = self.lock(FlockOperation::LockExclusive)?;
        remove_if_older(&path, before)
    }

    pub(super) fn remove_drafts(&self, before: Millis) -> io::Result<u64> {
        let entries = match fs::read_dir(self.root.join(INCOMING)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
            Err(error) => return Err(error),
        };
        let mut removed = 0;
        for entry in entries {
            removed += u64::from(remove_if_older(&entry?.path(), before)?);
        }
        Ok(removed)
    }

    fn lock(&self, how: FlockOperation) -> io::Result<File> {
        let path = self.root.join(LOCK);
        let file = own::options().write(true).create(true).truncate(false).open(path)?;
        flock(&file, how)?;
        Ok(file)
    }
}

fn remove_if_older(path: &Path, before: Millis) -> io::Result<bool> {
    let removed = fs::metadata(path).and_then(|found| found.modified()).and_then(|modified| {
        if millis(modified) >= before {
            return Ok(false);
        }
        fs::remove_file(path).map(|()| true)
    });
    match removed {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        other => other,
    }
}

/// Makes a folder and those above it; tells whether it was not there.
fn make(folder: &Path) -> io::Result<bool> {
    if folder.is_dir() {
        return Ok(false);
    }
    own::folder(folder)?;
    Ok(true)
}

/// Makes the names in a folder durable.
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn moment(at: Millis) -> SystemTime {
    UNIX_EPOCH + Duration::from_millis(u64::try_from(at.0).unwrap_or(0))
}

fn millis(at: SystemTime) -> Millis {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
