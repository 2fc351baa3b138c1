//! One keep-alive connection of a browser.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

/// A browser with a session or without.
pub struct Client {
    stream: TcpStream,
    port: u16,
    cookie: String,
    answer: Vec<u8>,
}

/// What came back.
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The head.
    pub head: String,
    /// The body, as it was sent.
    pub text: String,
}

impl Client {
    /// Connects.
    pub fn new(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream, port, cookie: String::new(), answer: Vec::with_capacity(64 * 1024) }
    }

    /// Signs in.
    pub fn signed_in(port: u16, email: &str, password: &str) -> Self {
        let mut client = Self::new(port);
        let body = serde_json::json!({"email": email, "password": password}).to_string();
        let reply = client.post("/api/auth/sign-in/email", &body);
        assert_eq!(reply.status, 200, "{}", reply.text);
        let cookies = reply.head.lines().filter_map(|line| line.strip_prefix("set-cookie: "));
        let pairs: Vec<_> = cookies.filter_map(|cookie| cookie.split(';').next()).collect();
        client.cookie = pairs.join("; ");
        client
    }

    /// Asks as browsers do, with compression; the answer is read and thrown away.
    pub fn ask(&mut self, path: &str) -> u16 {
        self.send(path, "Accept-Encoding: gzip, deflate, br\r\n")
    }

    /// Asks for what is to be read.
    pub fn get(&mut self, path: &str) -> Reply {
        let status = self.send(path, "");
        self.reply(status)
    }

    /// Posts JSON.
    pub fn post(&mut self, path: &str, body: &str) -> Reply {
        let (port, length) = (self.port, body.len());
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        self.stream.write_all(request.as_bytes()).unwrap();
        let status = self.read();
        self.reply(status)
    }

    fn send(&mut self, path: &str, more: &str) -> u16 {
        let (port, cookie) = (self.port, &self.cookie);
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: text/html\r\n\
             Accept-Language: es\r\nCookie: {cookie}\r\n{more}\r\n"
        );
        self.stream.write_all(request.as_bytes()).unwrap();
        self.read()
    }

    fn reply(&self, status: u16) -> Reply {
        let text = String::from_utf8_lossy(&self.answer);
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        Reply { status, head: head.to_owned(), text: body.to_owned() }
    }

    /// Reads one answer with a `Content-Length`; returns its status.
    fn read(&mut self) -> u16 {
        self.answer.clear();
        let mut chunk = [0; 16 * 1024];
        loop {
            let count = self.stream.read(&mut chunk).unwrap();
            assert!(count > 0, "the server hung up");
            self.answer.extend_from_slice(&chunk[..count]);
            let start = &self.answer[..self.answer.len().min(4096)];
            let Some(head) = start.windows(4).position(|four| four == b"\r\n\r\n") else {
                continue;
            };
            let text = std::str::from_utf8(&self.answer[..head]).unwrap();
            let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
            let length: usize = length.map_or(0, |length| length.parse().unwrap());
            if self.answer.len() >= head + 4 + length {
                return text[9..12].parse().unwrap();
            }
        }
    }
}

/// Returns what a process has had of the processors so far. Source: proc(5).
pub fn cpu_ms(pid: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks = |index: usize| fields[index].parse::<f64>().unwrap();
    (ticks(11) + ticks(12)) * 10.0
}
