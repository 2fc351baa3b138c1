//! HTTP's framing, spoken by hand: what hyper lets through is refused, what it
//! holds is held to it.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use antesala::base::clock::Clock;

use crate::support::Server;
use crate::support::raw::{connect, one_answer, raw, text, until_closed};

const HEALTH: &str = "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

fn hurried() -> Server {
    Server::with(&[("ANTESALA_SERVER__HEADER_READ_TIMEOUT_S", "1")])
}

fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or(0)
}

fn answers(text: &str) -> usize {
    text.matches("HTTP/1.1 ").count()
}

/// Sends two requests at once: a refused one must close before the second is served.
#[track_caller]
fn assert_refused_and_closed(server: &Server, head: &str, want: u16) {
    let answer = text(server.address(), &format!("{head}{HEALTH}"));
    assert_eq!((status(&answer), answers(&answer)), (want, 1), "{head:?}: {answer}");
    assert!(answer.to_lowercase().contains("connection: close"), "{answer}");
}

#[test]
fn host_missing_or_double_is_400_and_closed() {
    let server = Server::start();
    for hosts in [
        "",
        "Host: a.test\r\nHost: a.test\r\n",
        "Host: \r\n",
        "Host: a.test, b.test\r\n",
        "Host: user@a.test\r\n",
    ] {
        assert_refused_and_closed(&server, &format!("GET / HTTP/1.1\r\n{hosts}\r\n"), 400);
    }
}

#[test]
fn target_that_names_another_host_is_400_and_closed() {
    let server = Server::start();
    let other = "GET http://b.test/healthz HTTP/1.1\r\nHost: a.test\r\n\r\n";
    assert_refused_and_closed(&server, other, 400);
    let same = "GET http://A.test:80/healthz HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n";
    assert_eq!(status(&text(server.address(), same)), 200);
}

#[test]
fn methods_nobody_serves_are_refused_and_closed() {
    let server = Server::start();
    for (line, want) in [
        ("TRACE / HTTP/1.1", 405),
        ("CONNECT a.test:443 HTTP/1.1", 405),
        ("PROPFIND / HTTP/1.1", 400),
        ("get /healthz HTTP/1.1", 400),
    ] {
        let host = if line.starts_with("CONNECT") { "a.test:443" } else { "a.test" };
        assert_refused_and_closed(&server, &format!("{line}\r\nHost: {host}\r\n\r\n"), want);
    }
}

#[test]
fn refusals_of_the_wire_carry_the_headers_of_every_answer() {
    let server = Server::start();
    let answer = text(server.address(), "TRACE / HTTP/1.1\r\nHost: a.test\r\n\r\n").to_lowercase();
    for line in ["x-content-type-options: nosniff", "x-request-id: ", "content-security-policy: "] {
        assert!(answer.contains(line), "{line} is not in {answer}");
    }
    assert!(answer.contains("allow: get, head"), "{answer}");
}

#[test]
fn heads_beyond_their_bounds_are_414_and_431_and_closed() {
    let server = Server::start();
    let target = |length| format!("GET /{} HTTP/1.1\r\nHost: a\r\n\r\n", "a".repeat(length));
    assert_refused_and_closed(&server, &target(8_192), 414);
    assert_refused_and_closed(&server, &target(20_000), 414);
    let long = format!("GET / HTTP/1.1\r\nHost: a\r\nX-A: {}\r\n\r\n", "a".repeat(16_384));
    assert_refused_and_closed(&server, &long, 431);
    let huge = format!("GET / HTTP/1.1\r\nHost: a\r\nX-A: {}\r\n\r\n", "a".repeat(200_000));
    assert_refused_and_closed(&server, &huge, 431);
    let many = format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", "X-A: 1\r\n".repeat(100));
    assert_refused_and_closed(&server, &many, 431);
}

