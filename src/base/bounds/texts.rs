//! Bounds of the texts that a request brings, which hold before anything reads them.

/// Longest host with its port, in bytes: a name of 253, a colon, five digits; a little
/// more for an address in brackets. Source: RFC 1035 §2.3.4.
pub const AUTHORITY_BYTES_MAX: usize = 264;

/// Longest `Origin` in bytes: a scheme, `://` and an authority; longer ones are nobody's.
pub const ORIGIN_BYTES_MAX: usize = 300;

/// Longest address in bytes that is held against the trusted origins: what a request line
/// has room for. Fields that name a redirect's target take fewer ([`super::URL_LENGTH_MAX`]).
pub const TARGET_BYTES_MAX: usize = 8192;

/// Longest address in bytes that a page's links or a redirect to sign in repeat.
pub const TARGET_REPEATED_BYTES_MAX: usize = 2048;

/// Longest `Referer` in bytes: of a longer address browsers send the origin alone.
/// Source: Referrer Policy, §8.3.
pub const REFERER_BYTES_MAX: usize = 4096;

/// Most bytes of a header that has no bound of its own: a bearer token, a user agent.
pub const FIELD_BYTES_MAX: usize = 4096;

/// Most bytes of a header that negotiates: browsers send 30 to 200.
pub const PREFERENCE_BYTES_MAX: usize = 512;

/// Most bytes of a list of entity tags: ours have some 70, and caches know a few.
pub const TAGS_BYTES_MAX: usize = 2048;

/// Most bytes of a media type with its parameters: a form's boundary has 70 at most.
/// Source: RFC 2046 §5.1.1.
pub const MEDIA_TYPE_BYTES_MAX: usize = 256;

/// Most bytes of forwarding headers that are looked at, from the right: sixteen hops of the
/// longest address with a port.
pub const FORWARDED_BYTES_MAX: usize = 1024;

/// Cookies of a request that are looked at; browsers keep 180 for a site.
pub const COOKIES_MAX: usize = 256;

/// Cookies of one name that are looked at: each costs a signature.
pub const COOKIE_NAMESAKES_MAX: usize = 8;

/// Most parameters of a query; the widest search of ours has thirty.
pub const QUERY_PAIRS_MAX: usize = 128;

/// Most fields of a form; the editor of an offer has some two hundred.
pub const FORM_PAIRS_MAX: usize = 1024;

/// Most bytes of a form's or a query's field name.
pub const FIELD_NAME_BYTES_MAX: usize = 128;

/// Deepest nesting of tags that a description's Markdown becomes; browsers give up at 512.
pub const MARKDOWN_DEPTH_MAX: usize = 24;

/// Most rows and cells of a description's tables: short rows are filled up, so that a
/// thousand letters could become a million cells.
pub const MARKDOWN_CELLS_MAX: usize = 2_000;

/// Most letters of a search that are looked at; a needle has twelve words of forty.
pub const NEEDLE_LETTERS_MAX: usize = 600;

/// Most letters of a text whose words are found by a search: what a description holds.
pub const TEXT_LETTERS_MAX: usize = 100_000;

/// Longest token that is looked at, in bytes: ours have 43, imported ones up to 64, and
/// cookies hold no more than this.
pub const TOKEN_BYTES_MAX: usize = 1024;

/// Most UTF-16 code units of a text of a body whose type says nothing else: passwords and
/// tokens, which have their own refusals for what is shorter and too long.
pub const TEXT_LENGTH_MAX: i64 = 16_384;

/// Most bytes that a body is read with because its fields may need them, escaped: more
/// than any of ours needs.
pub const ENCODED_BODY_BYTES_MAX: usize = 1024 * 1024;

/// Most items of a list whose type says nothing else.
pub const ITEMS_MAX: i64 = 1_000;

/// Most wrong fields that one answer names: more of them nobody reads.
pub const VIOLATIONS_MAX: usize = 32;

/// Most letters of the path of a wrong field in an answer; our own have sixty at most.
pub const FIELD_PATH_LENGTH_MAX: usize = 160;

/// Most letters of a sender's own words that an answer repeats: a key, a media type.
pub const ECHO_LENGTH_MAX: usize = 64;
