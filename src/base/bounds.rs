//! Every bound of the program that is not a setting, with its reason.
//!
//! Settings of the same purpose live in `config`; what stands here nobody needs to turn.

mod board;
mod dealings;
mod import;
mod mail;
mod profiles;
mod providers;
mod readers;
mod rotation;
mod tasks;
mod texts;

pub use board::*;
pub use dealings::*;
pub use import::*;
pub use mail::*;
pub use profiles::*;
pub use providers::*;
pub use readers::*;
pub use rotation::*;
pub use tasks::*;
pub use texts::*;

/// Time without a write after which readers stand on the writer's anchor, in milliseconds.
pub const ANCHOR_AFTER_MS: u64 = 5;

/// Most jobs that wait for the SQLite writer; beyond it a write is 503.
/// About a quarter of a second of work at the measured 16,000 rows a second.
pub const WRITER_QUEUE_MAX: usize = 4096;

/// Most batches that one COMMIT makes durable. Source: measured, 16,431 rows/s at 128 clients.
pub const WRITER_GROUP_MAX: usize = 256;

/// Longest time the writer gathers batches before it commits, in milliseconds.
pub const WRITER_GROUP_MS_MAX: u64 = 20;

/// Most scans that wait for the two reader threads; beyond it a list is 503.
pub const READER_QUEUE_MAX: usize = 256;

/// Reader threads for scans and sorts; point reads run inline.
pub const READER_THREADS: usize = 2;

/// Most rows a list may return at once, whatever was asked.
pub const LIST_ROWS_MAX: i64 = 10_000;

/// Longest wait for a lock that another process holds on the database, in milliseconds.
pub const BUSY_TIMEOUT_MS: u64 = 5_000;

/// Lanes for point reads on a database server; each carries many requests at once.
/// Source: measured, two backends answer what two cores of ours can ask.
pub const READ_LANES: usize = 4;

/// Most batches on a hot row that wait for the thread that folds them.
pub const FOLD_QUEUE_MAX: usize = 4096;

/// Most batches on a hot row that one commit on a server makes durable: the row stays
/// locked for other instances meanwhile, and a server remembers 64 savepoints cheaply.
pub const FOLDED_MAX: usize = 64;

/// Longest wait for a free connection to a database server, in milliseconds.
pub const POOL_WAIT_MS_MAX: u64 = 3_000;

/// Most callers that wait for a connection to a database server; beyond it a call is 503.
pub const POOL_WAITERS_MAX: usize = 1024;

/// Longest time to connect to a database server, in seconds.
pub const SERVER_CONNECT_S_MAX: u64 = 5;

/// Longest time a database server works on one statement before it gives up, in milliseconds.
pub const SERVER_STATEMENT_MS_MAX: u64 = 10_000;

/// Longest wait of a database server for a row's lock, in milliseconds.
pub const SERVER_LOCK_MS_MAX: u64 = 5_000;

/// Longest silence of a database server, in milliseconds; longer than it may work on
/// a statement, so that only a dead or unreachable one meets it.
pub const SERVER_SILENCE_MS_MAX: u64 = 15_000;

/// Idle time after which a connection to a database server is probed, and the time
/// that sent data may stay unacknowledged, in seconds.
pub const SERVER_KEEPALIVE_S: u64 = 20;

/// Most repetitions of a batch that met a serialization failure, a deadlock or a lost
/// connection.
pub const RETRIES_MAX: u32 = 8;

/// Longest pause before the first repetition, in milliseconds; it doubles each time.
pub const RETRY_PAUSE_MS_MIN: u64 = 4;

/// Longest pause before any repetition, in milliseconds: all of them together stay
/// under a second.
pub const RETRY_PAUSE_MS_MAX: u64 = 250;

/// Most password hashes that wait for the hash pool, for each of its threads;
/// at 34 ms a hash the last one waits about four seconds.
pub const HASH_QUEUE_PER_THREAD_MAX: usize = 128;

