//! The job board.

/// Rows of a page when nobody says how many.
pub const PAGE_ROWS_DEFAULT: i64 = 20;

/// Most rows of a page. Source: product contract 6.
pub const PAGE_ROWS_MAX: i64 = 100;

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

/// Most open invitations of an organisation: a team's week, and no list of strangers to
/// mail.
pub const INVITATIONS_OPEN_MAX: i64 = 50;

/// Seconds for which an invitation to an organisation counts: a week.
pub const INVITATION_TTL_S: i64 = 7 * 86_400;

/// Most offers of an organisation that are not over.
pub const OPEN_JOBS_MAX: i64 = 2_000;

/// Most offers that somebody saves.
pub const SAVED_JOBS_MAX: i64 = 1_000;

/// Offers in a feed.
pub const FEED_ROWS: i64 = 50;

/// Memory for texts that are built once and given to everybody: a sitemap of a hundred
/// thousand offers and its compressed forms fit, with the feeds and the API's description.
pub const EDITIONS_BYTES_MAX: u64 = 64 << 20;

/// How many of those texts are reckoned with; their bytes are what bounds them.
pub const EDITIONS_MAX: usize = 64;

/// Addresses in one file of the sitemap; the protocol allows 50,000.
/// Source: sitemaps.org/protocol.html.
pub const SITEMAP_ROWS: i64 = 10_000;

/// Seconds for which visits are remembered: 100 days, what statistics are worked out of.
pub const VISITS_KEPT_S: i64 = 100 * 86_400;

/// Offers of each short list on an organisation's first page: what fits beside the rest.
pub const EMPLOYER_DIGEST_ROWS: i64 = 6;

/// Days before its end at which an organisation's first page names an offer: the week in
/// which somebody decides to renew it.
pub const JOB_ENDING_DAYS: i64 = 7;

/// Offers or organisations that one search of the console looks at: what has every state is
/// in no full-text index, and looking at so many takes some 20 ms. The next page goes on.
pub const MODERATION_LOOKED_MAX: usize = 5_000;
