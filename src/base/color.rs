//! Colours, and how far they stand out from each other.
//!
//! Three channels of sRGB without transparency. Contrast is WCAG's, so that what
//! is drawn on a colour chosen by somebody else can be read.
//!
//! Source: WCAG 2.2, relative luminance and contrast ratio.

use std::fmt;

/// A colour of sRGB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color {
    red: u8,
    green: u8,
    blue: u8,
}

impl Color {
    /// Black.
    pub const BLACK: Self = Self::new(0, 0, 0);

    /// White.
    pub const WHITE: Self = Self::new(255, 255, 255);

    /// Makes a colour of its channels.
    #[must_use]
    pub const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self { red, green, blue }
    }

    /// Reads `#rrggbb` or `#rgb`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        let digits: Option<Vec<u8>> = digits
            .chars()
            .map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
            .collect();
        match digits?.as_slice() {
            [r, g, b] => Some(Self::new(r * 17, g * 17, b * 17)),
            [r1, r0, g1, g0, b1, b0] => Some(Self::new(r1 * 16 + r0, g1 * 16 + g0, b1 * 16 + b0)),
            _ => None,
        }
    }

    /// Returns red, green and blue.
    #[must_use]
    pub const fn channels(self) -> [u8; 3] {
        [self.red, self.green, self.blue]
    }

    /// Returns black or white, whichever stands out more on this colour.
    #[must_use]
    pub fn opposite(self) -> Self {
        if self.contrast(Self::WHITE) >= self.contrast(Self::BLACK) {
            Self::WHITE
        } else {
            Self::BLACK
        }
    }

    /// Returns [`Color::opposite`] as style sheets write it.
    #[must_use]
    pub fn text_on(self) -> &'static str {
        if self.opposite() == Self::WHITE { "#ffffff" } else { "#000000" }
    }

    /// Returns the contrast ratio of two colours, 1 to 21.
    #[must_use]
    pub fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// Returns this colour with `percent` of another mixed in; above 100 is 100.
    #[must_use]
    pub fn mix(self, other: Self, percent: u16) -> Self {
        let percent = percent.min(100);
        let blend = |own: u8, other: u8| {
            let sum = u16::from(own) * (100 - percent) + u16::from(other) * percent;
            u8::try_from((sum + 50) / 100).unwrap_or(u8::MAX)
        };
        Self {
            red: blend(self.red, other.red),
            green: blend(self.green, other.green),
            blue: blend(self.blue, other.blue),
        }
    }

    /// Returns this colour, moved towards `end` until its contrast with `ground` is
    /// at least `ratio`; `end` itself when nothing less will do.
    #[must_use]
    pub fn readable_on(self, ground: Self, end: Self, ratio: f64) -> Self {
        (0..=100)
            .step_by(4)
            .map(|percent| self.mix(end, percent))
            .find(|mixed| mixed.contrast(ground) >= ratio)
            .unwrap_or(end)
    }

    fn luminance(self) -> f64 {
        let [red, green, blue] = self.channels().map(linear);
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }
}

fn linear(channel: u8) -> f64 {
    let value = f64::from(channel) / 255.0;
    if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn color(text: &str) -> Color {
        Color::parse(text).unwrap()
    }

    #[test]
    fn text_on_a_colour_stands_out() {
        for (ground, text) in [
            ("#ffffff", "#000000"),
            ("#000000", "#ffffff"),
            ("#1f6f5c", "#ffffff"),
            ("#ff0", "#000000"),
        ] {
            assert_eq!(color(ground).text_on(), text, "{ground}");
        }
    }

    #[test]
    fn contrast_is_wcags() {
        assert!((color("#fff").contrast(color("#000")) - 21.0).abs() < 0.01);
        // The grey that WCAG's examples give as just readable on white.
        assert!((color("#767676").contrast(Color::WHITE) - 4.54).abs() < 0.01);
    }

    #[test]
    fn readable_colour_keeps_its_hue_as_long_as_it_can() {
        let yellow = color("#ffd400");
        let on_white = yellow.readable_on(Color::WHITE, Color::BLACK, 4.5);
        assert!(on_white.contrast(Color::WHITE) >= 4.5);
        let [red, green, blue] = on_white.channels();
        assert!(red > green && green > blue, "{on_white}");
        assert_eq!(yellow.readable_on(Color::BLACK, Color::WHITE, 4.5), yellow);
        assert_eq!(Color::BLACK.readable_on(Color::BLACK, Color::BLACK, 4.5), Color::BLACK);
    }

    #[test]
    fn mix_meets_both_ends() {
        let (one, two) = (color("#102030"), color("#f0e0d0"));
        assert_eq!(one.mix(two, 0), one);
        assert_eq!(one.mix(two, 100), two);
        assert_eq!(one.mix(two, 50), color("#808080"));
    }
}
