//! Texts into their places on a card.
//!
//! A stack fits the texts of fixed size first and gives what height is left to the
//! one that grows; a row shares its width. Everything was measured before the first
//! pixel changes, so a text never lies over another.

use resvg::tiny_skia::{Color as Ink, FillRule, Paint, Path, PathBuilder, Pixmap, Rect, Transform};

use super::template::{Row, Slot, Stack};
use super::text::fonts::{Face, FontId, Fonts};
use super::text::wrap::{self, Block, Frame, Line, Sort};
use super::text::{
    outline,
    shape::{self, Style},
};
use crate::base::color::Color;

/// Room between a pill's text and its edge, in ems: beside it, above and below it.
const PILL_PADDING: (f32, f32) = (0.85, 0.52);

/// An icon's side, and the room between it and its text, in ems.
const ICON: (f32, f32) = (1.15, 0.42);

/// Sides of an icon's own drawing.
const ICON_UNITS: f32 = 24.0;

/// How far a circle's curve reaches along its tangent. Source: the usual cubic of a quarter.
const CIRCLE: f32 = 0.552_285;

/// A card being painted.
pub struct Painter<'a> {
    /// The fonts.
    pub fonts: &'a Fonts,
    /// The pixels.
    pub canvas: &'a mut Pixmap,
}

/// A text that was fitted to its slot.
struct Fitted<'a> {
    slot: &'a Slot,
    block: Block,
    cap_height: f32,
}

impl Fitted<'_> {
    /// Returns the pixels that stand beside and above the lines, on each side.
    fn padding(&self) -> (f32, f32) {
        let em = self.block.size;
        self.slot.pill.map_or((0.0, 0.0), |_| (PILL_PADDING.0 * em, PILL_PADDING.1 * em))
    }

    fn height(&self) -> f32 {
        let lines = u8::try_from(self.block.lines.len()).unwrap_or(u8::MAX);
        let leading = self.slot.leading * f32::from(lines.saturating_sub(1));
        self.block.size * (self.cap_height + leading) + 2.0 * self.padding().1
    }

    fn width(&self) -> f32 {
        self.block.lines.iter().map(|line| line.width * self.block.size).fold(0.0, f32::max)
    }

    /// Returns the width of the icon before the text, with the room behind it.
    fn icon_width(&self) -> f32 {
        self.slot.icon.as_ref().map_or(0.0, |_| (ICON.0 + ICON.1) * self.block.size)
    }
}

