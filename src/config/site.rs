//! `[brand]`, `[locale]`, `[rate_limit]`, `[waitlist]`: what people meet.

use std::fmt;

use super::key::{Key, Kind, Use};
use super::values::Values;
use crate::base::locale::Locale;

const fn now(path: &'static str, kind: Kind, default: &'static str) -> Key {
    Key { path, kind, default, use_: Use::Now }
}

const fn later(path: &'static str, kind: Kind, default: &'static str) -> Key {
    Key { path, kind, default, use_: Use::Later }
}

/// The keys of these sections.
pub const KEYS: &[Key] = &[
    now("brand.name", Kind::Text, "\"antesala\""),
    now("brand.color", Kind::Color, "\"#1f6f5c\""),
    later("brand.logo", Kind::Text, ""),
    now("brand.support_email", Kind::Text, ""),
    now("locale.default", Kind::Choice(&["es", "en"]), "\"es\""),
    now("rate_limit.enabled", Kind::Flag, "true"),
    Key {
        path: "rate_limit.store",
        kind: Kind::Choice(&["memory", "database"]),
        default: "\"memory\"",
        use_: Use::NowWith(&["memory"]),
    },
    now("waitlist.enabled", Kind::Flag, "true"),
    now("waitlist.double_opt_in", Kind::Flag, "false"),
    now("waitlist.duplicate", Kind::Choice(&["conflict", "ok"]), "\"conflict\""),
    now("waitlist.referral_bonus", Kind::Integer(0, 1_000_000), "1"),
    now("waitlist.public_count", Kind::Flag, "false"),
    now("waitlist.invite_ttl_s", Kind::Integer(60, 31_536_000), "604800"),
];

/// A colour, `#rrggbb` or `#rgb`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Color(String);

impl Color {
    /// Returns the text colour that stands out on this one: black or white.
    ///
    /// Source: WCAG 2.2, relative luminance and contrast ratio.
    #[must_use]
    pub fn text_on(&self) -> &'static str {
        let [red, green, blue] = self.channels().map(linear);
        let luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
        let on_white = 1.05 / (luminance + 0.05);
        let on_black = (luminance + 0.05) / 0.05;
        if on_white >= on_black { "#ffffff" } else { "#000000" }
    }

    fn channels(&self) -> [u8; 3] {
        let digits: Vec<u8> = self
            .0
            .chars()
            .filter_map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
            .collect();
        match digits.as_slice() {
            [r, g, b] => [r * 17, g * 17, b * 17],
            [r1, r0, g1, g0, b1, b0] => [r1 * 16 + r0, g1 * 16 + g0, b1 * 16 + b0],
            _ => [0; 3],
        }
    }
}

fn linear(channel: u8) -> f64 {
    let value = f64::from(channel) / 255.0;
    if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// `[brand]`
#[derive(Clone, Debug)]
pub struct Brand {
    /// The site's name.
    pub name: String,
    /// The site's colour.
    pub color: Color,
    /// Where people find help.
    pub support_email: Option<String>,
}

/// `[rate_limit]`
#[derive(Clone, Debug)]
pub struct RateLimit {
    /// Off only in tests and benchmarks.
    pub enabled: bool,
}

/// What a second join of one address gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duplicate {
    /// 409.
    Conflict,
    /// 201 with the place that is there.
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

impl Brand {
    pub(super) fn read(values: &Values) -> Self {
        Self {
            name: values.text("brand.name"),
            color: Color(values.text("brand.color")),
            support_email: values.text_or_none("brand.support_email"),
        }
    }
}

impl RateLimit {
    pub(super) fn read(values: &Values) -> Self {
        Self { enabled: values.flag("rate_limit.enabled") }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_on_a_colour_stands_out() {
        for (color, text) in [
            ("#ffffff", "#000000"),
            ("#000000", "#ffffff"),
            ("#1f6f5c", "#ffffff"),
            ("#ff0", "#000000"),
        ] {
            assert_eq!(Color(color.to_owned()).text_on(), text, "{color}");
        }
    }
}
