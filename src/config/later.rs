//! Sections of later versions: known, checked and documented from the start, so
//! that a file written for the whole product is never wrong here.

use super::key::{Key, Kind, Use};

const fn later(path: &'static str, kind: Kind, default: &'static str) -> Key {
    Key { path, kind, default, use_: Use::Later }
}

/// The keys of these sections.
pub const KEYS: &[Key] = &[later("uploads.url", Kind::Text, "\"uploads\"")];
