//! The picture of a person: drawn anew, whatever was sent, and bombs never decoded.

use std::io::Cursor;

use image::codecs::png::PngEncoder;
use image::{DynamicImage, ExtendedColorType, ImageEncoder as _, ImageFormat, Rgb, RgbImage};
use serde_json::json;

use crate::support::multipart::{bring, pdf};
use crate::support::process::Place;
use crate::support::server::{PASSWORD, SITE};
use crate::support::{Client, Server};

const AVATAR: &str = "/api/profile/avatar";

fn picture(format: ImageFormat) -> Vec<u8> {
    let picture = RgbImage::from_fn(64, 32, |x, _| Rgb([if x < 32 { 200 } else { 20 }, 90, 10]));
    let mut bytes = Vec::new();
    DynamicImage::from(picture).write_to(&mut Cursor::new(&mut bytes), format).unwrap();
    bytes
}

/// CRC of a PNG's chunk. Source: PNG specification, annex D.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 }
        })
    })
}

fn chunk(name: &[u8], data: &[u8]) -> Vec<u8> {
    let named = [name, data].concat();
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [&length[..], &named, &crc(&named).to_be_bytes()].concat()
}

/// A PNG that says how large it is and brings next to nothing.
fn bomb(side: u32) -> Vec<u8> {
    let header = [&side.to_be_bytes()[..], &side.to_be_bytes(), &[1, 0, 0, 0, 0]].concat();
    let pixels = [0x78, 0x01, 0x63, 0x00, 0x00, 0x00, 0x02, 0x00, 0x01];
    let parts = [chunk(b"IHDR", &header), chunk(b"IDAT", &pixels), chunk(b"IEND", b"")];
    [&b"\x89PNG\r\n\x1a\n"[..], &parts.concat()].concat()
}

/// A PNG with a text beside its pixels.
fn with_secret() -> Vec<u8> {
    let plain = picture(ImageFormat::Png);
    let (head, rest) = plain.split_at(8 + 25);
    [head, &chunk(b"tEXt", b"Comment\0GPS 40.4168,-3.7038"), rest].concat()
}

fn id(person: &mut Client) -> String {
    person.get("/api/profile").expect(200).json()["userId"].as_str().unwrap().to_owned()
}

#[test]
fn pictures_are_square_jpegs_without_what_they_carried() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    let path = format!("/api/profiles/{}/avatar", id(&mut ana));
    ana.get(&path).refused(404, "NOT_FOUND");
    let formats =
        [ImageFormat::Png, ImageFormat::Jpeg, ImageFormat::WebP, ImageFormat::Gif].map(picture);
    for sent in formats.into_iter().chain([with_secret()]) {
        let told = bring(&mut ana, AVATAR, "yo.svg", &sent).expect(201).json();
        let address = told["avatarUrl"].as_str().unwrap();
        let shown = ana.get(server.path_of(address)).expect(200);
        assert_eq!(shown.header("content-type"), Some("image/jpeg"));
        let drawn = image::load_from_memory_with_format(&shown.bytes, ImageFormat::Jpeg).unwrap();
        assert_eq!((drawn.width(), drawn.height()), (512, 512));
        assert!(!shown.bytes.windows(3).any(|three| three == b"GPS"));
        assert!(!shown.bytes.windows(4).any(|four| four == b"Exif"));
        let session = ana.get("/api/auth/get-session").expect(200).json();
        assert_eq!(session["user"]["image"], address);
    }
    let shown = ana.get(&path).expect(200);
    assert_eq!(shown.header("cache-control"), Some("private, no-cache"));
    ana.set("if-none-match", shown.header("etag").unwrap());
    assert!(ana.get(&path).expect(304).bytes.is_empty());
    ana.unset("if-none-match");
    ana.send("DELETE", AVATAR, None).expect(204);
    ana.get(&path).refused(404, "NOT_FOUND");
    let session = ana.get("/api/auth/get-session").expect(200).json();
    assert!(session["user"]["image"].is_null());
}

#[test]
fn hostile_pictures_are_refused_with_the_reason() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    let jpeg = picture(ImageFormat::Jpeg);
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec();
    for (bytes, status, code) in [
        (bomb(60_000), 400, "PICTURE_TOO_LARGE"),
        (bomb(12_001), 400, "PICTURE_TOO_LARGE"),
        (bomb(64), 400, "PICTURE_DAMAGED"),
        (jpeg[..jpeg.len() / 2].to_vec(), 400, "PICTURE_DAMAGED"),
        (b"\xff\xd8\xff<script>alert(1)</script>".to_vec(), 400, "PICTURE_DAMAGED"),
        (svg, 415, "FILE_NOT_PICTURE"),
        (picture(ImageFormat::Png)[1..].to_vec(), 415, "FILE_NOT_PICTURE"),
        (b"GIF89a\x01\x00\x01\x00\x00\x00\x00;".to_vec(), 400, "PICTURE_DAMAGED"),
        (pdf(100), 415, "FILE_NOT_PICTURE"),
        (Vec::new(), 415, "FILE_NOT_PICTURE"),
        ([jpeg, vec![0; 10 * 1024 * 1024]].concat(), 413, "BODY_TOO_LARGE"),
    ] {
        bring(&mut ana, AVATAR, "yo.jpg", &bytes).refused(status, code);
    }
    assert_eq!(server.count("file"), 0);
}

/// What the process may grow by when it draws a small picture.
const GROWTH_KIB_MAX: u64 = 48 * 1024;

#[test]
fn profile_that_unpacks_to_a_hundred_megabytes_costs_little_memory() {
    let mut place = Place::on_file();
    place.set("ANTESALA_RATE_LIMIT__ENABLED", "false");
    let running = place.serve();
    let mut ana = Client::new(&running.base(), SITE);
    let body = json!({"name": "Ana", "email": "ana@ejemplo.es", "password": PASSWORD});
    ana.post("/api/auth/sign-up/email", body).expect(200);
    let before_kib = running.memory_kib();
    bring(&mut ana, AVATAR, "ana.png", &with_profile(100_000_000)).expect(201);
    let growth_kib = running.memory_kib().saturating_sub(before_kib);
    assert!(growth_kib < GROWTH_KIB_MAX, "grew by {growth_kib} KiB");
}

/// Returns a small PNG whose colour profile is packed zeros.
fn with_profile(profile_bytes: usize) -> Vec<u8> {
    let mut png = Vec::new();
    let mut encoder = PngEncoder::new(&mut png);
    encoder.set_icc_profile(vec![0; profile_bytes]).unwrap();
    encoder.write_image(&[128; 64 * 64 * 3], 64, 64, ExtendedColorType::Rgb8).unwrap();
    png
}
