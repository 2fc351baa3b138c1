//! What somebody may give as their picture: where it stands, or the picture itself.
//!
//! A browser that shows an image loads whatever its address names, so an address has a
//! scheme that cannot run anything or none. A picture inside an address (RFC 2397) is
//! bytes and nothing more: what they are is judged where uploaded files are.

use base64::Engine as _;
use base64::alphabet::STANDARD;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};

use super::refusal::Refusal;
use crate::base::bounds::{PICTURE_IN_ADDRESS_BYTES_MAX, URL_LENGTH_MAX};

/// Some programs write no padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The media types that an address may bring; which one it is, its bytes say.
const MEDIA_TYPES: [&str; 5] = ["image/png", "image/jpeg", "image/jpg", "image/webp", "image/gif"];

/// A picture as somebody gives it.
#[derive(Clone, PartialEq, Eq)]
pub enum GivenPicture {
    /// Where it stands.
    Address(String),
    /// Its bytes, not yet judged.
    Bytes(Vec<u8>),
}

impl std::fmt::Debug for GivenPicture {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Address(address) => formatter.debug_tuple("Address").field(address).finish(),
            Self::Bytes(bytes) => formatter.debug_tuple("Bytes").field(&bytes.len()).finish(),
        }
    }
}

impl GivenPicture {
    /// Reads what was given.
    ///
    /// # Errors
    /// `PictureNotAddress` for a scheme other than http and https, and for `data:` that is
    /// not base64; `FileNotPicture` for `data:` of another media type; `PictureTooHeavy`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let has_scheme = |scheme: &str| {
            text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme))
        };
        if has_scheme("data:") {
            return in_address(text.split_once(':').map_or("", |(_, rest)| rest));
        }
        is_harmless(text).then(|| Self::Address(text.to_owned())).ok_or(Refusal::PictureNotAddress)
    }

    /// Reads an address that may not be the picture itself.
    ///
    /// # Errors
    /// `PictureNotAddress`.
    pub fn address(text: &str) -> Result<String, Refusal> {
        is_harmless(text).then(|| text.to_owned()).ok_or(Refusal::PictureNotAddress)
    }
}

/// Tells whether a browser may load it: a path, or an address of the web.
fn is_harmless(text: &str) -> bool {
    let length = text.encode_utf16().count();
    if u32::try_from(length).map_or(true, |length| length > URL_LENGTH_MAX) {
        return false;
    }
    match url::Url::parse(text) {
        Ok(address) => matches!(address.scheme(), "http" | "https"),
        Err(url::ParseError::RelativeUrlWithoutBase) => true,
        Err(_) => false,
    }
}

fn in_address(rest: &str) -> Result<GivenPicture, Refusal> {
    let (head, data) = rest.split_once(',').ok_or(Refusal::PictureNotAddress)?;
    let mut parts = head.split(';').map(str::trim);
    let media_type = parts.next().unwrap_or_default();
    if !MEDIA_TYPES.iter().any(|known| known.eq_ignore_ascii_case(media_type)) {
        return Err(Refusal::FileNotPicture);
    }
    if !parts.next_back().is_some_and(|last| last.eq_ignore_ascii_case("base64")) {
        return Err(Refusal::PictureNotAddress);
    }
    if data.len() / 4 * 3 > PICTURE_IN_ADDRESS_BYTES_MAX + 3 {
        return Err(Refusal::PictureTooHeavy);
    }
    let bytes = BASE64.decode(data).map_err(|_letter| Refusal::PictureNotAddress)?;
    if bytes.len() > PICTURE_IN_ADDRESS_BYTES_MAX {
        return Err(Refusal::PictureTooHeavy);
    }
    Ok(GivenPicture::Bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_run_nothing_are_addresses() {
        for address in [
            "https://x.es/a.png",
            "http://x.es/a",
            "/a.png",
            "//x.es/a.png",
            "a.png",
            "HTTPS://X.ES/",
        ] {
            let want = Ok(GivenPicture::Address(address.to_owned()));
            assert_eq!(GivenPicture::parse(address), want, "{address}");
        }
        for other in [
            "javascript:alert(1)",
            " JavaScript:alert(1)",
            "java\tscript:alert(1)",
            "vbscript:x",
            "blob:https://x.es/1",
            "file:///etc/passwd",
            " data:image/png;base64,AAAA",
            "https://",
            &format!("https://x.es/{}", "a".repeat(3_000)),
        ] {
            assert_eq!(GivenPicture::parse(other), Err(Refusal::PictureNotAddress), "{other}");
        }
        let inside = GivenPicture::address("data:image/png;base64,AAAA");
        assert_eq!(inside, Err(Refusal::PictureNotAddress));
    }

    #[test]
    fn pictures_inside_addresses_are_bytes() {
        for (text, want) in [
            ("data:image/png;base64,AQID", Ok(vec![1, 2, 3])),
            ("DATA:Image/PNG;name=yo.png;BASE64,AQI=", Ok(vec![1, 2])),
            ("data:image/jpg;base64,AQI", Ok(vec![1, 2])),
            ("data:image/png,AQID", Err(Refusal::PictureNotAddress)),
            ("data:image/png;base64,¡", Err(Refusal::PictureNotAddress)),
            ("data:image/png;base64", Err(Refusal::PictureNotAddress)),
            ("data:image/svg+xml;base64,AQID", Err(Refusal::FileNotPicture)),
            ("data:text/html;base64,AQID", Err(Refusal::FileNotPicture)),
            ("data:,AQID", Err(Refusal::FileNotPicture)),
        ] {
            assert_eq!(GivenPicture::parse(text), want.map(GivenPicture::Bytes), "{text}");
        }
    }

    #[test]
    fn bound_is_one_of_bytes() {
        let of = |bytes: usize| {
            GivenPicture::parse(&format!("data:image/png;base64,{}", BASE64.encode(vec![7; bytes])))
        };
        assert!(of(PICTURE_IN_ADDRESS_BYTES_MAX).is_ok());
        assert_eq!(of(PICTURE_IN_ADDRESS_BYTES_MAX + 1), Err(Refusal::PictureTooHeavy));
        assert_eq!(of(PICTURE_IN_ADDRESS_BYTES_MAX * 2), Err(Refusal::PictureTooHeavy));
    }
}
