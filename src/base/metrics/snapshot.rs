//! What others count, asked at the moment of a scrape.

use super::BackupFigures;
use crate::base::password_hash::KINDS;

/// Figures that are asked at the moment of a scrape.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Jobs that wait for the database writer.
    pub writer_queue: u64,
    /// Password hashes that wait for a thread.
    pub hash_queue: u64,
    /// Hashes made and compared since the start, of each of `password_hash::KINDS`.
    pub hashes: [u64; KINDS.len()],
    /// Mails not yet sent or given up.
    pub outbox_depth: u64,
    /// Seconds since the oldest of them was due; 0 when none is.
    pub outbox_overdue_s: u64,
    /// Cards drawn since the start.
    pub card_renders: u64,
    /// Cards found in memory or on the disk since the start.
    pub card_hits: u64,
    /// Cards that wait to be drawn.
    pub card_queue: u64,
    /// Bytes of cards on the disk.
    pub card_bytes: u64,
    /// Bytes of answers that wait for their readers.
    pub untaken_bytes: u64,
    /// The newest archive.
    pub backup: BackupFigures,
}
