//! Whether a file is a PDF and nothing else, by its first and last bytes.
//!
//! Readers look for the beginning within the first thousand bytes, so a page of HTML
//! may be a PDF too; here it must be the very beginning. And the end must be near the
//! end: what hangs on behind it (an archive) and what was cut is refused.
//! Source: ISO 32000-1, 7.5.2 and 7.5.5; PDF Reference 1.7, H.3 (notes 13 and 18).

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

/// Judges a file by its first bytes and its last 1,024.
#[must_use]
pub fn look(head: &[u8], tail: &[u8]) -> PdfLook {
    let is_version =
        |rest: &[u8]| matches!(rest, [b'1' | b'2', b'.', digit, ..] if digit.is_ascii_digit());
    if !head.strip_prefix(b"%PDF-").is_some_and(is_version) {
        return PdfLook::Other;
    }
    if tail.windows(5).any(|five| five == b"%%EOF") { PdfLook::Whole } else { PdfLook::Cut }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_very_beginning_and_an_end_near_the_end_count() {
        for (head, tail, want) in [
            (&b"%PDF-1.7\n"[..], &b"startxref\n9\n%%EOF\n"[..], PdfLook::Whole),
            (b"%PDF-2.0\r", b"%%EOF", PdfLook::Whole),
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
