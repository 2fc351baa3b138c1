//! Preview cards: what is served, what is kept, what is refused, and what they look like.

mod cache;
mod commands;
mod hostile;
mod letters;
mod pictures;
mod serving;
mod tangled;

use crate::support::Server;
use crate::support::client::Reply;

/// A server without rate limits.
fn open_server(environment: &[(&str, &str)]) -> Server {
    let mut variables = vec![("ANTESALA_RATE_LIMIT__ENABLED", "false")];
    variables.extend_from_slice(environment);
    Server::with(&variables)
}

/// Reads one of the cards' figures.
fn figure(server: &Server, name: &str) -> u64 {
    server.local().metric(&format!("antesala_card_{name}"))
}

/// A card's pixels, three bytes each.
struct Pixels {
    width: usize,
    height: usize,
    rgb: Vec<u8>,
}

impl Pixels {
    fn of(jpeg: &[u8]) -> Self {
        let decoder = mozjpeg::Decompress::new_mem(jpeg).unwrap();
        let (width, height) = decoder.size();
        let mut image = decoder.rgb().unwrap();
        let pixels: Vec<[u8; 3]> = image.read_scanlines().unwrap();
        image.finish().unwrap();
        Self { width, height, rgb: pixels.concat() }
    }

    fn at(&self, x: usize, y: usize) -> [u8; 3] {
        let start = (y * self.width + x) * 3;
        self.rgb[start..start + 3].try_into().unwrap()
    }
}

/// Asserts that an answer is a card, and returns it.
#[track_caller]
fn card(reply: Reply) -> Vec<u8> {
    let reply = reply.expect(200);
    assert_eq!(reply.header("content-type"), Some("image/jpeg"));
    let pixels = Pixels::of(&reply.bytes);
    assert_eq!((pixels.width, pixels.height), (1200, 630));
    reply.bytes
}
