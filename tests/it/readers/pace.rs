//! Answers that are not taken in time.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use super::{CV, CV_BYTES, hurried, with_cv};
use crate::support::Server;
use crate::support::frames::{DATA, END_STREAM, Frames, RST_STREAM};
use crate::support::raw::connect;
use crate::support::server::wait_for;

/// RFC 9113 §7: the stream is no longer needed.
const CANCEL: [u8; 4] = [0, 0, 0, 8];

fn ask(server: &Server, path: &str, cookie: &str) -> TcpStream {
    let mut stream = connect(server.address());
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    stream
}

/// Reads so many bytes each tenth of a second; says how many came until the end of the
/// answer or of the connection.
fn read_slowly(stream: &mut TcpStream, each: usize) -> Result<usize, ErrorKind> {
    let mut bytes = vec![0; each];
    let mut read = 0;
    while read < CV_BYTES {
        // A reset tells itself before what is left of the answer has been read.
        if let Some(error) = stream.take_error().unwrap() {
            return Err(error.kind());
        }
        match stream.read(&mut bytes) {
            Ok(0) => return Err(ErrorKind::UnexpectedEof),
            Ok(count) => read += count,
            Err(error) => return Err(error.kind()),
        }
        thread::sleep(Duration::from_millis(100));
    }
    Ok(read)
}

#[test]
fn reader_at_4_kb_a_second_is_cut_and_an_honest_slow_one_is_not() {
    let server = hurried(&[]);
    let (mut ana, cookie) = with_cv(&server, "ana@ejemplo.es");
    let begun = Instant::now();
    let mut slow: Vec<_> = (0..5).map(|_| ask(&server, CV, &cookie)).collect();
    let honest = ask(&server, CV, &cookie);
    let honest = thread::spawn(move || read_slowly(&mut { honest }, 60_000));
    for stream in &mut slow {
        assert_eq!(read_slowly(stream, 400), Err(ErrorKind::ConnectionReset));
    }
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    assert!(honest.join().unwrap().is_ok_and(|read| read >= CV_BYTES));
    assert_eq!(server.local().metric("antesala_answers_cut_total"), 5);
    assert_eq!(ana.get(CV).expect(200).bytes.len(), CV_BYTES);
}

#[test]
fn reader_who_takes_a_byte_now_and_then_buys_no_time_by_pipelining() {
    let server = hurried(&[]);
    let mut stream = connect(server.address());
    let one = "GET /login HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let many = one.repeat(2_000);
    stream.set_write_timeout(Some(Duration::from_secs(10))).unwrap();
    // Either all of it is taken and not answered, or the server is gone before.
    let _ = stream.write_all(many.as_bytes());
    wait_for("the end of the connection", || {
        let _ = stream.read(&mut [0; 16]);
        thread::sleep(Duration::from_millis(20));
        stream.take_error().unwrap()
    });
}

#[test]
fn answers_behind_closed_windows_are_reset_and_their_connection_lives() {
    let server = hurried(&[]);
    let (_ana, cookie) = with_cv(&server, "ana@ejemplo.es");
    let mut frames = Frames::open(server.address(), 0);
    let own = [("cookie", cookie.as_str())];
    for (stream, path, headers) in
        [(1, CV, &own[..]), (3, "/healthz", &own), (5, "/login", &[]), (7, CV, &own)]
    {
        frames.get(stream, path, headers);
    }
    let mut reset = Vec::new();
    while reset.len() < 4 {
        let frame = frames.next().expect("the connection lives");
        assert_ne!(frame.kind, DATA, "there is no room for data");
        if frame.kind == RST_STREAM {
            assert_eq!(frame.payload, CANCEL);
            reset.push(frame.stream);
        }
    }
    reset.sort_unstable();
    assert_eq!(reset, [1, 3, 5, 7]);
    assert!(frames.is_alive());
    // And serves whoever makes room.
    frames.get(9, CV, &own);
    frames.make_room(9, 10_000_000);
    assert_eq!(whole(&mut frames, 9), CV_BYTES);
    assert_eq!(server.local().metric("antesala_answers_cut_total"), 4);
}

/// Reads an answer to its end; returns its length.
fn whole(frames: &mut Frames, stream: u32) -> usize {
    let mut length = 0;
    loop {
        let frame = frames.next().expect("the connection lives");
        assert!(frame.stream != stream || frame.kind != RST_STREAM, "reset after {length}");
        if frame.stream == stream && frame.kind == DATA {
            length += frame.payload.len();
            if frame.flags & END_STREAM != 0 {
                return length;
            }
        }
    }
}

#[test]
fn windows_that_open_by_drops_are_reset_while_the_neighbour_is_served() {
    let server = hurried(&[]);
    let (_ana, cookie) = with_cv(&server, "ana@ejemplo.es");
    let mut frames = Frames::open(server.address(), 1_000);
    let own = [("cookie", cookie.as_str())];
    frames.get(1, CV, &own);
    frames.get(3, CV, &own);
    frames.make_room(3, 10_000_000);
    assert_eq!(whole(&mut frames, 3), CV_BYTES);
    let mut taken = 0;
    loop {
        let frame = frames.next().expect("the connection lives");
        match frame.kind {
            DATA => {
                taken += frame.payload.len();
                thread::sleep(Duration::from_millis(100));
                frames.make_room(1, 400);
            }
            RST_STREAM => {
                assert_eq!((frame.stream, frame.payload.as_slice()), (1, &CANCEL[..]));
                break;
            }
            _ => {}
        }
    }
    assert!(taken < 100_000, "{taken}");
    assert!(frames.is_alive());
}

#[test]
fn short_answers_of_which_a_byte_is_taken_cost_the_connection() {
    let server = hurried(&[]);
    let mut frames = Frames::open(server.address(), 1);
    for number in 0..50 {
        frames.get(2 * number + 1, "/login", &[]);
    }
    // Their tasks are over and h2 holds the rest of them: nothing else can be done.
    while frames.next().is_some() {}
    assert!(server.local().metric("antesala_answers_cut_total") > 0);
}

#[test]
fn events_are_sent_for_as_long_as_they_are_taken() {
    let server = hurried(&[]);
    let (_ana, cookie) = with_cv(&server, "ana@ejemplo.es");
    let mut frames = Frames::open(server.address(), 65_535);
    frames.get(1, "/api/messages/stream", &[("cookie", cookie.as_str())]);
    thread::sleep(Duration::from_secs(4));
    server.clock.advance_s(25);
    loop {
        let frame = frames.next().expect("the connection lives");
        assert_ne!(frame.kind, RST_STREAM);
        if frame.payload == b": still here\n\n" {
            break;
        }
    }
}
