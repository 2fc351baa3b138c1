//! Readers: what they may leave untaken, and for how long.

/// Bytes of an answer that fit one write: such an answer is counted by its connection alone,
/// when it is stuck. A session with its person has 700.
pub const ANSWER_SHORT_BYTES: usize = 16 * 1024;

/// Most bytes of an answer that are handed out at once; the next follow when they were taken.
pub const ANSWER_PIECE_BYTES: usize = 64 * 1024;

/// Bytes of a kept file that are read at once, and so wait in memory for whoever reads it;
/// another piece may be on its way from the disk.
pub const FILE_PIECE_BYTES: usize = 32 * 1024;

/// Most kept files that are open because somebody reads them; each holds a descriptor.
pub const FILE_READERS_MAX: usize = 256;

/// Most pieces of kept files that are read or wait for it; half of what the threads' queue
/// takes, so that whoever brings a file finds room.
pub const FILE_READS_MAX: usize = super::FILE_QUEUE_MAX / 2;

/// Most bytes that the kernel takes from us and has not sent yet: what it holds for a slow
/// reader looks taken. What is on its way is not bounded by it, so it slows nobody down.
/// Source: measured, without it 3.9 MB of an answer are taken for a reader who reads nothing.
pub const UNSENT_BYTES_MAX: u32 = 64 * 1024;

/// Looks without anything untaken after which a reader has a new start; a file's next piece
/// comes from the disk in less.
pub const CALM_LOOKS: u32 = 20;

/// What a stream of HTTP/2 counts while its answer is on its way, beside the answer: its
/// task, its head, and h2's own state.
pub const H2_STREAM_BYTES: u64 = 4 * 1024;

/// What the streams of a connection may count for though others have filled all the room.
pub const H2_CONNECTION_BYTES_FAIR: u64 = 128 * 1024;

/// Most bytes that h2 buffers for a stream.
pub const H2_SEND_BYTES_MAX: usize = super::ANSWER_PIECE_BYTES;

/// Streams of HTTP/2 that a client has reset before we came to them, and that we had to
/// reset: beyond it the connection ends. h2's own default for the first, a browser's tabs
/// closed at once for the second. Source: CVE-2023-44487, CVE-2025-8671.
pub const H2_RESETS_MAX: usize = 20;

/// As [`H2_RESETS_MAX`], of streams that broke the protocol.
pub const H2_ERRORS_MAX: usize = 128;

/// Part of `server.connections_max` that one address may have when nothing else is set, and
/// how many it may have at least: a browser opens six.
pub const CONNECTION_SHARES: usize = 4;

/// See [`CONNECTION_SHARES`].
pub const CONNECTIONS_OF_ADDRESS_MIN: usize = 8;

/// Longest time for telling a refused connection that it is, in milliseconds.
pub const REFUSAL_MS_MAX: u64 = 100;

/// Seconds between two log lines about refused connections or readers that were cut.
pub const READERS_LOG_S: u64 = 10;

/// Seconds after which a reader with too much untaken may ask again.
pub const UNTAKEN_RETRY_S: u64 = 2;

/// Most bytes of what a refused client still sends that are read and thrown away; who sends
/// more without reading the answer may lose it.
pub const LINGER_BYTES_MAX: usize = 1024 * 1024;
