//! Which letters the bytes of somebody's file are.
//!
//! What a spreadsheet writes depends on its country and its menu: UTF-8 with a mark and
//! without, UTF-16, Windows-1252. A mark decides; bytes that are UTF-8 are UTF-8, for other
//! encodings hardly ever look like it; every other byte of zero is UTF-16; the rest is what
//! Windows writes in the west. Source: WHATWG Encoding Standard, §6.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// Bytes of the beginning that are looked at for zeros.
const LOOKED_AT_BYTES: usize = 4096;

/// A text, and what it was written in.
#[derive(Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without a mark.
    pub text: String,
    /// The encoding's name.
    pub encoding: &'static str,
}

/// Why bytes are no text.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncodingError {
    /// No encoding is called so.
    #[error(
        "there is no encoding \"{0}\"; utf-8, utf-16le, utf-16be, windows-1252, iso-8859-15 and \
         macintosh are some"
    )]
    Unknown(String),
    /// The bytes are not of the encoding.
    #[error("it is no text in {0}; say by --encoding what it is written in")]
    Wrong(&'static str),
}

/// Reads bytes in the encoding of a name, or in the one that they seem to have.
///
/// # Errors
/// [`EncodingError`].
pub fn decoded(bytes: &[u8], name: Option<&str>) -> Result<Decoded, EncodingError> {
    let encoding = match name {
        Some(name) => Encoding::for_label(name.as_bytes())
            .ok_or_else(|| EncodingError::Unknown(name.chars().take(40).collect()))?,
        None => detected(bytes),
    };
    let (text, has_errors) = encoding.decode_with_bom_removal(bytes);
    if has_errors {
        return Err(EncodingError::Wrong(encoding.name()));
    }
    Ok(Decoded { text: text.into_owned(), encoding: encoding.name() })
}

fn detected(bytes: &[u8]) -> &'static Encoding {
    if let Some((encoding, _length)) = Encoding::for_bom(bytes) {
        return encoding;
    }
    let looked_at = bytes.get(..LOOKED_AT_BYTES).unwrap_or(bytes);
    let zeros = |place: usize| looked_at.iter().skip(place).step_by(2).filter(|byte| **byte == 0);
    let most = looked_at.len() / 4;
    if most > 0 && zeros(1).count() > most {
        return UTF_16LE;
    }
    if most > 0 && zeros(0).count() > most {
        return UTF_16BE;
    }
    if std::str::from_utf8(bytes).is_ok() { UTF_8 } else { WINDOWS_1252 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "email;nombre\nana@ejemplo.es;Ñandú € 5\n";

    fn utf_16(of: fn(u16) -> [u8; 2], mark: &str) -> Vec<u8> {
        format!("{mark}{TEXT}").encode_utf16().flat_map(of).collect()
    }

    #[test]
    fn letters_are_the_same_in_every_encoding() {
        let western = WINDOWS_1252.encode(TEXT).0.into_owned();
        for (bytes, encoding) in [
            (TEXT.as_bytes().to_vec(), "UTF-8"),
            (format!("\u{feff}{TEXT}").into_bytes(), "UTF-8"),
            (western, "windows-1252"),
            (utf_16(u16::to_le_bytes, "\u{feff}"), "UTF-16LE"),
            (utf_16(u16::to_be_bytes, "\u{feff}"), "UTF-16BE"),
            (utf_16(u16::to_le_bytes, ""), "UTF-16LE"),
            (utf_16(u16::to_be_bytes, ""), "UTF-16BE"),
        ] {
            let want = Decoded { text: TEXT.to_owned(), encoding };
            assert_eq!(decoded(&bytes, None), Ok(want), "{bytes:?}");
        }
        assert_eq!(decoded(b"", None).map(|read| read.text), Ok(String::new()));
    }

    #[test]
    fn name_outweighs_what_the_bytes_look_like() {
        let read = decoded("Ñ".as_bytes(), Some("latin1")).unwrap();
        assert_eq!((read.text.as_str(), read.encoding), ("Ã\u{2018}", "windows-1252"));
        assert_eq!(decoded(b"\xd1", Some("utf-8")), Err(EncodingError::Wrong("UTF-8")));
        let unknown = Err(EncodingError::Unknown(String::from("klingon")));
        assert_eq!(decoded(b"", Some("klingon")), unknown);
    }
}
