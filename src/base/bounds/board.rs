//! The job board.

/// Rows of a page when nobody says how many.
pub const PAGE_ROWS_DEFAULT: i64 = 20;

/// Most rows of a page. Source: product contract 6.
pub const PAGE_ROWS_MAX: i64 = 100;
