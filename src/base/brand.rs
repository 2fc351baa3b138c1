//! The brand's colour as style sheets use it, readable wherever it stands.
//!
//! The colour is anybody's choice. What is filled with it, written in it or tinted by it
//! is moved towards black or white until WCAG's ratios hold, in light and in dark.

use super::color::Color;

/// What a theme is before the brand comes into it.
struct Ground {
    /// The page.
    paper: Color,
    /// What lies on it.
    sheet: Color,
    /// How much of the brand a tint has, in percent.
    tint_percent: u16,
    /// Where colours are moved to when they do not stand out.
    far: Color,
}

const LIGHT: Ground = Ground {
    paper: Color::new(0xfb, 0xfa, 0xf6),
    sheet: Color::WHITE,
    tint_percent: 9,
    far: Color::BLACK,
};

const DARK: Ground = Ground {
    paper: Color::new(0x12, 0x15, 0x18),
    sheet: Color::new(0x1a, 0x1e, 0x22),
    tint_percent: 16,
    far: Color::WHITE,
};

/// Contrast of text. Source: WCAG 2.2, 1.4.3; a little more, because tints come between.
const TEXT_RATIO: f64 = 4.8;

/// Contrast of what is no text. Source: WCAG 2.2, 1.4.11.
const SHAPE_RATIO: f64 = 3.1;

/// The colours of one theme.
struct Theme {
    paper: Color,
    sheet: Color,
    /// Buttons and marks.
    fill: Color,
    /// What a button becomes under the pointer.
    fill_strong: Color,
    /// Text on either.
    on_fill: Color,
    /// Links, and text of that colour.
    accent: Color,
    /// A ground with a breath of the colour.
    tint: Color,
}

impl Theme {
    fn of(brand: Color, ground: &Ground) -> Self {
        let Ground { paper, sheet, far, .. } = *ground;
        let tint = sheet.mix(brand, ground.tint_percent);
        let fill = brand.readable_on(tint, far, SHAPE_RATIO);
        let on_fill = fill.opposite();
        // Away from the text on it, so that its contrast only grows.
        let against = if on_fill == Color::WHITE { Color::BLACK } else { Color::WHITE };
        Self {
            paper,
            sheet,
            fill,
            fill_strong: fill.mix(against, 14),
            on_fill,
            accent: brand.readable_on(tint, far, TEXT_RATIO),
            tint,
        }
    }
}

/// Returns the custom properties of the brand's colour, for both themes.
#[must_use]
pub fn sheet(brand: Color) -> String {
    let (light, dark) = (Theme::of(brand, &LIGHT), Theme::of(brand, &DARK));
    let both = |name: &str, of: fn(&Theme) -> Color| {
        format!("--{name}:light-dark({},{});", of(&light), of(&dark))
    };
    let properties = [
        both("paper", |theme| theme.paper),
        both("sheet", |theme| theme.sheet),
        both("fill", |theme| theme.fill),
        both("fill-strong", |theme| theme.fill_strong),
        both("on-fill", |theme| theme.on_fill),
        both("accent", |theme| theme.accent),
        both("tint", |theme| theme.tint),
    ];
    format!(":root{{--brand:{brand};{}}}\n", properties.concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_brand_can_be_read_in_both_themes() {
        for brand in ["#1f6f5c", "#ffffff", "#000000", "#ffd400", "#ff0000", "#0000ff", "#808080"] {
            let brand = Color::parse(brand).unwrap();
            for ground in [LIGHT, DARK] {
                let theme = Theme::of(brand, &ground);
                for ground in [theme.paper, theme.sheet, theme.tint] {
                    assert!(theme.accent.contrast(ground) >= 4.5, "accent of {brand} on {ground}");
                    assert!(theme.fill.contrast(ground) >= 3.0, "fill of {brand} on {ground}");
                }
                for ground in [theme.fill, theme.fill_strong] {
                    assert!(theme.on_fill.contrast(ground) >= 4.5, "on the fill of {brand}");
                }
            }
        }
    }
}
