//! CV and picture by the forms of a page: what is wrong stands beside the field.

use std::io::Cursor;

use antesala::base::bounds::{AVATAR_SENT_BYTES_MAX, CV_BYTES_MAX};
use image::{DynamicImage, ImageFormat, RgbImage};

use super::{browser, led, reader};
use crate::support::board::{id_of, server};
use crate::support::multipart::{bring, form, part, pdf, send};

const PAGE: &str = "/dashboard/perfil";
const CV: &str = "/dashboard/perfil/cv";
const PICTURE: &str = "/dashboard/perfil/foto";

fn picture() -> Vec<u8> {
    let mut bytes = Vec::new();
    let pixels = DynamicImage::from(RgbImage::new(64, 32));
    pixels.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Png).unwrap();
    bytes
}

#[test]
fn cv_is_brought_named_downloaded_and_taken_away() {
    let server = server();
    let mut ana = reader(server.professional("ana@ejemplo.es"));
    let sent = pdf(2_000);
    let told = bring(&mut ana, CV, "C:\\fakepath\\currículo.pdf", &sent).expect(303);
    assert_eq!(told.header("location"), Some("/dashboard/perfil?done=cv-taken"));
    let page = ana.get(PAGE).expect(200).text;
    assert!(page.contains("<strong>currículo.pdf</strong>") && page.contains("1 KB"), "{page}");
    assert!(page.contains("href=\"/api/profile/cv\""));
    assert_eq!(ana.get("/api/profile/cv").expect(200).bytes, sent);
    led(&mut ana, "/dashboard/perfil/cv/quitar", &[]);
    ana.get("/api/profile/cv").expect(404);
    assert!(!ana.get(PAGE).expect(200).text.contains("currículo.pdf"));
    let again = led(&mut ana, "/dashboard/perfil/cv/quitar", &[]);
    assert!(again.ends_with("done=cv-removed"), "what is gone is gone");
}

#[test]
fn whatever_is_wrong_with_a_cv_is_said_beside_its_field() {
    let server = server();
    let mut ana = reader(server.professional("ana@ejemplo.es"));
    let edge = usize::try_from(CV_BYTES_MAX).unwrap();
    let script = b"<!doctype html><script>alert(1)</script>".to_vec();
    let disguised = [&b"GIF89a%PDF-1.7\n"[..], b"%%EOF\n"].concat();
    for (name, bytes, said) in [
        ("cv.pdf", script, "no es un PDF"),
        ("cv.pdf", disguised, "no es un PDF"),
        ("cv.pdf", b"MZ\x90\x00".to_vec(), "no es un PDF"),
        ("cv.pdf", b"%PDF-1.7\nendobj\n".to_vec(), "El PDF está cortado"),
        ("cv.pdf", [pdf(900), vec![b'z'; 2_000]].concat(), "El PDF está cortado"),
        ("cv.pdf", pdf(edge + 1), "demasiado grande: caben 5,0 MB"),
        ("cv.pdf", pdf(edge + 300_000), "demasiado grande: caben 5,0 MB"),
        ("", Vec::new(), "Elige primero un archivo"),
    ] {
        let page = bring(&mut ana, CV, name, &bytes).expect(400).text;
        let beside = page.split("id=\"file-cv-wrong\"").nth(1).expect("words beside the field");
        assert!(beside.split("</p>").next().unwrap().contains(said), "{said}: {beside}");
        assert!(!page.contains("id=\"file-picture-wrong\""));
    }
    let other = part("archivo", "cv.pdf", &pdf(900));
    let twice = [part("file", "a.pdf", &pdf(900)), part("file", "b.pdf", &pdf(900))];
    for body in [form(&[other]), form(&twice), form(&[]), b"--nada".to_vec()] {
        let page = send(&mut ana, CV, &body).expect(400).text;
        assert!(page.contains("id=\"file-cv-wrong\""), "{page}");
    }
    let plain = ana.send("POST", CV, Some(("application/x-www-form-urlencoded", b"file=x")));
    plain.expect(415);
    assert_eq!(server.count("file"), 0);
    bring(&mut ana, CV, "cv.pdf", &pdf(edge)).expect(303);
}

#[test]
fn picture_is_shown_from_here_wherever_its_owner_is() {
    let server = server();
    let mut ana = reader(server.professional("ana@ejemplo.es"));
    assert!(!ana.get(PAGE).expect(200).text.contains("<img"));
    bring(&mut ana, PICTURE, "yo.png", &picture()).expect(303);
    let root = format!("src=\"/api/profiles/{}/avatar?v=", id_of(&mut ana));
    let page = ana.get(PAGE).expect(200);
    assert_eq!(page.text.matches(&root).count(), 2, "{}", page.text);
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.contains("img-src 'self';"), "{policy}");
    let address = page.text.split("src=\"/api/").nth(1).unwrap().split('"').next().unwrap();
    let drawn = ana.get(&format!("/api/{address}")).expect(200);
    assert_eq!(drawn.header("content-type"), Some("image/jpeg"));
    assert_eq!(ana.get("/empleos").expect(200).text.matches(&root).count(), 1);
    led(&mut ana, "/dashboard/perfil/foto/quitar", &[]);
    assert!(!ana.get(PAGE).expect(200).text.contains("<img"));
    // One that somebody typed is not loaded, however much it looks like one of ours.
    let like = format!("https://evil.example/x{}abc", &root[5..]);
    led(&mut ana, "/dashboard/cuenta", &[("name", "Ana"), ("image", &like)]);
    assert!(!ana.get("/dashboard").expect(200).text.contains("<img"));
}

#[test]
fn whatever_is_wrong_with_a_picture_is_said_beside_its_field() {
    let server = server();
    let mut ana = reader(server.professional("ana@ejemplo.es"));
    let edge = usize::try_from(AVATAR_SENT_BYTES_MAX).unwrap();
    let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>".to_vec();
    let cut = picture()[..60].to_vec();
    for (bytes, said) in [
        (svg, "JPEG, PNG"),
        (pdf(900), "JPEG, PNG"),
        (cut, ""),
        (vec![0; edge + 1], "demasiado grande: caben 10,0 MB"),
        (Vec::new(), "Elige primero un archivo"),
    ] {
        let page = bring(&mut ana, PICTURE, "yo.png", &bytes).expect(400).text;
        let beside = page.split("id=\"file-picture-wrong\"").nth(1).expect("words beside it");
        assert!(beside.split("</p>").next().unwrap().contains(said), "{said}: {beside}");
    }
    assert_eq!(server.count("file"), 0);
}

#[test]
fn files_come_from_our_own_page_by_somebody_signed_in() {
    let server = server();
    let told = bring(&mut browser(&server), CV, "cv.pdf", &pdf(900)).expect(303);
    assert!(told.header("location").unwrap().starts_with("/login"));
    let mut ana = reader(server.professional("ana@ejemplo.es"));
    ana.set("origin", "https://evil.example");
    bring(&mut ana, CV, "cv.pdf", &pdf(900)).expect(403);
    bring(&mut ana, PICTURE, "yo.png", &picture()).expect(403);
    assert_eq!(server.count("file"), 0);
}
