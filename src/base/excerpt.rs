//! A few letters of somebody else's text, to say what was wrong with it.
//!
//! A key, a media type, a cell of a list: as long as its sender likes, and with whatever a
//! terminal or a log would take for a command.

use super::bounds::ECHO_LENGTH_MAX;

/// Returns the first letters of a text, without what cannot be printed; an ellipsis stands
/// for the rest.
#[must_use]
pub fn of(text: &str) -> String {
    let printed = |letter: char| if letter.is_control() { '\u{fffd}' } else { letter };
    let mut excerpt: String = text.chars().take(ECHO_LENGTH_MAX).map(printed).collect();
    if text.chars().nth(ECHO_LENGTH_MAX).is_some() {
        excerpt.push('…');
    }
    excerpt
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn excerpts_are_short_and_printable() {
        assert_eq!(of("telefono"), "telefono");
        assert_eq!(of("\u{1b}[31mrojo\r\n"), "\u{fffd}[31mrojo\u{fffd}\u{fffd}");
        assert_eq!(of(&"ñ".repeat(ECHO_LENGTH_MAX)), "ñ".repeat(ECHO_LENGTH_MAX));
        assert_eq!(of(&"ñ".repeat(1_000_000)), "ñ".repeat(ECHO_LENGTH_MAX) + "…");
    }
}