#[test]
fn length_beside_chunked_is_read_as_chunked_and_closed() {
    let server = Server::start();
    // By its length the body would end inside the first chunk, and the rest be a request.
    let request = format!(
        "POST /api/waitlist HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{{}}\r\n0\r\n\r\n{HEALTH}"
    );
    let answer = text(server.address(), &request);
    assert_eq!((status(&answer), answers(&answer)), (400, 1), "{answer}");
    assert!(answer.contains("VALIDATION"), "the chunked body was read: {answer}");
}

#[test]
fn framing_that_contradicts_itself_is_400_and_closed() {
    let server = Server::start();
    for framing in [
        "Content-Length: 1\r\nContent-Length: 2\r\n",
        "Content-Length: +1\r\n",
        "Transfer-Encoding: gzip\r\n",
        "Transfer-Encoding: chunked, gzip\r\n",
        "Transfer-Encoding : chunked\r\n",
        "X-A: 1\r\n folded\r\n",
    ] {
        let head = format!("POST /api/waitlist HTTP/1.1\r\nHost: a\r\n{framing}\r\n");
        assert_refused_and_closed(&server, &head, 400);
    }
    assert_eq!(status(&text(server.address(), "\u{16}\u{3}\u{1}\r\n\r\n")), 400);
}

#[test]
fn http_1_0_is_answered_and_closed_without_a_host() {
    let server = Server::start();
    let answer = text(server.address(), "GET /healthz HTTP/1.0\r\n\r\n");
    assert_eq!(status(&answer), 200, "{answer}");
    let kept = format!("GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n{HEALTH}");
    let mut stream = connect(server.address());
    stream.write_all(kept.as_bytes()).unwrap();
    assert_eq!(status(&one_answer(&mut stream)), 200);
    assert_eq!(status(&one_answer(&mut stream)), 200);
}

#[test]
fn body_is_asked_for_by_100_continue() {
    let server = Server::start();
    let mut stream = connect(server.address());
    let head = "POST /api/waitlist HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                Content-Length: 2\r\nExpect: 100-continue\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    assert_eq!(status(&one_answer(&mut stream)), 100);
    stream.write_all(b"{}").unwrap();
    assert_eq!(status(&one_answer(&mut stream)), 400);
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let server = Server::start();
    let missing = "GET /api/nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let answer = text(server.address(), &format!("{HEALTH}{HEALTH}{missing}"));
    let statuses: Vec<_> = answer.split("HTTP/1.1").skip(1).map(status).collect();
    assert_eq!(statuses, [200, 200, 404], "{answer}");
}

#[test]
fn heads_never_finished_are_closed_while_others_are_served() {
    let server = hurried();
    let watch = Clock::System.stopwatch();
    let mut stalled: Vec<TcpStream> = (0..200).map(|_| connect(server.address())).collect();
    for (number, stream) in stalled.iter_mut().enumerate() {
        // Nothing at all, half a head, half a preface of HTTP/2.
        let begun = ["", "GET / HTTP/1.1\r\nHost: a", "PRI * HTTP/2.0\r\n"][number % 3];
        stream.write_all(begun.as_bytes()).unwrap();
    }
    let mut other = connect(server.address());
    other.write_all(HEALTH.as_bytes()).unwrap();
    assert_eq!(status(&one_answer(&mut other)), 200);
    for stream in &mut stalled {
        until_closed(stream);
    }
    assert!(watch.elapsed() < Duration::from_secs(8), "{:?}", watch.elapsed());
}

#[test]
fn connection_that_waits_outlives_the_time_for_a_head() {
    let server = hurried();
    let mut stream = connect(server.address());
    stream.write_all(HEALTH.as_bytes()).unwrap();
    assert_eq!(status(&one_answer(&mut stream)), 200);
    stream.set_read_timeout(Some(Duration::from_millis(1_500))).unwrap();
    let silence = stream.read(&mut [0]).unwrap_err();
    assert!(matches!(silence.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut), "{silence}");
    stream.write_all(HEALTH.as_bytes()).unwrap();
    assert_eq!(status(&one_answer(&mut stream)), 200);
}

