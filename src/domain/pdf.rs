//! Whether a file is a PDF and nothing else, by its first and last bytes.
//!
//! Readers look for the beginning within the first thousand bytes, so a page of HTML
//! may be a PDF too; here nothing stands before it but the mark of an encoding and blanks,
//! as some programs write them. And the end must be near the end: what hangs on behind it
//! (an archive) and what was cut is refused.
//! Source: ISO 32000-1, 7.5.2 and 7.5.5; PDF Reference 1.7, H.3 (notes 13 and 18).

use crate::base::bounds::FILE_NAME_LENGTH_MAX;

/// What a file is, as far as a PDF goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PdfLook {
    /// A PDF.
    Whole,
    /// It begins as a PDF and does not end as one.
    Cut,
    /// Something else.
    Other,
}

/// Judges a file by its first bytes and its last 1,024 but for what fills it up.
#[must_use]
pub fn look(head: &[u8], tail: &[u8]) -> PdfLook {
    let is_version =
        |rest: &[u8]| matches!(rest, [b'1' | b'2', b'.', digit, ..] if digit.is_ascii_digit());
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).trim_ascii_start();
    if !head.strip_prefix(b"%PDF-").is_some_and(is_version) {
        return PdfLook::Other;
    }
    if tail.windows(5).any(|five| five == b"%%EOF") { PdfLook::Whole } else { PdfLook::Cut }
}

/// Names a PDF as one, whatever it was called: what a system does with a file, it often
/// decides by the ending alone.
#[must_use]
pub fn named(name: &str) -> String {
    const ENDING: &str = ".pdf";
    let mut stem = name.trim().trim_end_matches(['.', ' ']);
    let is_named = |stem: &str| {
        let start = stem.len().saturating_sub(ENDING.len());
        stem.get(start..).is_some_and(|end| end.eq_ignore_ascii_case(ENDING))
    };
    if !is_named(stem)
        && let Some((before, ending)) = stem.rsplit_once('.')
        && is_ending(ending)
    {
        stem = before.trim_end_matches(['.', ' ']);
    }
    if is_named(stem) && stem.len() > ENDING.len() {
        return stem.to_owned();
    }
    let stem = if is_named(stem) || stem.is_empty() { "cv" } else { stem };
    let room = FILE_NAME_LENGTH_MAX - ENDING.len();
    let stem: String = stem.chars().take(room).collect();
    format!("{}{ENDING}", stem.trim_end())
}

/// Tells an ending from the rest of a name that has a full stop in it.
fn is_ending(text: &str) -> bool {
    (1..=5).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_end_as_the_type_whatever_they_were() {
        for (name, want) in [
            ("CV.pdf", "CV.pdf"),
            ("CV.PDF", "CV.PDF"),
            ("CV.hta", "CV.pdf"),
            ("CV.pdf.exe", "CV.pdf"),
            ("CV.pdf. ", "CV.pdf"),
            ("CV", "CV.pdf"),
            ("Ana v2.0", "Ana v2.0.pdf"),
            ("Ana. Currículo largo", "Ana. Currículo largo.pdf"),
            ("currículo.ñ", "currículo.ñ.pdf"),
            (".pdf", "cv.pdf"),
            (".exe", "cv.pdf"),
            ("", "cv.pdf"),
        ] {
            assert_eq!(named(name), want, "{name}");
        }
        let long = named(&"ñ".repeat(FILE_NAME_LENGTH_MAX));
        assert_eq!(long.chars().count(), FILE_NAME_LENGTH_MAX);
        assert_eq!(long.rsplit_once('.').map(|(_, ending)| ending), Some("pdf"));
    }

    #[test]
    fn only_the_very_beginning_and_an_end_near_the_end_count() {
        for (head, tail, want) in [
            (&b"%PDF-1.7\n"[..], &b"startxref\n9\n%%EOF\n"[..], PdfLook::Whole),
            (b"%PDF-2.0\r", b"%%EOF", PdfLook::Whole),
            (b"\xef\xbb\xbf%PDF-1.7\n", b"%%EOF", PdfLook::Whole),
            (b"\r\n  %PDF-1.7\n", b"%%EOF\r\n<!-- made in 0.2 s -->", PdfLook::Whole),
            (b"\xef\xbb\xbf<html>%PDF-1.7\n", b"%%EOF", PdfLook::Other),
            (b"%PDF-1.4\n", b"endobj", PdfLook::Cut),
            (b"<html>%PDF-1.7\n", b"%%EOF", PdfLook::Other),
            (b"GIF89a%PDF-1.7", b"%%EOF", PdfLook::Other),
            (b"%PDF-<script>", b"%%EOF", PdfLook::Other),
            (b"", b"", PdfLook::Other),
        ] {
            assert_eq!(look(head, tail), want, "{head:?}");
        }
    }
}
