//! Letters, by their pixels: no two are drawn alike, and none is left out.

use std::collections::HashMap;

use antesala::base::color::Color;
use antesala::domain::card::{Card, Field, Template, Theme};
use antesala::og::studio::{Identity, Studio};

const SPANISH: &str =
    "ABCDEFGHIJKLMNÑOPQRSTUVWXYZÁÉÍÓÚÜabcdefghijklmnñopqrstuvwxyzáéíóúü0123456789¿?¡!.,;:()«»€ºª";
const GREEK: &str = "ΑΒΓΔΕΖΗΘΙΚΛΜΝΞΟΠΡΣΤΥΦΧΨΩΆΈΉΊΌΎΏΪΫαβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ";
const CYRILLIC: &str =
    "АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯІЇЄҐЎЂЋЏЉЊабвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґўђћџљњ";

fn studio() -> Studio {
    let identity = Identity {
        name: String::from("Empleos"),
        color: Color::parse("#1f4f8f").unwrap(),
        host: String::from("empleos.example.com"),
    };
    Studio::new(identity, None).unwrap()
}

/// Paints a card and returns its pixels.
fn painted(studio: &Studio, card: &Card) -> Vec<u8> {
    studio.paint(card, &mut None).unwrap().data().to_vec()
}

fn titled(title: &str) -> Card {
    Card::new(Template::Site, Theme::Light).with(Field::Title, title)
}

#[test]
fn two_different_letters_never_look_the_same() {
    let studio = studio();
    for alphabet in [SPANISH, GREEK, CYRILLIC] {
        let mut seen: HashMap<Vec<u8>, char> = HashMap::new();
        // Between two others: a letter that is left out would leave them alone.
        seen.insert(painted(&studio, &titled("nn")), ' ');
        for letter in alphabet.chars() {
            let pixels = painted(&studio, &titled(&format!("n{letter}n")));
            if let Some(twin) = seen.insert(pixels, letter) {
                panic!("{letter} and {twin} look the same");
            }
        }
    }
}

#[test]
fn composed_and_combining_accents_look_the_same() {
    let studio = studio();
    let same =
        |one: &str, two: &str| painted(&studio, &titled(one)) == painted(&studio, &titled(two));
    assert!(same("Física", "Fi\u{301}sica"));
    assert!(same("Ñandú", "N\u{303}andu\u{301}"));
    assert!(same("Ἀθῆναι", "Α\u{313}θη\u{342}ναι"));
    assert!(!same("Física", "Fisica"));
}

#[test]
fn title_shows_in_every_template_and_theme() {
    let studio = studio();
    for template in Template::ALL {
        for theme in Theme::ALL {
            let bare = Card::new(template, theme);
            let empty = painted(&studio, &bare);
            let titled = painted(&studio, &bare.with(Field::Title, "日本語 Física"));
            assert!(empty != titled, "{template:?} {theme:?}");
        }
    }
}

#[test]
fn text_stays_inside_the_card() {
    let studio = studio();
    let long = "Palabrasinfinlargas ".repeat(40);
    for template in Template::ALL {
        let shown = Field::ALL.into_iter().filter(|field| template.shows(*field));
        let full =
            shown.fold(Card::new(template, Theme::Light), |card, field| card.with(field, &long));
        let (empty, full) = (
            painted(&studio, &Card::new(template, Theme::Light).with(Field::Title, ".")),
            painted(&studio, &full),
        );
        // Nothing but the ground in the outermost 30 pixels on every side.
        for (index, (one, two)) in empty.chunks(4).zip(full.chunks(4)).enumerate() {
            let (x, y) = (index % 1200, index / 1200);
            let is_edge = !(30..1170).contains(&x) || !(30..600).contains(&y);
            assert!(!is_edge || one == two, "{template:?} at {x}, {y}");
        }
    }
}

#[test]
fn emoji_are_left_out_cleanly() {
    let studio = studio();
    assert!(painted(&studio, &titled("Hola 🎉 mundo")) == painted(&studio, &titled("Hola mundo")));
    assert!(
        painted(&studio, &titled("🎉"))
            == painted(&studio, &Card::new(Template::Site, Theme::Light))
    );
}
