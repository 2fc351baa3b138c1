//! Readable names in addresses: Latin letters of a text, digits, hyphens.

use deunicode::deunicode;

/// Most letters of a slug without its suffix.
const LENGTH_MAX: usize = 80;

/// Letters of a suffix: 36^6 names beside the same words.
const SUFFIX_LENGTH: usize = 6;

/// Names that addresses of ours have where a slug stands: nobody would find what has one.
/// A test compares them with the endpoint table.
pub const RESERVED: &[&str] = &["facets", "mine", "saved"];

/// Writes a text in small Latin letters; `otherwise` for one that has none, and behind one
/// that an address of ours has.
#[must_use]
pub fn of(text: &str, otherwise: &str) -> String {
    let latin = deunicode(text).to_ascii_lowercase();
    let mut slug = String::new();
    for word in latin.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        let room = LENGTH_MAX.saturating_sub(slug.len() + 1);
        if slug.is_empty() {
            slug.extend(word.chars().take(LENGTH_MAX));
        } else if word.len() <= room {
            slug.push('-');
            slug.push_str(word);
        } else {
            break;
        }
    }
    if slug.is_empty() {
        otherwise.to_owned()
    } else if RESERVED.contains(&slug.as_str()) {
        [slug.as_str(), otherwise].join("-")
    } else {
        slug
    }
}

/// Returns a slug with a suffix made of random letters, for when others have its words.
#[must_use]
pub fn suffixed(slug: &str, random: &str) -> String {
    let letters = random.chars().filter(char::is_ascii_alphanumeric).take(SUFFIX_LENGTH);
    format!("{slug}-{}", letters.collect::<String>().to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slugs_are_readable_latin() {
        for (text, slug) in [
            ("Investigadora en Biología Molecular", "investigadora-en-biologia-molecular"),
            ("Ñandú & Cía. — S.L.", "nandu-cia-s-l"),
            ("Łódź: Straße", "lodz-strasse"),
            ("  ", "oferta"),
            ("🦀", "crab"),
            ("Физик", "fizik"),
            ("../../etc/passwd", "etc-passwd"),
            ("¡Saved!", "saved-oferta"),
            ("Saved by the bell", "saved-by-the-bell"),
        ] {
            assert_eq!(of(text, "oferta"), slug, "{text}");
        }
        assert!(of(&"palabra ".repeat(40), "x").len() <= LENGTH_MAX);
        assert_eq!(suffixed("a-b", "Xy9kLmQ"), "a-b-xy9klm");
    }
}
