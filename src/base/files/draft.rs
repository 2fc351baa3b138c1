//! A file while it is written: it goes when whoever writes it does.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use tokio::sync::OwnedSemaphorePermit;

use super::FileDigest;

/// Bytes of the beginning that are kept in memory: what tells a type by content.
const HEAD_BYTES: usize = 512;

/// Bytes of the end that are kept in memory: where a PDF says that it is whole.
const TAIL_BYTES: usize = 1024;

/// A file that is being written.
#[derive(Debug)]
pub struct Draft {
    scrap: Scrap,
    file: File,
    hash: Sha256,
    size_bytes: u64,
    head: Vec<u8>,
    tail: Vec<u8>,
}

/// A whole file on the disk that is not kept yet.
#[derive(Debug)]
pub struct Written {
    scrap: Scrap,
    /// The name under which it may be kept.
    pub digest: FileDigest,
    /// Bytes of it.
    pub size_bytes: u64,
    /// Its first bytes, at most 512.
    pub head: Vec<u8>,
    /// Its last bytes, at most 1,024.
    pub tail: Vec<u8>,
}

/// A name on the disk that goes with its owner, and the place that the file takes.
#[derive(Debug)]
struct Scrap {
    path: PathBuf,
    _slot: OwnedSemaphorePermit,
}

impl Drop for Scrap {
    fn drop(&mut self) {
        // Already moved away when the file was kept; what stays behind is swept.
        let _ = fs::remove_file(&self.path);
    }
}

impl Draft {
    pub(super) fn open(path: PathBuf, slot: OwnedSemaphorePermit) -> io::Result<Self> {
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        Ok(Self {
            scrap: Scrap { path, _slot: slot },
            file,
            hash: Sha256::new(),
            size_bytes: 0,
            head: Vec::with_capacity(HEAD_BYTES),
            tail: Vec::new(),
        })
    }

    /// Returns how many bytes have been written.
    #[must_use]
    pub const fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    pub(super) fn push(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.hash.update(bytes);
        self.size_bytes += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let missing = HEAD_BYTES - self.head.len();
        self.head.extend(bytes.iter().take(missing));
        self.tail.extend_from_slice(bytes);
        let over = self.tail.len().saturating_sub(TAIL_BYTES);
        self.tail.drain(..over);
        Ok(())
    }

    pub(super) fn finish(self) -> io::Result<Written> {
        self.file.sync_all()?;
        Ok(Written {
            scrap: self.scrap,
            digest: FileDigest::of_hash(&self.hash.finalize()),
            size_bytes: self.size_bytes,
            head: self.head,
            tail: self.tail,
        })
    }
}

impl Written {
    pub(super) fn path(&self) -> &Path {
        &self.scrap.path
    }
}
