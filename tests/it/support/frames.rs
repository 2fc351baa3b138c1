//! HTTP/2 by hand: a client that makes room for an answer as it likes.
//!
//! Source: RFC 9113 §4.1 (frames), RFC 7541 (heads; nothing is indexed, nothing compressed).

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use super::raw::connect;

pub const DATA: u8 = 0x0;
pub const HEADERS: u8 = 0x1;
pub const RST_STREAM: u8 = 0x3;
const SETTINGS: u8 = 0x4;
const PING: u8 = 0x6;
const WINDOW_UPDATE: u8 = 0x8;

const ACK: u8 = 0x1;
pub const END_STREAM: u8 = 0x1;

/// A connection that speaks HTTP/2.
pub struct Frames {
    stream: TcpStream,
}

#[derive(Debug)]
pub struct Frame {
    pub kind: u8,
    pub flags: u8,
    pub stream: u32,
    pub payload: Vec<u8>,
}

impl Frames {
    /// Connects; each stream begins with room for `window` bytes.
    pub fn open(address: SocketAddr, window: u32) -> Self {
        let mut stream = connect(address);
        stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").unwrap();
        let mut frames = Self { stream };
        frames.send(SETTINGS, 0, 0, &[&4_u16.to_be_bytes()[..], &window.to_be_bytes()].concat());
        // The connection itself has as much room as there can be.
        frames.make_room(0, 0x7fff_0000 - 65_535);
        frames
    }

    /// Waits so long for a frame, at most.
    pub fn wait(&mut self, patience: Duration) {
        self.stream.set_read_timeout(Some(patience)).unwrap();
    }

    /// Asks for a path on a stream, with some headers.
    pub fn get(&mut self, stream: u32, path: &str, headers: &[(&str, &str)]) {
        let mut head = vec![0x82, 0x86];
        for (name, value) in [(":path", path), (":authority", "localhost")].iter().chain(headers) {
            head.push(0);
            text(&mut head, name);
            text(&mut head, value);
        }
        self.send(HEADERS, 0x5, stream, &head);
    }

    /// Makes room for more bytes of a stream; 0 is the connection.
    pub fn make_room(&mut self, stream: u32, bytes: u32) {
        self.send(WINDOW_UPDATE, 0, stream, &bytes.to_be_bytes());
    }

    fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
        let head = [&length[1..], &[kind, flags], &stream.to_be_bytes()].concat();
        self.stream.write_all(&[&head, payload].concat()).unwrap();
    }

    /// Waits for the next frame of a stream; `None`: the connection is over.
    pub fn next(&mut self) -> Option<Frame> {
        loop {
            let frame = self.any()?;
            match frame.kind {
                PING if frame.flags & ACK == 0 => self.send(PING, ACK, 0, &frame.payload),
                _ if frame.stream != 0 => return Some(frame),
                _ => {}
            }
        }
    }

    /// Tells whether the connection is alive: it answers a ping.
    pub fn is_alive(&mut self) -> bool {
        self.send(PING, 0, 0, b"are you?");
        std::iter::from_fn(|| self.any()).any(|frame| frame.kind == PING && frame.flags == ACK)
    }

    fn any(&mut self) -> Option<Frame> {
        let mut head = [0; 9];
        match self.stream.read_exact(&mut head) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => panic!("nothing came: {error}"),
            Err(_over) => return None,
        }
        let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
        let mut payload = vec![0; usize::try_from(length).unwrap()];
        self.stream.read_exact(&mut payload).ok()?;
        let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
        Some(Frame { kind: head[3], flags: head[4], stream, payload })
    }
}

/// Writes a text as it is. Source: RFC 7541 §5.1, §5.2.
fn text(head: &mut Vec<u8>, text: &str) {
    let mut length = text.len();
    if length < 127 {
        head.push(u8::try_from(length).unwrap());
    } else {
        head.push(127);
        length -= 127;
        while length >= 128 {
            head.push(u8::try_from(length % 128).unwrap() | 128);
            length /= 128;
        }
        head.push(u8::try_from(length).unwrap());
    }
    head.extend_from_slice(text.as_bytes());
}
