//! From lines to a path that can be filled.

use resvg::tiny_skia::{Path, PathBuilder};
use skrifa::outline::OutlinePen;

use super::fonts::Fonts;
use super::wrap::Line;

/// Writes outlines into a path, at a place on the card.
struct CardPen {
    path: PathBuilder,
    x: f32,
    baseline: f32,
}

impl OutlinePen for CardPen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.path.move_to(self.x + x, self.baseline - y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.path.line_to(self.x + x, self.baseline - y);
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        self.path.quad_to(self.x + cx, self.baseline - cy, self.x + x, self.baseline - y);
    }

    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        self.path.cubic_to(
            self.x + cx0,
            self.baseline - cy0,
            self.x + cx1,
            self.baseline - cy1,
            self.x + x,
            self.baseline - y,
        );
    }

    fn close(&mut self) {
        self.path.close();
    }
}

/// Returns the outlines of a line that begins at `x` on `baseline`, in pixels; `None`
/// when it has none, as spaces have none.
#[must_use]
pub fn path(fonts: &Fonts, line: &Line, size: f32, (x, baseline): (f32, f32)) -> Option<Path> {
    let mut pen = CardPen { path: PathBuilder::new(), x, baseline };
    for glyph in &line.glyphs {
        pen.x = x + glyph.x * size;
        pen.baseline = baseline - glyph.y * size;
        fonts.get(glyph.font).draw(glyph.id, size, &mut pen);
    }
    pen.path.finish()
}
