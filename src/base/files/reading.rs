//! A kept file while somebody reads it, a piece at a time.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use tokio::sync::OwnedSemaphorePermit;

use crate::base::bounds::FILE_PIECE_BYTES;

/// A kept file that is open: it can be read to its end whoever removes it meanwhile.
#[derive(Debug)]
pub struct Reading {
    file: File,
    size_bytes: u64,
    _slot: OwnedSemaphorePermit,
}

impl Reading {
    pub(super) fn open(path: &Path, slot: OwnedSemaphorePermit) -> io::Result<Self> {
        let file = File::open(path)?;
        let size_bytes = file.metadata()?.len();
        Ok(Self { file, size_bytes, _slot: slot })
    }

    /// Returns the bytes of the whole file.
    #[must_use]
    pub const fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// Reads the next piece; empty at the end.
    pub(super) fn next(mut self) -> io::Result<(Vec<u8>, Self)> {
        let mut piece = Vec::with_capacity(FILE_PIECE_BYTES);
        let most = u64::try_from(FILE_PIECE_BYTES).unwrap_or(u64::MAX);
        self.file.by_ref().take(most).read_to_end(&mut piece)?;
        Ok((piece, self))
    }
}
