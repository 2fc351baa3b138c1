//! `[brand]`, `[locale]`, `[rate_limit]`, `[waitlist]`: what people meet.

use std::path::PathBuf;

use super::key::{Key, Kind, Use};
use super::values::Values;
use crate::base::color::Color;
use crate::base::locale::Locale;

const fn now(path: &'static str, kind: Kind, default: &'static str) -> Key {
    Key { path, kind, default, use_: Use::Now }
}

/// The keys of these sections.
pub const KEYS: &[Key] = &[
    now("brand.name", Kind::Text, "\"antesala\""),
    now("brand.color", Kind::Color, "\"#1f6f5c\""),
    now("brand.logo", Kind::Text, ""),
    now("brand.support_email", Kind::Text, ""),
    now("locale.default", Kind::Choice(&["es", "en"]), "\"es\""),
    now("rate_limit.enabled", Kind::Flag, "true"),
    Key {
        path: "rate_limit.store",
        kind: Kind::Choice(&["memory", "database"]),
        default: "\"memory\"",
        use_: Use::Now,
    },
    now("waitlist.enabled", Kind::Flag, "true"),
    now("waitlist.double_opt_in", Kind::Flag, "false"),
    now("waitlist.duplicate", Kind::Choice(&["conflict", "ok"]), "\"conflict\""),
    now("waitlist.referral_bonus", Kind::Integer(0, 1_000_000), "1"),
    now("waitlist.public_count", Kind::Flag, "false"),
    now("waitlist.invite_ttl_s", Kind::Integer(60, 31_536_000), "604800"),
];

/// `[brand]`
#[derive(Clone, Debug)]
pub struct Brand {
    /// The site's name.
    pub name: String,
    /// The site's colour.
    pub color: Color,
    /// An SVG or a PNG, from the working directory.
    pub logo: Option<PathBuf>,
    /// Where people find help.
    pub support_email: Option<String>,
}

/// `[rate_limit]`
#[derive(Clone, Debug)]
pub struct RateLimit {
    /// Off only in tests and benchmarks.
    pub enabled: bool,
    /// Where admissions are counted.
    pub store: LimitStore,
}

/// Where the limits count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitStore {
    /// In this process.
    Memory,
    /// In the database, for all instances together.
    Database,
}

/// What a second join of one address gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duplicate {
    /// 409.
    Conflict,
    /// 201, as the first one: place and code come by mail.
    Ok,
}

/// `[waitlist]`
#[derive(Clone, Debug)]
pub struct Waitlist {
    /// Whether there is one.
    pub enabled: bool,
    /// What a second join gets.
    pub duplicate: Duplicate,
    /// Places that a referral moves up.
    pub referral_bonus: i64,
    /// Whether everybody may see how many wait.
    pub public_count: bool,
    /// Whether a join must be confirmed by mail.
    pub double_opt_in: bool,
    /// Life of an invitation, in seconds.
    pub invite_ttl_s: i64,
}

impl Waitlist {
    /// Tells whether a join says the same of every address, on the list or not.
    #[must_use]
    pub fn is_discreet(&self) -> bool {
        self.double_opt_in || self.duplicate == Duplicate::Ok
    }
}

impl Brand {
    pub(super) fn read(values: &Values) -> Self {
        Self {
            name: values.text("brand.name"),
            // The key's kind has read it before.
            color: Color::parse(&values.text("brand.color")).unwrap_or(Color::BLACK),
            logo: values.text_or_none("brand.logo").map(PathBuf::from),
            support_email: values.text_or_none("brand.support_email"),
        }
    }
}

impl RateLimit {
    pub(super) fn read(values: &Values) -> Self {
        Self {
            enabled: values.flag("rate_limit.enabled"),
            store: match values.text("rate_limit.store").as_str() {
                "database" => LimitStore::Database,
                _ => LimitStore::Memory,
            },
        }
    }
}

impl Waitlist {
    pub(super) fn read(values: &Values) -> Self {
        Self {
            enabled: values.flag("waitlist.enabled"),
            duplicate: match values.text("waitlist.duplicate").as_str() {
                "ok" => Duplicate::Ok,
                _ => Duplicate::Conflict,
            },
            referral_bonus: values.integer("waitlist.referral_bonus"),
            public_count: values.flag("waitlist.public_count"),
            double_opt_in: values.flag("waitlist.double_opt_in"),
            invite_ttl_s: values.integer("waitlist.invite_ttl_s"),
        }
    }
}

/// Reads `[locale]`.
pub(super) fn locale(values: &Values) -> Locale {
    Locale::parse(&values.text("locale.default")).unwrap_or(Locale::Es)
}
