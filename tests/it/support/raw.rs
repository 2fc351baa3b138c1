//! Bytes on a socket, for what no client library would send.

use std::io::{ErrorKind, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

/// Longer than every time-out of the tests' servers; reaching it fails the test.
const PATIENCE: Duration = Duration::from_secs(15);

/// Opens a connection whose reads end after a while.
pub fn connect(address: impl ToSocketAddrs) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_nodelay(true).unwrap();
    stream
}

/// Sends `bytes` and returns everything until the server closes.
pub fn raw(address: impl ToSocketAddrs, bytes: &[u8]) -> Vec<u8> {
    let mut stream = connect(address);
    // The server may refuse and close before it has read everything.
    let _ = stream.write_all(bytes);
    until_closed(&mut stream)
}

/// As [`raw`], as text.
pub fn text(address: impl ToSocketAddrs, request: &str) -> String {
    String::from_utf8_lossy(&raw(address, request.as_bytes())).into_owned()
}

/// Asks for a path exactly as it is spelt, and returns the whole answer.
pub fn get(address: impl ToSocketAddrs, path: &str) -> String {
    text(address, &format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
}

/// Reads until the server closes; fails when it does not.
pub fn until_closed(stream: &mut TcpStream) -> Vec<u8> {
    let mut answer = Vec::new();
    match stream.read_to_end(&mut answer) {
        Ok(_) => answer,
        Err(error) if error.kind() == ErrorKind::ConnectionReset => answer,
        Err(error) => panic!("the server did not close: {error}; it sent {answer:?}"),
    }
}

/// Reads one answer with a `Content-Length` from a connection that stays open.
pub fn one_answer(stream: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    let mut byte = [0];
    while !answer.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        answer.push(byte[0]);
    }
    let head = String::from_utf8(answer).unwrap();
    let length = head
        .lines()
        .find_map(|line| line.to_lowercase().strip_prefix("content-length: ").map(str::to_owned));
    let mut body = vec![0; length.map_or(0, |length| length.parse().unwrap())];
    stream.read_exact(&mut body).unwrap();
    head + &String::from_utf8(body).unwrap()
}
