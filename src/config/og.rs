//! `[og]`: preview cards.
//!
//! The picture that may stand for a card is looked at here as far as its header,
//! so that a wrong name or a wrong format stops the start with a reason; whether
//! the rest of it decodes, `config check` tells.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::key::{Key, Kind, Use};
use super::values::Values;
use crate::base::bounds::OG_IMAGE_SIDE_MAX;

const fn now(path: &'static str, kind: Kind, default: &'static str) -> Key {
    Key { path, kind, default, use_: Use::Now }
}

/// The keys of this section.
pub const KEYS: &[Key] = &[
    now("og.quality", Kind::Integer(1, 100), "80"),
    now("og.bytes_max", Kind::Integer(20_000, 8_000_000), "600000"),
    now("og.cache_bytes_max", Kind::Integer(0, 1_099_511_627_776), "268435456"),
    now("og.require_signature", Kind::Flag, "false"),
    now("og.image", Kind::Text, ""),
];

/// `[og]`
#[derive(Clone, Debug)]
pub struct Og {
    /// JPEG quality, 1 to 100.
    pub quality: u8,
    /// Most bytes of a card.
    pub bytes_max: usize,
    /// Most bytes of cards on the disk; 0: none are kept.
    pub cache_bytes_max: u64,
    /// Whether only signed links draw a card.
    pub require_signature: bool,
    /// A PNG that is the site's own card, from the working directory.
    pub image: Option<PathBuf>,
}

impl Og {
    pub(super) fn read(values: &Values) -> Self {
        Self {
            quality: u8::try_from(values.integer("og.quality")).unwrap_or(80),
            bytes_max: values.count("og.bytes_max"),
            cache_bytes_max: u64::try_from(values.integer("og.cache_bytes_max")).unwrap_or(0),
            require_signature: values.flag("og.require_signature"),
            image: values.text_or_none("og.image").map(PathBuf::from),
        }
    }
}

/// Says what must be true of `og.image` and is not.
pub(super) fn wrong_image(values: &Values) -> Option<String> {
    let path = values.text_or_none("og.image")?;
    let reason = match header(Path::new(&path)) {
        Ok([width, height]) if width.max(height) > OG_IMAGE_SIDE_MAX => {
            format!("this one has {width} by {height} pixels")
        }
        Ok([width, height]) if width.min(height) == 0 => String::from("this one has no pixels"),
        Ok(_) => return None,
        Err(reason) => reason,
    };
    Some(format!("a PNG with sides of at most {OG_IMAGE_SIDE_MAX} pixels; {reason}"))
}

/// Says what must be true of `brand.logo` and is not.
pub(super) fn wrong_logo(values: &Values) -> Option<String> {
    let path = values.text_or_none("brand.logo")?;
    let error = File::open(path).err()?;
    Some(format!("an SVG or a PNG; it cannot be read: {error}"))
}

/// Reads width and height. Source: PNG specification, 5.2 and 11.2.1.
fn header(path: &Path) -> Result<[u32; 2], String> {
    let mut file = File::open(path).map_err(|error| format!("it cannot be read: {error}"))?;
    let mut bytes = [0; 24];
    file.read_exact(&mut bytes).map_err(|_short| String::from("this is none"))?;
    match bytes {
        [
            0x89,
            b'P',
            b'N',
            b'G',
            b'\r',
            b'\n',
            0x1a,
            b'\n',
            _,
            _,
            _,
            _,
            b'I',
            b'H',
            b'D',
            b'R',
            w3,
            w2,
            w1,
            w0,
            h3,
            h2,
            h1,
            h0,
        ] => Ok([[w3, w2, w1, w0], [h3, h2, h1, h0]].map(u32::from_be_bytes)),
        _ => Err(String::from("this is none")),
    }
}
