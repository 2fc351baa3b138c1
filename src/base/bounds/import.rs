//! Bounds of taking people over from somewhere else.

/// People that one read of a database of somebody else's takes.
pub const FOREIGN_PEOPLE_MAX: i64 = 500;

/// Rows that one such read takes of what hangs on people; a few MiB at a time.
pub const FOREIGN_ROWS_MAX: i64 = 10_000;

/// Most bytes of a list of people to import, which is read whole: a million of them.
pub const IMPORT_FILE_BYTES_MAX: u64 = 512 * 1024 * 1024;

/// Rows of one transaction of an import: a tenth of a second for which other writers
/// wait, and a tenth of the commits that [`TASK_ROWS_MAX`] would cost a million people.
pub const IMPORT_ROWS_MAX: usize = 5_000;

/// Mailed links that an import carries over; they wait in memory for their people.
pub const IMPORT_LINKS_MAX: usize = 100_000;

/// Addresses and ways in that a dry run remembers to find those that come twice: about
/// 320 MiB at the most.
pub const IMPORT_REMEMBERED_MAX: usize = 10_000_000;

/// Page cache of a connection that takes millions of rows, in KiB.
pub const BULK_CACHE_KIB: i64 = 256 * 1024;

/// Pages of the log between two checkpoints of such a connection: 256 MiB.
pub const BULK_LOG_PAGES: i64 = 65_536;

/// Columns of a list whose names an import repeats because it did not read them; objects
/// may have names of their own each.
pub const IMPORT_UNREAD_COLUMNS_MAX: usize = 200;