#[test]
fn half_a_head_behind_a_request_is_kept_and_completed() {
    let server = Server::start();
    let mut stream = connect(server.address());
    let (half, rest) = HEALTH.split_at(20);
    stream.write_all(format!("{HEALTH}{half}").as_bytes()).unwrap();
    assert_eq!(status(&one_answer(&mut stream)), 200);
    // Long enough for the connection to be parked with the half in hand.
    stream.set_read_timeout(Some(Duration::from_millis(400))).unwrap();
    stream.read(&mut [0]).unwrap_err();
    stream.set_read_timeout(None).unwrap();
    stream.write_all(rest.as_bytes()).unwrap();
    assert_eq!(status(&one_answer(&mut stream)), 200);
}

#[test]
fn forty_megabytes_in_chunks_are_413_at_once() {
    let server = Server::start();
    let watch = Clock::System.stopwatch();
    let mut request = b"POST /api/waitlist HTTP/1.1\r\nHost: localhost\r\n\
        Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        .to_vec();
    for _ in 0..640 {
        request.extend_from_slice(b"10000\r\n");
        request.resize(request.len() + 65_536, b'a');
        request.extend_from_slice(b"\r\n");
    }
    let answer = raw(server.address(), &request);
    assert_eq!(status(&String::from_utf8_lossy(&answer)), 413);
    assert!(watch.elapsed() < Duration::from_secs(5), "{:?}", watch.elapsed());
}

#[test]
fn http_2_is_spoken_on_the_same_port() {
    let server = Server::start();
    let mut stream = connect(server.address());
    let mut head = vec![0x82, 0x86, 0x04, 8]; // GET, http, then the path and the authority.
    head.extend_from_slice(b"/healthz\x01\x09localhost");
    let mut sent = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec();
    sent.extend_from_slice(&frame(0x4, 0, 0, &[]));
    sent.extend_from_slice(&frame(0x1, 0x5, 1, &head));
    stream.write_all(&sent).unwrap();
    loop {
        let (kind, payload) = read_frame(&mut stream);
        if kind == 0x1 {
            // 0x88 is the static table's ":status: 200". Source: RFC 7541, appendix A.
            assert_eq!(payload[0], 0x88, "{payload:?}");
            return;
        }
    }
}

/// Source: RFC 9113 §4.1.
fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(payload.len()).unwrap();
    [&[0, 0, length, kind, flags, 0, 0, 0, stream], payload].concat()
}

fn read_frame(stream: &mut TcpStream) -> (u8, Vec<u8>) {
    let mut head = [0; 9];
    stream.read_exact(&mut head).unwrap();
    let length = u32::from_be_bytes([0, head[0], head[1], head[2]]);
    let mut payload = vec![0; usize::try_from(length).unwrap()];
    stream.read_exact(&mut payload).unwrap();
    (head[3], payload)
}

#[test]
fn body_that_nobody_wants_does_not_cost_the_connection() {
    let server = Server::with(&[("ANTESALA_RATE_LIMIT__ENABLED", "false")]);
    let mut stream = connect(server.address());
    let head =
        "PATCH /api/waitlist HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n";
    for _ in 0..20 {
        stream.write_all(head.as_bytes()).unwrap();
        // The end of the body comes in a packet of its own.
        std::thread::yield_now();
        stream.write_all(b"0\r\n\r\n").unwrap();
        assert_eq!(status(&one_answer(&mut stream)), 405);
    }
}

#[test]
fn body_that_nobody_wants_and_that_never_ends_is_closed_by_name() {
    let server = Server::start();
    let head = "PATCH /api/waitlist HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nx";
    let answer = text(server.address(), head).to_lowercase();
    assert_eq!(status(&answer), 405);
    assert!(answer.contains("connection: close"), "{answer}");
}