/// Memory for the rate limiter's windows, in bytes; the least recently used go first.
pub const LIMITER_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Longest wait for a limit that is counted in the database, in milliseconds; beyond it
/// the local limit decides.
pub const LIMIT_STORE_MS_MAX: u64 = 250;

/// Refusals of the database that are remembered, so that whoever floods one instance
/// is not a flood for the database. About 10 MiB.
pub const LIMIT_REFUSALS_MAX: usize = 100_000;

/// Milliseconds for which a process takes its word for whether the site is closed: soon
/// enough for whoever closes it, and one point read a second under any load.
pub const MAINTENANCE_LOOK_MS: u64 = 1_000;

/// Seconds after which somebody may try again while the site is closed, at least.
pub const MAINTENANCE_RETRY_S: u64 = 120;

/// And at most: a crawler that is sent away for longer forgets the page.
pub const MAINTENANCE_RETRY_S_MAX: u64 = 86_400;

/// Longest closing that is announced, in minutes: a week.
pub const MAINTENANCE_MINUTES_MAX: i64 = 7 * 1_440;

/// Time between two signs of life of an instance, in seconds.
pub const INSTANCE_BEAT_S: i64 = 30;

/// Silence after which an instance counts as gone, in seconds: three signs missed.
pub const INSTANCE_SILENCE_S_MAX: i64 = 100;

/// Silence after which an instance is taken off the list, in seconds.
pub const INSTANCE_FORGOTTEN_S: i64 = 86_400;

/// Accounts whose failed sign-ins are remembered.
pub const THROTTLE_ACCOUNTS_MAX: usize = 50_000;

/// Addresses remembered for an account as ones that have signed in to it.
pub const KNOWN_ADDRESSES_MAX: i64 = 20;

/// Deepest nesting of a JSON body. Nothing we read is deeper than four.
pub const JSON_DEPTH_MAX: usize = 32;

/// Most UTF-16 code units of a name and of other short texts.
pub const NAME_LENGTH_MAX: u32 = 200;

/// Most UTF-16 code units of an image address or a callback URL.
pub const URL_LENGTH_MAX: u32 = 2048;

/// Entries of a page of the audit log, when nobody says how many.
pub const AUDIT_PAGE_DEFAULT: i64 = 50;

/// Most entries of a page of the audit log.
pub const AUDIT_PAGE_MAX: i64 = 500;

/// Most entries of one export of the audit log: two MiB or so. The next one goes on.
pub const AUDIT_EXPORT_MAX: i64 = 10_000;

/// Most UTF-16 code units of an id that a body names; ours have 30, imported ones 36.
pub const ID_LENGTH_MAX: u32 = 64;

/// Most roles of a person; they stand in one column.
pub const ROLES_MAX: u32 = 16;

/// Longest ban that ends by itself, in seconds: a hundred years.
pub const BAN_S_MAX: i64 = 100 * 366 * 86_400;

/// Most resources that one question about permissions names.
pub const PERMISSIONS_MAX: u32 = 16;

/// People of a page of the list, when nobody says how many.
pub const USERS_PAGE_DEFAULT: usize = 100;

/// Most people of a page of the list.
pub const USERS_PAGE_MAX: usize = 1_000;

/// Most people who fulfil a condition and are fetched and sorted at once; of more, a page
/// is found by walking the order. Either way a list looks at some ten thousand rows.
pub const LISTED_BY_FETCHING_MAX: usize = 2_000;

/// Longest mail address in characters. Source: RFC 5321 §4.5.3.1.3 less the brackets.
pub const EMAIL_LENGTH_MAX: usize = 254;

/// Most characters of a `User-Agent` kept with a session.
pub const USER_AGENT_LENGTH_MAX: usize = 512;

/// Browsers remembered for an account as ones in which its owner signs in.
pub const DEVICES_MAX: i64 = 50;

