//! Files that travel inside the binary.

use std::borrow::Cow;

use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "$CARGO_MANIFEST_DIR/assets"]
#[include = "i18n/*"]
#[include = "public/*"]
#[include = "data/*.txt"]
struct Files;

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
    let file = Files::get(&format!("public/{name}"))?;
    let digest = file.metadata.sha256_hash().iter().map(|byte| format!("{byte:02x}")).collect();
    Some(Asset { bytes: file.data, media_type, digest })
}

/// Returns the Fluent files of a language.
#[must_use]
pub fn words(tag: &str) -> Vec<String> {
    let folder = format!("i18n/{tag}/");
    Files::iter().filter(|path| path.starts_with(&folder)).filter_map(|path| text(&path)).collect()
}

/// Returns a text file of `assets/data`.
#[must_use]
pub fn data(name: &str) -> Option<Cow<'static, [u8]>> {
    Files::get(&format!("data/{name}")).map(|file| file.data)
}

fn text(path: &str) -> Option<String> {
    String::from_utf8(Files::get(path)?.data.into_owned()).ok()
}
