//! A reader of server-sent events, on a socket of its own.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use serde_json::Value;

use super::raw::connect;

/// An open stream.
pub struct Events {
    stream: TcpStream,
    /// The answer's head.
    pub head: String,
    /// What came and was not read yet, without the framing.
    text: String,
    /// Bytes whose chunk is not complete.
    raw: Vec<u8>,
    /// The server has ended the stream.
    is_over: bool,
}

/// One event.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub id: String,
    pub name: String,
    pub data: Value,
}

impl Events {
    /// Asks for a stream with a cookie, from an event on.
    pub fn open(address: SocketAddr, path: &str, cookie: &str, last: Option<&str>) -> Self {
        let mut stream = connect(address);
        let last = last.map(|id| format!("Last-Event-ID: {id}\r\n")).unwrap_or_default();
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n{last}\
            Accept: text/event-stream\r\nAccept-Encoding: br, gzip\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            stream.read_exact(&mut byte).unwrap();
            head.push(byte[0]);
        }
        let head = String::from_utf8(head).unwrap().to_lowercase();
        Self { stream, head, text: String::new(), raw: Vec::new(), is_over: false }
    }

    /// Waits for the next block: an event, a comment, what the stream begins with. `None`:
    /// the stream is over.
    pub fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let block = block.to_owned();
                self.text = rest.to_owned();
                return Some(block);
            }
            if self.is_over {
                return None;
            }
            self.receive();
        }
    }

    /// Waits for the next event; `None`: the stream is over.
    pub fn next(&mut self) -> Option<Event> {
        loop {
            let block = self.block()?;
            let field = |name: &str| {
                let prefix = format!("{name}: ");
                block.lines().find_map(|line| line.strip_prefix(&prefix)).map(str::to_owned)
            };
            if let (Some(id), Some(name), Some(data)) = (field("id"), field("event"), field("data"))
            {
                return Some(Event { id, name, data: serde_json::from_str(&data).unwrap() });
            }
        }
    }

    /// Returns the id with which the stream begins.
    pub fn begin(&mut self) -> String {
        let block = self.block().unwrap();
        let id = block.lines().find_map(|line| line.strip_prefix("id: "));
        id.unwrap_or_else(|| panic!("no id in {block:?}")).to_owned()
    }

    /// Tells whether nothing comes for a while.
    pub fn is_silent(&mut self, time: Duration) -> bool {
        self.stream.set_read_timeout(Some(time)).unwrap();
        let mut bytes = [0; 1];
        let silent = self.stream.peek(&mut bytes).is_err();
        self.stream.set_read_timeout(Some(Duration::from_secs(15))).unwrap();
        silent && self.text.is_empty()
    }

    fn receive(&mut self) {
        let mut bytes = [0; 4096];
        match self.stream.read(&mut bytes).unwrap() {
            0 => self.is_over = true,
            length => self.raw.extend_from_slice(&bytes[..length]),
        }
        while let Some(chunk) = self.chunk() {
            self.is_over |= chunk.is_empty();
            self.text.push_str(&String::from_utf8(chunk).unwrap());
        }
    }

    /// Takes a whole chunk out of what came. Source: RFC 9112 §7.1.
    fn chunk(&mut self) -> Option<Vec<u8>> {
        let line = self.raw.windows(2).position(|pair| pair == b"\r\n")?;
        let size =
            usize::from_str_radix(std::str::from_utf8(&self.raw[..line]).unwrap(), 16).unwrap();
        let end = line + 2 + size + 2;
        (self.raw.len() >= end).then(|| {
            let chunk = self.raw[line + 2..line + 2 + size].to_vec();
            self.raw.drain(..end);
            chunk
        })
    }
}
