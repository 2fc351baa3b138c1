//! Secrets that follow one another.

/// Most secrets that are honoured beside the current one: whoever brings a forged cookie
/// pays the site that many hashes more. Two rotations at once are many.
pub const PREVIOUS_SECRETS_MAX: usize = 4;

/// Rows that are sealed anew in one transaction: a writer waits some milliseconds for it.
pub const RESEAL_ROWS_MAX: i64 = 200;

/// How often a page is read again whose rows others have changed meanwhile.
pub const RESEAL_TRIES_MAX: u32 = 8;

/// Most rows that are named because no secret opens them.
pub const RESEAL_UNREADABLE_TOLD_MAX: usize = 20;

/// Characters of a secret that is drawn, of 62 kinds: 256 bits.
pub const SECRET_LENGTH: usize = 43;
