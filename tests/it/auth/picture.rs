//! Pictures that come inside an address: judged and kept like files that are brought.

use std::io::Cursor;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use serde_json::{Value, json};

use crate::support::multipart::bring;
use crate::support::server::PASSWORD;
use crate::support::{Client, Server};

const UPDATE: &str = "/api/auth/update-user";

fn picture(format: ImageFormat) -> Vec<u8> {
    let picture = RgbImage::from_fn(640, 480, |x, y| {
        let noise = (x * 7919 + y * 104_729) % 251;
        Rgb([u8::try_from(noise).unwrap(), 90, u8::try_from(x % 256).unwrap()])
    });
    let mut bytes = Vec::new();
    DynamicImage::from(picture).write_to(&mut Cursor::new(&mut bytes), format).unwrap();
    bytes
}

fn in_address(kind: &str, bytes: &[u8]) -> String {
    format!("data:{kind};base64,{}", STANDARD.encode(bytes))
}

fn image(person: &mut Client) -> Value {
    person.get("/api/auth/get-session").expect(200).json()["user"]["image"].clone()
}

#[test]
fn pages_of_a_front_end_show_a_picture_that_is_kept_here() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    let sent = in_address("image/png", &picture(ImageFormat::Png));
    ana.post(UPDATE, json!({"image": sent})).expect(200);
    let address = image(&mut ana).as_str().unwrap().to_owned();
    let shown = ana.get(server.path_of(&address)).expect(200);
    assert_eq!(shown.header("cross-origin-resource-policy"), Some("cross-origin"));
    ana.set("if-none-match", shown.header("etag").unwrap());
    let known = ana.get(server.path_of(&address)).expect(304);
    assert_eq!(known.header("cross-origin-resource-policy"), Some("cross-origin"));
}

#[test]
fn picture_inside_an_address_is_kept_as_a_file() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    for (kind, format) in [
        ("image/png", ImageFormat::Png),
        ("image/jpeg", ImageFormat::Jpeg),
        ("image/webp", ImageFormat::WebP),
        ("image/gif", ImageFormat::Gif),
    ] {
        let sent = in_address(kind, &picture(format));
        ana.post(UPDATE, json!({"name": "Ana", "image": sent})).expect(200);
        let session = ana.get("/api/auth/get-session").expect(200);
        assert!(session.text.len() < 2_000, "{}", session.text.len());
        let address = session.json()["user"]["image"].as_str().unwrap().to_owned();
        let shown = ana.get(server.path_of(&address)).expect(200);
        assert_eq!(shown.header("content-type"), Some("image/jpeg"));
        let drawn = image::load_from_memory(&shown.bytes).unwrap();
        assert_eq!((drawn.width(), drawn.height()), (512, 512));
    }
    assert_eq!(server.count("file"), 1, "pictures before it are gone");
    ana.post(UPDATE, json!({"image": "https://img.ejemplo.es/a.png"})).expect(200);
    assert_eq!(image(&mut ana), "https://img.ejemplo.es/a.png");
    assert_eq!(server.count("file"), 0);
}

#[test]
fn picture_that_is_taken_away_leaves_no_file() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    bring(&mut ana, "/api/profile/avatar", "yo.png", &picture(ImageFormat::Png)).expect(201);
    let kept = image(&mut ana);
    ana.post(UPDATE, json!({"name": "Ana Ruiz", "image": kept})).expect(200);
    assert_eq!((image(&mut ana), server.count("file")), (kept, 1));
    ana.post(UPDATE, json!({"image": null})).expect(200);
    assert_eq!(image(&mut ana), json!(null));
    assert_eq!(server.count("file"), 0);
    assert_eq!(ana.get("/api/profile").json()["avatarUrl"], json!(null));
}

#[test]
fn sign_up_takes_a_picture() {
    let server = Server::start();
    let mut eva = server.visitor();
    let sent = in_address("image/jpeg", &picture(ImageFormat::Jpeg));
    let body =
        json!({"name": "Eva", "email": "eva@ejemplo.es", "password": PASSWORD, "image": sent});
    let told = eva.post("/api/auth/sign-up/email", body).expect(200).json();
    let address = told["user"]["image"].as_str().unwrap().to_owned();
    assert_eq!(image(&mut eva), address);
    eva.get(server.path_of(&address)).expect(200);
}

#[test]
fn other_pictures_are_refused_with_the_reason() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    let large = vec![7; 1024 * 1024 + 1];
    for (sent, status, code) in [
        (String::from("javascript:alert(1)"), 400, "PICTURE_NOT_ADDRESS"),
        (String::from("data:image/png,x"), 400, "PICTURE_NOT_ADDRESS"),
        (in_address("image/svg+xml", b"<svg/>"), 415, "FILE_NOT_PICTURE"),
        (in_address("text/html", b"<script>"), 415, "FILE_NOT_PICTURE"),
        (in_address("image/png", b"<svg/>"), 415, "FILE_NOT_PICTURE"),
        (in_address("image/png", b"\x89PNG\r\n\x1a\n"), 400, "PICTURE_DAMAGED"),
        (in_address("image/png", &large), 413, "PICTURE_TOO_HEAVY"),
    ] {
        ana.post(UPDATE, json!({"image": sent})).refused(status, code);
    }
    let body = json!({"image": in_address("image/png", &vec![7; 1_250_000])});
    let refused = ana.post(UPDATE, body);
    assert!(refused.text.contains("1536 KiB"), "{}", refused.text);
    refused.refused(413, "BODY_TOO_LARGE");
    assert_eq!((image(&mut ana), server.count("file")), (json!(null), 0));
    let mut admin = server.admin();
    let id = ana.get("/api/auth/get-session").json()["user"]["id"].clone();
    let body = json!({"userId": id, "data": {"image": "javascript:alert(1)"}});
    admin.post("/api/auth/admin/update-user", body).refused(400, "PICTURE_NOT_ADDRESS");
}