/// Life of the link that confirms a place on the waitlist, in seconds.
pub const WAITLIST_CONFIRM_TTL_S: i64 = 7 * 86_400;

/// How often a join of the waitlist looks again when others came and went meanwhile.
pub const JOIN_TRIES_MAX: usize = 4;

/// Most invitations of one request.
pub const INVITATIONS_MAX: i64 = 1_000;

/// Most bytes of an answer from outside that has not got its own limit.
pub const OUTBOUND_ANSWER_BYTES_MAX: u64 = 1024 * 1024;

/// Longest time of a call to the outside that has not got its own limit, in seconds.
pub const OUTBOUND_TIMEOUT_S: u64 = 20;

/// Calls to the outside at a time; each holds a thread, and the runtime has 512.
pub const OUTBOUND_CALLS_MAX: usize = 32;

/// Rows of one transaction of a copy from one engine to the other; a few MiB at a time.
pub const COPY_ROWS: i64 = 5_000;

/// Rows of one transaction of long work (clean-up, the waitlist's import).
pub const TASK_ROWS_MAX: i64 = 500;

/// Time that one such transaction should take at most, in milliseconds: others wait for
/// it, and for the commit.
pub const TASK_BATCH_MS: u64 = 5;

/// Answers of at least this many bytes are compressed when the client takes it.
pub const COMPRESS_BYTES_MIN: usize = 1024;

/// Bytes compressed at a stretch before other requests get a turn.
/// Source: measured, 0.13 ms for 16 KiB of JSON with either coding.
pub const COMPRESS_CHUNK_BYTES: usize = 16 * 1024;

/// Time between two looks at a busy connection, in milliseconds: the grain of its
/// time-outs, and how long it stays quiet before its buffers are given back.
/// Source: measured with 10,000 waiting connections, 65 MiB at 100 ms, 74 at 250.
pub const CONNECTION_LOOK_MS: u64 = 100;

/// Longest time a connection may wait for its next request, in seconds; longer than
/// the 60 s after which common proxies drop theirs, so that they close first.
pub const CONNECTION_IDLE_S_MAX: u64 = 75;

/// Longest time for which what a refused client still sends is read and thrown away,
/// in milliseconds; closing at once would reset the connection and lose the answer.
pub const LINGER_MS_MAX: u64 = 2_000;

/// Longest wait for the rest of a body that nobody wanted, in milliseconds, before
/// its connection is closed instead of kept.
pub const DRAIN_MS_MAX: u64 = 100;

/// Pause after a failed accept (no file descriptors left), in milliseconds.
pub const ACCEPT_PAUSE_MS: u64 = 50;

/// Concurrent HTTP/2 streams of one connection; a browser uses far fewer.
pub const H2_STREAMS_MAX: u32 = 128;

/// Most bytes of a body that an HTTP/2 client may send ahead of us: our largest
/// ordinary body, on each stream; four of them on a connection.
pub const H2_WINDOW_BYTES: u32 = 64 * 1024;

/// Time between two HTTP/2 pings, and for the answer to each, in seconds.
pub const H2_PING_S: u64 = 20;

/// Most bytes of a request id that a caller sends and we echo.
pub const REQUEST_ID_LENGTH_MAX: usize = 64;

/// Length of session and other bearer tokens: 43 letters of base 62 carry 256 bits.
pub const TOKEN_LENGTH: usize = 43;

/// Seconds after which an idle worker thread gives its memory back: 19 MiB of one that
/// hashes, 6 of one that draws.
pub const WORKER_IDLE_S: u64 = 30;

/// Niceness of the worker threads: the kernel gives whoever answers nine times their
/// share. Lower ones would starve beside another busy program. Source: setpriority(2).
pub const WORKER_NICENESS: i32 = 10;

/// Niceness of the backup's thread, for the same reason.
pub const BACKUP_NICENESS: i32 = 19;

/// Longest wait of a readiness probe for the database, in seconds.
pub const READY_TIMEOUT_S: u64 = 5;

