//! The operator's own pictures: `og.image` and `brand.logo`.

use std::path::Path;

use image::{ImageFormat, Rgb, RgbImage};

use super::{Pixels, card, open_server};
use crate::support::process::Place;

/// Writes a picture whose left half is red and whose right half is blue.
fn picture(path: &Path, width: u32, height: u32) {
    let halves = RgbImage::from_fn(width, height, |x, _| {
        Rgb(if x < width / 2 { [220, 20, 20] } else { [20, 20, 220] })
    });
    halves.save_with_format(path, ImageFormat::Png).unwrap();
}

#[test]
fn image_is_the_sites_card_whatever_its_size() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("card.png");
    for (width, height) in [(1200, 630), (300, 300), (40, 900), (5000, 400), (1, 1), (1, 9000)] {
        picture(&path, width, height);
        let server = open_server(&[("ANTESALA_OG__IMAGE", path.to_str().unwrap())]);
        let pixels = Pixels::of(&card(server.visitor().get("/api/og")));
        if width > 1 {
            let [left, right] = [pixels.at(20, 300), pixels.at(1180, 300)];
            assert!(left[0] > 180 && left[2] < 80, "{width} by {height}: {left:?}");
            assert!(right[2] > 180 && right[0] < 80, "{width} by {height}: {right:?}");
        }
        // A card that says something is drawn all the same.
        let titled = Pixels::of(&card(server.visitor().get("/api/og?title=Hola")));
        assert!(titled.at(20, 300).iter().all(|channel| *channel > 200));
    }
}

#[test]
fn broken_image_stops_the_start_with_its_reason() {
    let mut place = Place::new();
    place.set("ANTESALA_OG__IMAGE", "card.png");
    let said = place.fails(&["serve"], 64);
    assert!(said.contains("og.image") && said.contains("No such file"), "{said}");
    for (bytes, reason) in [
        (&b"\xff\xd8\xff\xe0 a JPEG"[..], "this is none"),
        (b"", "this is none"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\x01\0\0\0\0\0\x01", "65536 by 1 pixels"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\0\0\0\0\x01", "no pixels"),
    ] {
        std::fs::write(place.path("card.png"), bytes).unwrap();
        let said = place.fails(&["serve"], 64);
        assert!(said.contains(reason), "{said}");
    }
}

#[test]
fn check_decodes_the_whole_image_and_a_broken_one_is_never_kept() {
    let mut place = Place::new();
    place.set("ANTESALA_OG__IMAGE", "card.png");
    let path = place.path("card.png");
    picture(&path, 600, 300);
    assert!(place.ok(&["config", "check"]).contains("fine"));
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    let said = place.fails(&["config", "check"], 64);
    assert!(said.contains("og.image") && said.contains("card.png"), "{said}");
    let server = place.serve();
    let mut client = crate::support::Client::new(
        &format!("http://{}", server.address),
        crate::support::server::SITE,
    );
    let reply = client.get("/api/og").refused(500, "INTERNAL_ERROR");
    assert_eq!(reply.header("cache-control"), Some("no-store"));
    assert!(!reply.text.contains("card.png"));
    assert!(place.log().contains("card.png"), "the reason is in the log");
    card(client.get("/api/og?title=Hola"));
    picture(&path, 600, 300);
    card(client.get("/api/og"));
}

#[test]
fn logo_is_drawn_and_one_with_text_or_pictures_is_refused() {
    let mut place = Place::new();
    place.set("ANTESALA_BRAND__LOGO", "logo.svg");
    place.fails(&["config", "check"], 64);
    let svg = |inside: &str| {
        let open = r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40">"#;
        place.write("logo.svg", &format!("{open}{inside}</svg>"));
    };
    for (inside, reason) in [
        ("<text>Hola</text>", "paths"),
        (r#"<image href="file:///etc/passwd"/>"#, "another picture"),
        ("<rect", "no SVG"),
    ] {
        svg(inside);
        let said = place.fails(&["config", "check"], 64);
        assert!(said.contains("brand.logo") && said.contains(reason), "{said}");
    }
    svg(r##"<rect width="40" height="40" fill="#00ff00"/>"##);
    place.ok(&["config", "check"]);
    place.ok(&["og", "render", "--title", "Hola", "--out", "with.jpg"]);
    let pixels = Pixels::of(&std::fs::read(place.path("with.jpg")).unwrap());
    let [red, green, blue] = pixels.at(110, 106);
    assert!(green > 200 && red < 60 && blue < 60, "the logo is where the mark was");
}
