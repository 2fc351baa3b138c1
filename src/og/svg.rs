//! How SVG is read here: shapes alone.
//!
//! No file and no address is ever followed, whatever a drawing names, and pictures
//! inside it are not decoded. Text in it is not drawn either; a logo's letters must
//! be paths, and one that has text is refused.

use resvg::usvg::{ImageHrefResolver, Options};

/// Returns the options for every drawing: nothing in it leads out of it.
#[must_use]
pub fn options() -> Options<'static> {
    Options {
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(|_media, _bytes, _options| None),
            resolve_string: Box::new(|_href, _options| None),
        },
        ..Options::default()
    }
}
