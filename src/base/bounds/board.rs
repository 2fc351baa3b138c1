//! The job board.

/// Rows of a page when nobody says how many.
pub const PAGE_ROWS_DEFAULT: i64 = 20;

/// Most rows of a page. Source: product contract 6.
pub const PAGE_ROWS_MAX: i64 = 100;

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

/// Pause between two looks at whether the sessions of open streams are live, in seconds.
pub const STREAM_SESSION_S: i64 = 10;

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
/// Days for which an offer may be shown at most. Source: the board's design.
pub const JOB_DAYS_MAX: i64 = 180;

/// Days before its end at which an organisation is told of an offer's.
pub const JOB_WARNING_DAYS: i64 = 3;

/// Most UTF-16 code units of an offer's title; it has at least [`TITLE_LENGTH_MIN`].
pub const TITLE_LENGTH_MAX: u32 = 120;

/// Least UTF-16 code units of an offer's title.
pub const TITLE_LENGTH_MIN: u32 = 5;

/// Most UTF-16 code units of an offer's description.
pub const DESCRIPTION_LENGTH_MAX: u32 = 20_000;

/// Least UTF-16 code units of an offer's description: less tells nobody anything.
pub const DESCRIPTION_LENGTH_MIN: u32 = 200;

/// Most UTF-16 code units of what an organisation tells of itself.
pub const ABOUT_LENGTH_MAX: u32 = 5_000;

/// Most UTF-16 code units of a short text: a skill, a town, an option.
pub const SHORT_LENGTH_MAX: u32 = 120;

/// Most UTF-16 code units of a question or of what is said of a benefit.
pub const SENTENCE_LENGTH_MAX: u32 = 500;

/// Most skills that an offer names.
pub const SKILLS_MAX: u32 = 30;

/// Most benefits that an offer names.
pub const BENEFITS_MAX: u32 = 20;

/// Most questions that an offer asks.
pub const QUESTIONS_MAX: u32 = 10;

/// Most answers that a question lets choose from.
pub const OPTIONS_MAX: u32 = 20;

/// Most years of experience that an offer asks for.
pub const EXPERIENCE_YEARS_MAX: i64 = 40;

/// Largest amount of a salary: a year of the highest in any currency, far from overflow.
pub const SALARY_MAX: i64 = 1_000_000_000_000;

/// Most words of a text that are searched.
pub const TEXT_WORDS_MAX: usize = 4_000;

/// Most letters of a word that are compared.
pub const WORD_LETTERS_MAX: usize = 40;

/// Most words of a search; the rest is not looked at.
pub const NEEDLE_WORDS_MAX: usize = 12;

/// Matches that relevance ranks, the newest; totals are exact as far.
/// Source: the board's design.
pub const RANKED_MAX: usize = 1_000;

/// Replaced entries of the catalogue that are not worth throwing away.
pub const CATALOG_DEAD_MIN: usize = 1_024;

/// Listings that the catalogue reads at once.
pub const CATALOG_ROWS: i64 = 5_000;

/// Most matches of a search that are read: more offers than the design knows.
pub const MATCHES_MAX: i64 = 1_000_000;

/// Most members of an organisation, open invitations included.
pub const MEMBERS_MAX: i64 = 200;

/// Seconds for which an invitation to an organisation counts: a week.
pub const INVITATION_TTL_S: i64 = 7 * 86_400;

/// Most offers of an organisation that are not over.
pub const OPEN_JOBS_MAX: i64 = 2_000;

/// Most offers that somebody saves.
pub const SAVED_JOBS_MAX: i64 = 1_000;

/// Offers in a feed.
pub const FEED_ROWS: i64 = 50;

/// Addresses in one file of the sitemap; the protocol allows 50,000.
/// Source: sitemaps.org/protocol.html.
pub const SITEMAP_ROWS: i64 = 10_000;

/// Seconds for which visits are remembered: 100 days, what statistics are worked out of.
pub const VISITS_KEPT_S: i64 = 100 * 86_400;