/// Silence of the mail worker after which it counts as dead, in seconds; a turn
/// takes at most one delivery more than its idle wait.
pub const MAIL_WORKER_SILENCE_S_MAX: i64 = 120;

/// Most letters of a text on a card that are looked at; no template shows more than 300.
pub const OG_TEXT_CLUSTERS_MAX: usize = 600;

/// Most characters of such a text, those that leave no mark included.
pub const OG_TEXT_LETTERS_MAX: usize = 4_096;

/// Most accents on one letter of a card; Vietnamese and Greek need two. More would climb
/// over the lines above.
pub const OG_ACCENTS_MAX: usize = 4;

/// Most bytes of `og.image`; a PNG of a whole screen has five million.
pub const OG_IMAGE_BYTES_MAX: u64 = 32 * 1024 * 1024;

/// Most pixels of a side of `og.image`.
pub const OG_IMAGE_SIDE_MAX: u32 = 10_000;

/// Most memory for decoding `og.image`: 8,000 by 8,000 pixels.
pub const OG_IMAGE_ALLOC_BYTES_MAX: u64 = 256 * 1024 * 1024;

/// Deepest nesting of groups in `brand.logo`, those included that are called by name;
/// drawing programs write five or six.
pub const OG_LOGO_DEPTH_MAX: usize = 64;

/// Most shapes that `brand.logo` uses again: used in one another they double each time.
pub const OG_LOGO_USES_MAX: usize = 24;

/// Most elements that `brand.logo` draws, those counted again that are called again.
pub const OG_LOGO_DRAWN_MAX: usize = 100_000;

/// Most tries of a style of `brand.logo` on an element.
pub const OG_LOGO_MATCHES_MAX: usize = 4_000_000;

/// Most parts of a selector of `brand.logo`, each of which may try every group around.
pub const OG_LOGO_SELECTOR_PARTS_MAX: usize = 4;

/// Most bytes of `brand.logo`.
pub const OG_LOGO_BYTES_MAX: u64 = 1024 * 1024;

/// Most cards drawn at once; each takes a core for 15 ms and 12 MiB.
pub const OG_RENDERS_MAX: usize = 4;

/// Most cards that wait to be drawn; on one core the last waits a second.
pub const OG_QUEUE_MAX: usize = 64;

/// Memory for cards that are asked for again and again, in bytes: about 200.
pub const OG_MEMORY_BYTES_MAX: u64 = 8 * 1024 * 1024;

/// Most cards on the disk, whatever `og.cache_bytes_max` has room for: the list of them
/// is in memory, 100 bytes each.
pub const OG_CACHE_FILES_MAX: usize = 100_000;

/// Seconds after which a card's file is told again that the card was used.
pub const OG_TOUCH_S: i64 = 600;

/// Time between two looks at a copy of the database while it is written, in milliseconds:
/// how long it goes on after somebody stopped it.
pub const BACKUP_LOOK_MS: u64 = 50;

/// Zstandard's level of archives: its default, beyond which a database hardly shrinks.
pub const BACKUP_LEVEL: i32 = 3;

/// Bytes of an archive's file that are unpacked at a stretch.
pub const BACKUP_CHUNK_BYTES: usize = 128 * 1024;

/// Most bytes of an archive's manifest: about 400,000 uploads.
pub const BACKUP_MANIFEST_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Most scratch folders of one process at a time; two are many.
pub const BACKUP_SCRATCH_MAX: u32 = 16;

/// Bytes of an archive that go to a bucket in one call, and so stand in memory.
/// A bucket takes 10,000 parts, which makes 156 GiB.
pub const BUCKET_PART_BYTES: u64 = 16 * 1024 * 1024;

/// Longest time of one call to a bucket, in seconds: a part at half a megabit a second.
pub const BUCKET_CALL_TIMEOUT_S: u64 = 300;

/// How often a call to a bucket is tried.
pub const BUCKET_TRIES_MAX: u32 = 3;
