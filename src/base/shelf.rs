//! Files for browsers, under addresses that change when their bytes do.
//!
//! `style/*.css` are read in the order of their names and become one sheet, with the
//! brand's colours in front; every other file stands for itself. What is compressed is
//! compressed once, by whoever asks first, and kept beside the file.

use std::fmt::Write as _;
use std::sync::OnceLock;

use bytes::Bytes;
use sha2::{Digest as _, Sha256};

use super::assets;

/// Where the files are served.
pub const ROOT: &str = "/assets/";

/// The name of the one style sheet.
const SHEET: &str = "site.css";

/// The folder of its parts.
const SHEET_PARTS: &str = "style/";

/// Letters of the digest that stand in an address: 64 bits.
const FINGERPRINT_LENGTH: usize = 16;

/// A file for browsers.
#[derive(Debug)]
pub struct Asset {
    /// Its plain name.
    pub name: String,
    /// Its address, with the fingerprint in it.
    pub address: String,
    /// What is in it.
    pub bytes: Bytes,
    /// Its media type.
    pub media_type: &'static str,
    /// SHA-256 of its bytes in hexadecimal; a strong validator.
    pub digest: String,
    /// Its bytes in brotli, once somebody asked for them.
    pub brotli: OnceLock<Bytes>,
    /// Its bytes in gzip, once somebody asked for them.
    pub gzip: OnceLock<Bytes>,
}

/// Every file for browsers.
#[derive(Debug)]
pub struct Shelf {
    files: Vec<Asset>,
}

/// How an address names a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Named {
    /// With the fingerprint of the bytes that are there: they never change.
    Exactly,
    /// By its plain name, or with the fingerprint of another version.
    Loosely,
}

impl Shelf {
    /// Puts the embedded files up, with `colors` at the beginning of the sheet.
    #[must_use]
    pub fn new(colors: &str) -> Self {
        let names = assets::public_names();
        let (parts, single): (Vec<_>, Vec<_>) =
            names.into_iter().partition(|name| name.starts_with(SHEET_PARTS));
        let mut files: Vec<Asset> = single
            .into_iter()
            .filter_map(|name| {
                let bytes = Bytes::from(assets::public(&name)?.into_owned());
                asset(name, bytes)
            })
            .collect();
        let mut sheet = colors.to_owned();
        for part in parts {
            let bytes = assets::public(&part).unwrap_or_default();
            sheet.push_str(&String::from_utf8_lossy(&bytes));
        }
        for file in &files {
            sheet = sheet.replace(&format!("{ROOT}{}", file.name), &file.address);
        }
        files.extend(asset(SHEET.to_owned(), Bytes::from(sheet)));
        Self { files }
    }

    /// Returns the address of a file; the plain one when there is no such file.
    #[must_use]
    pub fn address(&self, name: &str) -> String {
        let found = self.files.iter().find(|file| file.name == name);
        found.map_or_else(|| format!("{ROOT}{name}"), |file| file.address.clone())
    }

    /// Finds the file of the last part of an address.
    ///
    /// A fingerprint of another version finds the file all the same: while versions
    /// change places, a page of one may ask the other.
    #[must_use]
    pub fn find(&self, last: &str) -> Option<(&Asset, Named)> {
        if let Some(file) = self.files.iter().find(|file| file.name == last) {
            return Some((file, Named::Loosely));
        }
        let (stem, rest) = last.split_once('.')?;
        let (fingerprint, extension) = rest.split_once('.')?;
        let is_fingerprint = fingerprint.len() == FINGERPRINT_LENGTH
            && fingerprint.bytes().all(|letter| letter.is_ascii_hexdigit());
        let name = format!("{stem}.{extension}");
        let file = self.files.iter().find(|file| is_fingerprint && file.name == name)?;
        let named =
            if file.digest.starts_with(fingerprint) { Named::Exactly } else { Named::Loosely };
        Some((file, named))
    }
}

/// Makes a file; `None` for what is not meant for browsers.
fn asset(name: String, bytes: Bytes) -> Option<Asset> {
    let (stem, extension) = name.split_once('.')?;
    let media_type = match extension {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        _ => return None,
    };
    let digest = hex(&Sha256::digest(&bytes));
    let fingerprint = digest.get(..FINGERPRINT_LENGTH)?;
    let address = format!("{ROOT}{stem}.{fingerprint}.{extension}");
    let (brotli, gzip) = (OnceLock::new(), OnceLock::new());
    Some(Asset { name, address, bytes, media_type, digest, brotli, gzip })
}

/// Writes bytes in hexadecimal, as digests are named.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_changes_with_the_bytes_and_finds_them() {
        let (one, other) = (Shelf::new(":root{--a:1}"), Shelf::new(":root{--a:2}"));
        let address = one.address(SHEET);
        assert_ne!(address, other.address(SHEET));
        let last = address.strip_prefix(ROOT).unwrap();
        assert_eq!(one.find(last).unwrap().1, Named::Exactly);
        assert_eq!(other.find(last).unwrap().1, Named::Loosely);
        assert_eq!(one.find(SHEET).unwrap().1, Named::Loosely);
        for nowhere in ["", "site", "site.css.css", "site.0123456789abcdeg.css", "style/10.css"] {
            assert!(one.find(nowhere).is_none(), "{nowhere}");
        }
    }

    #[test]
    fn sheet_names_other_files_by_their_fingerprint() {
        let shelf = Shelf::new("");
        let (sheet, _) = shelf.find(SHEET).unwrap();
        let text = String::from_utf8(sheet.bytes.to_vec()).unwrap();
        assert!(text.contains(&shelf.address("newsreader.woff2")));
        assert!(!text.contains("/assets/newsreader.woff2"));
    }
}