impl Painter<'_> {
    /// Sets the texts of a stack below each other.
    pub fn stack(&mut self, stack: &Stack, texts: &[(&Slot, String)]) {
        let [x, top, width, height] = stack.area;
        let gaps: f32 = texts.iter().skip(1).map(|(slot, _)| slot.gap).sum();
        let mut left = height - gaps;
        let mut fitted: Vec<Option<Fitted<'_>>> = texts.iter().map(|_| None).collect();
        for is_growing in [false, true] {
            for (place, (slot, text)) in fitted.iter_mut().zip(texts) {
                if slot.is_growing == is_growing {
                    let found = self.fitted(slot, text, (width, left));
                    left -= found.height();
                    *place = Some(found);
                }
            }
        }
        let mut y = top + stack.anchor.of(left);
        for (index, text) in fitted.iter().flatten().enumerate() {
            y += if index == 0 { 0.0 } else { text.slot.gap };
            self.block(text, (x, y, width));
            y += text.height();
        }
    }

    /// Sets the texts of a row beside each other.
    pub fn row(&mut self, row: &Row, texts: &[(&Slot, String)]) {
        let [mut x, baseline, width] = row.area;
        let gaps: f32 = texts.iter().skip(1).map(|_| row.gap).sum();
        let room = width - gaps;
        let natural: Vec<_> =
            texts.iter().map(|(slot, text)| self.fitted(slot, text, (room, room))).collect();
        let wanted: Vec<f32> =
            natural.iter().map(|text| text.width() + text.icon_width()).collect();
        let most = fair_share(&wanted, room);
        for ((slot, text), natural) in texts.iter().zip(natural) {
            let icon = natural.icon_width();
            let is_wider = natural.width() + icon > most;
            let fitted =
                if is_wider { self.fitted(slot, text, (most - icon, room)) } else { natural };
            let top = baseline - fitted.cap_height * fitted.block.size;
            self.icon(&fitted, x, top);
            self.block(&fitted, (x + icon, top, fitted.width()));
            x += icon + fitted.width() + row.gap;
        }
    }

    /// Sets a text to one line of at most `width` pixels; what is longer is cut.
    #[must_use]
    pub fn line(&self, style: Style, text: &str, (size, width): (f32, f32)) -> Line {
        let frame = Frame {
            width,
            height: size,
            size,
            size_min: size,
            lines_max: 1,
            leading: 1.0,
            cap_height: self.cap_height(style.face),
        };
        let words = shape::words(self.fonts, style, text);
        let block = wrap::fit(&words, &self.sort(style), &frame);
        block.lines.into_iter().next().unwrap_or_default()
    }

    /// Fills a line's outlines.
    pub fn draw(&mut self, line: &Line, size: f32, at: (f32, f32), ink: Color) {
        if let Some(path) = outline::path(self.fonts, line, size, at) {
            self.fill(&path, ink);
        }
    }

    /// Returns the height of a face's capitals, in ems.
    #[must_use]
    pub const fn cap_height(&self, face: Face) -> f32 {
        self.fonts.get(FontId::Face(face)).cap_height
    }

    fn fitted<'s>(&self, slot: &'s Slot, text: &str, (width, height): (f32, f32)) -> Fitted<'s> {
        let cap_height = self.cap_height(slot.style.face);
        let [size, size_min] = slot.sizes;
        let padding = slot.pill.map_or(0.0, |_| 2.0 * PILL_PADDING.0 * size);
        let frame = Frame {
            width: width - padding,
            height,
            size,
            size_min,
            lines_max: slot.lines_max,
            leading: slot.leading,
            cap_height,
        };
        let words = shape::words(self.fonts, slot.style, text);
        Fitted { slot, block: wrap::fit(&words, &self.sort(slot.style), &frame), cap_height }
    }

    fn sort(&self, style: Style) -> Sort {
        let space = self.fonts.get(FontId::Face(style.face)).space;
        let ellipsis = shape::words(self.fonts, style, "…").into_iter().next();
        Sort { space: space + style.tracking, ellipsis: ellipsis.unwrap_or_default() }
    }

    fn block(&mut self, text: &Fitted<'_>, (x, top, width): (f32, f32, f32)) {
        let (beside, above) = text.padding();
        let size = text.block.size;
        let align = text.slot.align;
        if let Some(ground) = text.slot.pill {
            let whole = (text.width() + 2.0 * beside, text.height());
            let left = x + align.of(width - whole.0);
            if let Some(pill) = rounded((left, top), whole, whole.1 / 2.0) {
                self.fill(&pill, ground);
            }
        }
        let mut baseline = top + above + text.cap_height * size;
        for line in &text.block.lines {
            let free = width - 2.0 * beside - line.width * size;
            let at = (x + beside + align.of(free), baseline);
            self.draw(line, size, at, text.slot.ink);
            baseline += text.slot.leading * size;
        }
    }

    fn icon(&mut self, text: &Fitted<'_>, x: f32, top: f32) {
        let Some(icon) = &text.slot.icon else { return };
        let em = text.block.size;
        let side = ICON.0 * em;
        let y = top + (text.cap_height * em - side) / 2.0;
        let scale = side / ICON_UNITS;
        let place = Transform::from_translate(x, y).pre_scale(scale, scale);
        resvg::render(icon, place, &mut self.canvas.as_mut());
    }

    /// Fills a path.
    pub fn fill(&mut self, path: &Path, color: Color) {
        let [red, green, blue] = color.channels();
        let mut paint = Paint::default();
        paint.set_color(Ink::from_rgba8(red, green, blue, 255));
        self.canvas.fill_path(path, &paint, FillRule::Winding, Transform::identity(), None);
    }
}

/// Returns a rectangle with round corners; `None` when it is empty.
#[must_use]
pub fn rounded((x, y): (f32, f32), (width, height): (f32, f32), radius: f32) -> Option<Path> {
    let area = Rect::from_xywh(x, y, width, height)?;
    let radius = radius.min(width / 2.0).min(height / 2.0);
    let reach = radius * (1.0 - CIRCLE);
    let (left, top, right, bottom) = (area.left(), area.top(), area.right(), area.bottom());
    let mut path = PathBuilder::new();
    path.move_to(left + radius, top);
    path.line_to(right - radius, top);
    path.cubic_to(right - reach, top, right, top + reach, right, top + radius);
    path.line_to(right, bottom - radius);
    path.cubic_to(right, bottom - reach, right - reach, bottom, right - radius, bottom);
    path.line_to(left + radius, bottom);
    path.cubic_to(left + reach, bottom, left, bottom - reach, left, bottom - radius);
    path.line_to(left, top + radius);
    path.cubic_to(left, top + reach, left + reach, top, left + radius, top);
    path.close();
    path.finish()
}

/// Returns the most that each may have so that all have room: what the narrow ones
/// leave goes to the wide ones.
fn fair_share(wanted: &[f32], room: f32) -> f32 {
    let mut sorted = wanted.to_vec();
    sorted.sort_by(f32::total_cmp);
    let mut left = room;
    let waiting = (1..=u16::try_from(sorted.len()).unwrap_or(u16::MAX)).rev();
    for (width, waiting) in sorted.into_iter().zip(waiting) {
        let share = left / f32::from(waiting);
        if width > share {
            return share;
        }
        left -= width;
    }
    room
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn narrow_texts_leave_their_room_to_wide_ones() {
        for (wanted, share) in [
            (&[100.0, 200.0][..], 900.0),
            (&[100.0, 1000.0], 800.0),
            (&[800.0, 1000.0], 450.0),
            (&[100.0, 700.0, 900.0], 400.0),
            (&[], 900.0),
        ] {
            assert!((fair_share(wanted, 900.0) - share).abs() < 0.01, "{wanted:?}");
        }
    }
}
