//! A contact sheet: every template in both themes on one picture.

use resvg::tiny_skia::{Color, FilterQuality, Pixmap, PixmapPaint, Transform};

use super::studio::{HEIGHT, Studio, StudioError, WIDTH};
use crate::domain::card::{Card, Template, Theme};

/// Pixels between two cards, and around them.
const GAP: u32 = 40;

/// Paints `card(template, theme)` for every template, a row each, at half its size.
///
/// # Errors
/// [`StudioError`].
pub fn paint(
    studio: &Studio,
    card: impl Fn(Template, Theme) -> Card,
) -> Result<Pixmap, StudioError> {
    let [width, height] = [WIDTH / 2, HEIGHT / 2];
    let (columns, rows) = (2, 4);
    let side = |count: u32, length: u32| count * (length + GAP) + GAP;
    let sheet = Pixmap::new(side(columns, width), side(rows, height));
    let mut sheet = sheet.ok_or(StudioError::Canvas)?;
    sheet.fill(Color::from_rgba8(128, 132, 138, 255));
    let half = PixmapPaint { quality: FilterQuality::Bilinear, ..PixmapPaint::default() };
    let mut canvas = None;
    for (row, template) in (0_u16..).zip(Template::ALL) {
        for (column, theme) in (0_u16..).zip(Theme::ALL) {
            let painted = studio.paint(&card(template, theme), &mut canvas)?;
            let at = |index: u16, length: u32| {
                f32::from(index) * f32::from(u16::try_from(length + GAP).unwrap_or(0)) + 40.0
            };
            let place = Transform::from_translate(at(column, width), at(row, height));
            let place = place.pre_scale(0.5, 0.5);
            sheet.draw_pixmap(0, 0, painted.as_ref(), &half, place, None);
        }
    }
    Ok(sheet)
}
