//! How much room a disk has.

use std::io;
use std::path::Path;

/// Returns how many bytes of a path's disk are free for this process.
///
/// # Errors
/// What the system said.
///
/// # Cost
/// One system call.
pub fn free_bytes(path: &Path) -> io::Result<u64> {
    let disk = rustix::fs::statvfs(path)?;
    Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
}
