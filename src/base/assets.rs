//! Files that travel inside the binary.

use std::borrow::Cow;

use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/assets/public"]
struct Public;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/assets/i18n"]
struct Words;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/assets/data"]
struct Data;

/// A file for browsers.
pub struct Asset {
    /// What is in it.
    pub bytes: Cow<'static, [u8]>,
    /// Its media type.
    pub media_type: &'static str,
    /// SHA-256 of its bytes in hexadecimal; a strong validator.
    pub digest: String,
}

/// Returns a file of `assets/public`.
#[must_use]
pub fn public(name: &str) -> Option<Asset> {
    let media_type = match name.rsplit_once('.')?.1 {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        _ => return None,
    };
    let file = Public::get(name)?;
    let digest = hex(&file.metadata.sha256_hash());
    Some(Asset { bytes: file.data, media_type, digest })
}

/// Returns the Fluent files of a language.
#[must_use]
pub fn words(tag: &str) -> Vec<String> {
    let folder = format!("{tag}/");
    let files = Words::iter().filter(|path| path.starts_with(&folder));
    files.filter_map(|path| text(Words::get(&path)?.data)).collect()
}

/// Returns a text file of `assets/data`.
#[must_use]
pub fn data(name: &str) -> Option<Cow<'static, [u8]>> {
    Data::get(name).map(|file| file.data)
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn text(bytes: Cow<'static, [u8]>) -> Option<String> {
    String::from_utf8(bytes.into_owned()).ok()
}
