//! Bounds of signing in by a provider: how long, how large, how often it is asked.

/// Most bytes of a token that somebody else issued; the longest in use have four
/// thousand.
pub const FOREIGN_TOKEN_BYTES_MAX: usize = 16 * 1024;

/// Most keys of a provider that are kept; the largest publish a dozen.
pub const JWKS_KEYS_MAX: usize = 64;

/// Difference between a provider's clock and ours that is forgiven, in seconds.
pub const CLOCK_SKEW_S_MAX: i64 = 60;

/// Most bytes of a provider's name of a person. Source: `OpenID` Connect Core 1.0 §2, 255.
pub const SUBJECT_BYTES_MAX: usize = 255;

/// Longest time of one call to a provider, in seconds: somebody waits for the page.
pub const PROVIDER_CALL_TIMEOUT_S: u64 = 8;

/// Longest time of all calls to a provider that one sign-in takes, in seconds.
pub const PROVIDER_TALK_S_MAX: u64 = 20;

/// Longest time of a request that talks to a provider, in seconds: its calls, and time
/// to answer in whatever `server.request_timeout_s` says.
pub const PROVIDER_REQUEST_S: u64 = 30;

/// Most bytes of a provider's answer; discovery and keys have ten thousand.
pub const PROVIDER_ANSWER_BYTES_MAX: u64 = 256 * 1024;

/// Time for which a provider's addresses and keys are kept, in seconds: how long a key
/// that was taken back still counts.
pub const PROVIDER_KEPT_S: i64 = 3600;

/// Time between two fetches of a provider's keys for tokens with unknown ones, in seconds:
/// anybody can make such tokens up.
pub const PROVIDER_RENEW_S: i64 = 60;

/// Life of a sign-in that was sent to a provider, in seconds. Source: contract 2.
pub const SOCIAL_ATTEMPT_S: i64 = 600;

/// Life of the cookie that binds it to its browser, in seconds. Source: contract 2.
pub const SOCIAL_COOKIE_S: i64 = 300;

/// Life of a code by which a page of another site takes over what ended here, in seconds:
/// the page spends it when it is loaded, and a provider's own code lives hardly longer.
pub const HAND_OVER_S: i64 = 60;

/// Most characters of a provider's own reason for a no that the redirect repeats.
pub const PROVIDER_REASON_LENGTH_MAX: usize = 500;

/// Most parameters of its own that one request may add to a provider's address.
pub const ADDITIONAL_PARAMS_MAX: u32 = 32;

/// Most scopes that one request may ask for beside the configured ones.
pub const SCOPES_MAX: u32 = 32;

/// Most characters of one value with which a provider sends a browser back by a form: it
/// becomes part of an address, of which `server.uri_bytes_max` are read.
pub const CALLBACK_VALUE_LENGTH_MAX: u32 = 4096;

/// Most characters of a scope.
pub const SCOPE_LENGTH_MAX: u32 = 256;

/// Life that an access token must have left to be handed out, in seconds: it has to reach
/// the provider's other services.
pub const GRANT_LEFT_S_MIN: i64 = 5;
