//! The job board.

/// Rows of a page when nobody says how many.
pub const PAGE_ROWS_DEFAULT: i64 = 20;

/// Most rows of a page. Source: product contract 6.
pub const PAGE_ROWS_MAX: i64 = 100;

/// Most characters of an `Idempotency-Key`: twice what any scheme of ids needs.
pub const IDEMPOTENCY_KEY_LENGTH_MAX: usize = 255;

/// Time for which an answer is kept under its key, in seconds. Source: product contract 6.
pub const IDEMPOTENCY_KEY_TTL_S: i64 = 86_400;
