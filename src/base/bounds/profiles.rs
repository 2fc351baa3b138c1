//! Files that people bring, and what they tell of themselves.

/// Threads that read and write uploads: two keep one disk busy.
pub const FILE_THREADS: usize = 2;

/// Most pieces of work that wait for those threads; an upload has one at a time.
pub const FILE_QUEUE_MAX: usize = 128;

/// Most uploads that are written at once; each holds a piece of [`UPLOAD_PIECE_BYTES`].
pub const UPLOADS_MAX: usize = 16;

/// Bytes of an upload that are gathered before they are written.
pub const UPLOAD_PIECE_BYTES: usize = 256 * 1024;

/// Most bytes of an upload that are read from the connection at once, so that what
/// looks for the end of a part never looks through much.
pub const UPLOAD_READ_BYTES: usize = 16 * 1024;

/// Most bytes of a form of parts outside its file: boundaries, headers, what stands
/// before and after. A browser needs 300.
pub const UPLOAD_FRAME_BYTES_MAX: u64 = 64 * 1024;

/// Longest time in which an upload may arrive, in seconds: 5 MiB at 45 KB/s.
pub const UPLOAD_READ_S_MAX: u64 = 120;

/// Longest time of a request that uploads, in seconds: its arrival and the work after it.
pub const UPLOAD_REQUEST_S: u64 = 150;

/// Seconds after which somebody who is bringing another file may try again.
pub const UPLOAD_RETRY_S: u64 = 2;

/// Most bytes of an upload that is refused that are read nevertheless, so that its
/// sender hears why instead of finding the connection cut.
pub const UPLOAD_DRAIN_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Longest time for that, in milliseconds.
pub const UPLOAD_DRAIN_MS_MAX: u64 = 2_000;

/// Most characters of a file's name.
pub const FILE_NAME_LENGTH_MAX: usize = 120;
