//! Mails on their way: workers, waits, and what a mail server is given.

/// Mail workers: deliveries at a time. A provider answers in a fifth of a second, so
/// four send twenty mails a second and hold at most four connections.
pub const OUTBOX_WORKERS: usize = 4;

/// Of them, those that hand over bulk mail at a time: the others are free for mails that
/// somebody waits for, however slow the provider is.
pub const OUTBOX_BULK_WORKERS: usize = 2;

/// Longest wait of an answer for its mail to be in the mail file, in milliseconds.
pub const MAIL_FILE_WAIT_MS_MAX: u64 = 1_000;

/// Least wait of an answer that must not tell whether there was a mail for the file, in
/// milliseconds. Source: measured, writing one down takes 1 to 3 ms, 25 on a busy machine.
pub const MAIL_FILE_WAIT_MS_MIN: u64 = 50;

/// Due mails of a lane that a worker looks at before it claims one; others may be faster.
pub const OUTBOX_DUE_MAX: i64 = 8;

/// Welcomes of the waitlist that may wait in the outbox; the rest waits on the list.
pub const WELCOMES_WAITING_MAX: i64 = 200;

/// Entries of the waitlist that one look for owed welcomes takes.
pub const WELCOMES_ROWS_MAX: i64 = 100;

/// Time between two clean-ups of the outbox, in seconds.
pub const OUTBOX_CLEAN_S: i64 = 3_600;

/// Longest time between two looks of the mail worker at the outbox, in seconds.
pub const OUTBOX_IDLE_S: i64 = 15;

/// Time after which a claimed mail whose worker vanished is claimed again, in seconds.
pub const OUTBOX_LEASE_S: i64 = 120;

/// Longest time that handing one mail over may take, in seconds; well below
/// [`OUTBOX_LEASE_S`], so that nobody claims a mail that is still on its way.
pub const MAIL_SEND_TIMEOUT_S: u64 = 45;

/// Longest wait for one address of a mail server, in seconds; a machine whose IPv6
/// leads nowhere still has time for the next address.
pub const SMTP_CONNECT_TIMEOUT_S: u64 = 10;

/// Longest answer of a mail server to our greeting, all its lines, in bytes.
pub const SMTP_ANSWER_BYTES_MAX: u64 = 16 * 1024;

/// Longest wait for a mail server to say that an idle connection still lives, in seconds.
pub const SMTP_PROBE_TIMEOUT_S: u64 = 5;

/// Age at which an idle connection to a mail server is not used again, in seconds:
/// less than the least time after which servers close one. Source: RFC 5321 §4.5.3.2.7.
pub const SMTP_IDLE_S_MAX: i64 = 60;

/// Longest wait that a provider can ask for before the next try, in seconds: a day.
pub const RETRY_AFTER_S_MAX: i64 = 86_400;

/// Idle connections to a mail server that are kept: one for each worker.
pub const SMTP_IDLE_CONNECTIONS_MAX: usize = OUTBOX_WORKERS;

/// What part of the reserve transactional mail leaves to mails that somebody has just asked
/// for, and to notices: a half.
pub const MAIL_RESERVE_OF_TRANSACTIONAL: i64 = 2;

/// What part of the reserve is for notices alone, which strangers cannot cause: a quarter.
pub const MAIL_RESERVE_OF_NOTICES: i64 = 4;

/// Least share of the hour, in mails: one, and another that somebody asks for again.
pub const MAIL_SHARE_MIN: i64 = 2;

/// Least wait of a mail whose server says that our quota is used up, in seconds. Quotas
/// are a day's; with the default schedule of six more tries this spans one.
pub const SMTP_QUOTA_WAIT_S: i64 = 4 * 3600;
