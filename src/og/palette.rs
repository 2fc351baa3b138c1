//! The colours of a card, all of them made of the brand's one.
//!
//! A brand may be any colour; ink keeps WCAG's contrast on its ground whatever it
//! is: 4.5 for text, 7 for what must be read from afar.

use crate::base::color::Color;
use crate::domain::card::Theme;

/// Contrast of text with its ground. Source: WCAG 2.2, 1.4.3.
const TEXT_CONTRAST: f64 = 4.5;

/// Contrast of titles, which must be read from afar. Source: WCAG 2.2, 1.4.6.
const INK_CONTRAST: f64 = 7.0;

/// Colours by the names that the templates use.
#[derive(Clone, Debug, PartialEq)]
pub struct Palette(Vec<(&'static str, Color)>);

impl Palette {
    /// Makes the colours of a theme.
    #[must_use]
    pub fn new(theme: Theme, brand: Color) -> Self {
        let (paper, far) = match theme {
            Theme::Light => (Color::WHITE.mix(brand, 3), Color::BLACK),
            Theme::Dark => (Color::new(11, 13, 17).mix(brand, 12), Color::WHITE),
        };
        let tints = match theme {
            Theme::Light => [8, 17],
            Theme::Dark => [16, 34],
        };
        let [tint, tint_2] = tints.map(|percent| paper.mix(brand, percent));
        let ink = far.mix(brand, 10);
        // Text may stand on the first tint too, which is nearer to it than the paper.
        let text = |color: Color, ratio: f64| color.readable_on(tint, far, ratio);
        let on_brand = brand.opposite();
        Self(vec![
            ("paper", paper),
            ("tint", tint),
            ("tint-2", tint_2),
            ("line", paper.mix(ink, 14)),
            ("ink", text(ink, INK_CONTRAST)),
            ("soft", text(ink.mix(paper, 36), TEXT_CONTRAST)),
            ("accent", text(brand, TEXT_CONTRAST)),
            ("brand", brand),
            ("on-brand", on_brand),
            // Away from the text on it, so that it stays readable.
            ("brand-2", brand.mix(on_brand.opposite(), 12)),
            ("brand-3", brand.mix(on_brand.opposite(), 24)),
        ])
    }

    /// Fills the colours into a template, which names them in braces.
    #[must_use]
    pub fn fill(&self, template: &str) -> String {
        let fill = |text: String, (name, color): &(&str, Color)| {
            text.replace(&format!("{{{name}}}"), &color.to_string())
        };
        self.0.iter().fold(template.to_owned(), fill)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_can_be_read_on_every_brand() {
        for brand in ["#000", "#fff", "#ff0", "#1f6f5c", "#f00", "#00f", "#808080", "#f2b134"] {
            let brand = Color::parse(brand).unwrap();
            for theme in Theme::ALL {
                let palette = Palette::new(theme, brand);
                let color = |name: &str| {
                    let found = palette.0.iter().find(|(own, _)| *own == name);
                    found.unwrap().1
                };
                for ground in [color("paper"), color("tint")] {
                    assert!(color("ink").contrast(ground) >= 7.0, "{brand} {theme:?}");
                    assert!(color("soft").contrast(ground) >= 4.5, "{brand} {theme:?}");
                    assert!(color("accent").contrast(ground) >= 4.5, "{brand} {theme:?}");
                }
                for ground in [brand, color("brand-2"), color("brand-3")] {
                    assert!(color("on-brand").contrast(ground) >= 4.5, "{brand} {theme:?}");
                }
            }
        }
    }
}
