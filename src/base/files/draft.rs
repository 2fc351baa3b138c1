//! A file while it is written: it goes when whoever writes it does.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};
use tokio::sync::OwnedSemaphorePermit;

use super::FileDigest;
use crate::base::own;

/// Bytes of the beginning that are kept in memory: what tells a type by content.
const HEAD_BYTES: usize = 1024;

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
    /// Bytes of filling since the tail.
    filling: usize,
}

/// A whole file on the disk that is not kept yet.
#[derive(Debug)]
pub struct Written {
    scrap: Scrap,
    /// The name under which it may be kept.
    pub digest: FileDigest,
    /// Bytes of it.
    pub size_bytes: u64,
    /// Its first bytes, at most 1,024.
    pub head: Vec<u8>,
    /// Its last bytes, at most 1,024, without the blanks and zeros with which some programs
    /// fill a file up.
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
        let file = own::options().write(true).create_new(true).open(&path)?;
        Ok(Self {
            scrap: Scrap { path, _slot: slot },
            file,
            hash: Sha256::new(),
            size_bytes: 0,
            head: Vec::with_capacity(HEAD_BYTES),
            tail: Vec::new(),
            filling: 0,
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
        self.remember_end(bytes);
        Ok(())
    }

    fn remember_end(&mut self, bytes: &[u8]) {
        let is_filling = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0;
        let end = bytes.iter().rposition(|byte| !is_filling(byte)).map_or(0, |last| last + 1);
        if end == 0 {
            self.filling += bytes.len();
            return;
        }
        self.tail.resize(self.tail.len() + self.filling.min(TAIL_BYTES), 0);
        self.filling = bytes.len() - end;
        self.tail.extend_from_slice(bytes.get(..end).unwrap_or_default());
        let over = self.tail.len().saturating_sub(TAIL_BYTES);
        self.tail.drain(..over);
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
