//! Sections of later versions: known, checked and documented from the start, so
//! that a file written for the whole product is never wrong here.

use super::key::{Key, Kind, Use};

const fn later(path: &'static str, kind: Kind, default: &'static str) -> Key {
    Key { path, kind, default, use_: Use::Later }
}

/// The keys of these sections.
pub const KEYS: &[Key] = &[
    later("uploads.url", Kind::Text, "\"uploads\""),
    later("social.*.client_id", Kind::Text, ""),
    later("social.*.client_secret", Kind::Secret, ""),
    later("social.*.issuer", Kind::Address, ""),
    later("social.*.authorization_url", Kind::Address, ""),
    later("social.*.token_url", Kind::Address, ""),
    later("social.*.userinfo_url", Kind::Address, ""),
    later("social.*.jwks_url", Kind::Address, ""),
    later("social.*.scopes", Kind::List, "[]"),
    later("social.*.token_auth", Kind::Choice(&["post", "basic"]), "\"post\""),
];
