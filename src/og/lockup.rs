//! The brand on a card: its logo or a mark, and its name beside it.

use resvg::tiny_skia::{PixmapPaint, Transform};

use super::paint::{Painter, rounded};
use super::picture::ScaledLogo;
use super::studio::initial;
use super::template::{Align, Brand};
use super::text::fonts::Face;
use super::text::shape::Style;

/// A logo at least this many times as wide as high is a word mark: no name beside it.
const WORD_MARK_RATIO: f32 = 2.0;

/// The name's size, and its distance from the mark, by the mark's height.
const NAME: (f32, f32) = (0.56, 0.34);

/// The letter's size in a mark, and the mark's corners, by the mark's height.
const MARK: (f32, f32) = (0.62, 0.27);

const NAME_STYLE: Style = Style { face: Face::Strong, tracking: -0.012 };

/// What a card says of the brand.
pub struct Lockup<'a> {
    /// The site's name.
    pub name: &'a str,
    /// Whether it is said beside the mark; not where it is the card's title.
    pub is_named: bool,
    /// The logo, where there is one.
    pub logo: Option<&'a ScaledLogo>,
}

impl Lockup<'_> {
    /// Draws itself into its place.
    pub fn draw(&self, place: &Brand, painter: &mut Painter<'_>) {
        let [x, y, width, height] = place.area;
        let mark = self.logo.map_or(height, |logo| logo.size.width());
        let gap = NAME.1 * height;
        let size = NAME.0 * height;
        let room = width - mark - gap;
        let is_word_mark = mark >= WORD_MARK_RATIO * height;
        let name = (self.is_named && !is_word_mark)
            .then(|| painter.line(NAME_STYLE, self.name, (size, room)));
        let whole = mark + name.as_ref().map_or(0.0, |name| gap + name.width * size);
        let left = x - place.align.of(whole);
        match self.logo {
            Some(logo) => {
                let top = y + (height - logo.size.height()) / 2.0;
                let at = Transform::from_translate(left.round(), top.round());
                let paint = PixmapPaint::default();
                painter.canvas.draw_pixmap(0, 0, logo.pixels.as_ref(), &paint, at, None);
            }
            None => self.mark(place, (left, y, height), painter),
        }
        if let Some(name) = name {
            // A capital is as far from the top as from the bottom.
            let baseline = y + height.midpoint(painter.cap_height(Face::Strong) * size);
            painter.draw(&name, size, (left + mark + gap, baseline), place.ink);
        }
    }

    /// Draws the name's first letter on a square.
    fn mark(&self, place: &Brand, (x, y, side): (f32, f32, f32), painter: &mut Painter<'_>) {
        let [ground, ink] = place.mark;
        if let Some(square) = rounded((x, y), (side, side), MARK.1 * side) {
            painter.fill(&square, ground);
        }
        let em = MARK.0 * side;
        let style = Style { face: Face::Display, tracking: 0.0 };
        let letter = painter.line(style, &initial(self.name), (em, side));
        let left = x + Align::Middle.of(side - letter.width * em);
        let baseline = y + side.midpoint(painter.cap_height(Face::Display) * em);
        painter.draw(&letter, em, (left, baseline), ink);
    }
}
