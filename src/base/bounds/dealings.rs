//! Applications, messages, and what is told and counted of them.

/// Most characters of an `Idempotency-Key`: twice what any scheme of ids needs.
pub const IDEMPOTENCY_KEY_LENGTH_MAX: usize = 255;

/// Time for which an answer is kept under its key, in seconds. Source: product contract 6.
pub const IDEMPOTENCY_KEY_TTL_S: i64 = 86_400;

/// Most UTF-16 units of a cover letter. Source: product contract 6.
pub const COVER_LETTER_LENGTH_MAX: u32 = 4_000;

/// Most UTF-16 units of an answer to an offer's question: half a page.
pub const ANSWER_LENGTH_MAX: u32 = 2_000;

/// Most answers of an application: an offer asks ten questions at most.
pub const ANSWERS_MAX: u32 = 10;

/// Most UTF-16 units of a note, alone or with a step.
pub const NOTE_LENGTH_MAX: u32 = 4_000;

/// Most UTF-16 units of a message. Source: product contract 6.
pub const MESSAGE_LENGTH_MAX: u32 = 5_000;

/// Largest salary that somebody may ask for; above it is a slip of the finger.
pub const WANTED_SALARY_MAX: i64 = 100_000_000;

/// Tries of an application whose candidate's CV changes meanwhile: once is a coincidence.
pub const APPLY_TRIES_MAX: u32 = 3;

/// Pause between two mails about applications for one offer, in seconds: a rush of
/// candidates is one mail an hour with their number.
pub const RECEIVED_MAIL_PAUSE_S: i64 = 3_600;

/// Most members of an organisation that one mail about applications or messages goes to.
pub const RECRUITERS_TOLD_MAX: i64 = 10;

/// Most debts that are read at once when mails are paid.
pub const OWED_ROWS_MAX: i64 = 50;

/// Time for which a message waits unread before a mail tells of it, in seconds.
/// Source: product contract 6.
pub const MESSAGE_MAIL_AFTER_S: i64 = 600;

/// Pause between two such mails of a conversation to a side, in seconds. Source: the same.
pub const MESSAGE_MAIL_PAUSE_S: i64 = 3_600;

/// Open streams of one person: a few browsers with a few tabs each.
pub const STREAMS_PER_PERSON_MAX: usize = 8;

/// Events that wait for a reader who does not take them; a stream that is fuller ends,
/// and its reader comes back and goes on from the last event that arrived.
pub const STREAM_QUEUE_MAX: usize = 32;

/// Events that a stream begins with at most, of those that its reader has missed; then it
/// ends, and the reader comes back for more.
pub const STREAM_BACKLOG_MAX: i64 = 200;

/// Pause between two looks at the sequence of messages, in milliseconds: half of what a
/// message may take to reach a reader on another instance.
pub const STREAM_POLL_MS: u64 = 100;

/// Messages of one such look.
pub const STREAM_ROWS_MAX: i64 = 500;

/// Pause between two comments on a stream, in seconds: proxies cut what is silent for half
/// a minute. Source: product contract 6.
pub const STREAM_COMMENT_S: i64 = 25;

/// Pause between two looks at whether the sessions of open streams are live, in milliseconds:
/// whoever is barred or signed out reads for less than a second more, on any instance. One
/// query for 64 of them.
pub const STREAM_SESSION_MS: u64 = 400;

/// Longest life of a stream, in seconds; its reader comes back with a session that has slid.
pub const STREAM_LIFE_S: i64 = 3_600;

/// Time after which a reader comes back, in milliseconds.
pub const STREAM_RETRY_MS: u64 = 2_000;

/// Notifications that one request marks as read by their ids.
pub const NOTIFICATIONS_READ_MAX: u32 = 100;

/// Time after which what is over is put away, in seconds: 90 days. Source: product contract.
pub const ARCHIVE_AFTER_S: i64 = 90 * 86_400;

/// Time after which what an application said is erased, in seconds: 365 days from its end.
/// Source: the same.
pub const ERASE_AFTER_S: i64 = 365 * 86_400;

/// Applications that one batch erases: each may take a long conversation along.
pub const ERASE_ROWS_MAX: i64 = 20;

/// Days that each run of the statistics counts anew: what a week of downtime left out.
pub const STATISTIC_DAYS: i64 = 8;

/// Organisations that are read at once for their weekly reports.
pub const REPORT_ROWS_MAX: i64 = 100;

/// Offers that a dashboard names: what fits beside the numbers.
pub const TOP_JOBS: usize = 5;

/// Offers whose views a dashboard adds up at most.
pub const SEEN_JOBS_MAX: i64 = 1_000;

/// Days that one request for statistics may span.
pub const STATS_DAYS_MAX: i64 = 366;

/// Days that statistics span when nobody says which.
pub const STATS_DAYS_DEFAULT: i64 = 30;

/// Applications of one person that their own statistics count.
pub const STATS_ROWS_MAX: i64 = 5_000;

/// Seconds for which what people were told inside the site is kept: half a year, by which
/// nobody looks for it; the application or conversation it is about stays.
pub const NOTIFICATIONS_KEPT_S: i64 = 180 * 86_400;
