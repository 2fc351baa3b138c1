//! What waits for a reader, and how many readers there are: bounded for each of them.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use super::{CV, CV_BYTES, hurried, with_cv};
use crate::support::Server;
use crate::support::board::id_of;
use crate::support::raw::{connect, until_closed};
use crate::support::server::wait_for;

/// Asks for a CV and takes nothing of it but the head.
fn head_alone(server: &Server, cookie: &str, client: &str) -> (TcpStream, String) {
    let mut stream = connect(server.address());
    let request = format!(
        "GET {CV} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\
         X-Forwarded-For: {client}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    (stream, String::from_utf8(head).unwrap().to_lowercase())
}

/// A CV on its way counts for 64 KiB: a quarter of what is left are three of these.
const ROOM: (&str, &str) = ("ANTESALA_SERVER__UNTAKEN_BYTES_MAX", "1048576");

const PATIENT: (&str, &str) = ("ANTESALA_SERVER__ANSWER_GRACE_S", "60");

#[test]
fn person_who_takes_nothing_is_refused_more_and_others_are_not() {
    let server = hurried(&[ROOM, PATIENT]);
    let (_ana, hers) = with_cv(&server, "ana@ejemplo.es");
    let (_bea, others) = with_cv(&server, "bea@ejemplo.es");
    let mut open = Vec::new();
    let refused = loop {
        // From another address each: they are one person's.
        let (stream, head) = head_alone(&server, &hers, &format!("198.51.100.{}", open.len()));
        if !head.starts_with("http/1.1 200") {
            break (stream, head);
        }
        assert!(head.contains(&format!("content-length: {CV_BYTES}")), "{head}");
        open.push(stream);
        assert!(open.len() < 10, "nothing is refused");
    };
    assert_eq!(open.len(), 3);
    let (mut stream, head) = refused;
    assert!(head.starts_with("http/1.1 429"), "{head}");
    assert!(head.contains("retry-after: 2"), "{head}");
    let mut body = vec![0; 4096];
    let length = stream.read(&mut body).unwrap();
    let body = String::from_utf8_lossy(&body[..length]).into_owned();
    assert!(body.contains("TOO_MANY_REQUESTS") && body.contains("requestId"), "{body}");
    assert!(head_alone(&server, &others, "203.0.113.9").1.starts_with("http/1.1 200"));
    assert!(server.local().metric("antesala_answers_refused_total") > 0);
    assert!(server.local().metric("antesala_untaken_bytes") > 100_000);
    // Short answers are not what fills the memory.
    server.visitor().get("/healthz").expect(200);
    drop(open);
    wait_for("room for her again", || {
        head_alone(&server, &hers, "198.51.100.1").1.starts_with("http/1.1 200").then_some(())
    });
}

#[test]
fn address_that_takes_nothing_is_refused_more_whoever_it_signs_in() {
    let server = hurried(&[ROOM, PATIENT]);
    let cookies: Vec<String> =
        (0..5).map(|n| with_cv(&server, &format!("p{n}@ejemplo.es")).1).collect();
    let mut open = Vec::new();
    let heads: Vec<String> = cookies
        .iter()
        .map(|cookie| {
            let (stream, head) = head_alone(&server, cookie, "2001:db8:1:1::7");
            open.push(stream);
            head[9..12].to_owned()
        })
        .collect();
    assert_eq!(heads, ["200", "200", "200", "429", "429"]);
    let neighbour = head_alone(&server, &cookies[4], "2001:db8:1:1:ffff::1").1;
    assert!(neighbour.starts_with("http/1.1 429"), "{neighbour}");
    let other = head_alone(&server, &cookies[4], "2001:db8:1:2::1").1;
    assert!(other.starts_with("http/1.1 200"), "{other}");
}

#[test]
fn everybody_together_is_bounded_too() {
    let server = hurried(&[ROOM, PATIENT]);
    let mut open = Vec::new();
    let mut statuses = Vec::new();
    for n in 0..24 {
        let (_client, cookie) = with_cv(&server, &format!("p{n}@ejemplo.es"));
        let (stream, head) = head_alone(&server, &cookie, &format!("198.51.{n}.1"));
        statuses.push(head[9..12].to_owned());
        open.push(stream);
    }
    let taken = statuses.iter().filter(|status| *status == "200").count();
    assert!((12..=16).contains(&taken), "{statuses:?}");
    assert_eq!(statuses.last().map(String::as_str), Some("503"), "{statuses:?}");
}

/// Connects from an address of this machine's.
fn connect_from(source: &str, to: SocketAddr) -> TcpStream {
    let kind = socket2::Type::STREAM;
    let socket = socket2::Socket::new(socket2::Domain::IPV4, kind, None).unwrap();
    let source: SocketAddr = format!("{source}:0").parse().unwrap();
    socket.bind(&source.into()).unwrap();
    socket.connect(&to.into()).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(15))).unwrap();
    socket.into()
}

fn asks(stream: &mut TcpStream) -> String {
    // The server may have refused and closed already.
    let _ = stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn connections_of_one_address_are_bounded_and_others_come_in() {
    let direct = ("ANTESALA_SERVER__TRUSTED_PROXIES", "10.99.0.0/16");
    for (more, most) in [
        (("ANTESALA_SERVER__CONNECTIONS_OF_ADDRESS_MAX", "5"), 5),
        (("ANTESALA_SERVER__CONNECTIONS_MAX", "40"), 10),
    ] {
        let server = hurried(&[direct, more]);
        let address = server.address();
        let mut open: Vec<_> = (0..most).map(|_| connect_from("127.0.0.9", address)).collect();
        for stream in &mut open {
            assert_eq!(asks(stream), "HTTP/1.1 200");
        }
        let refused = until_closed(&mut connect_from("127.0.0.9", address));
        let refused = String::from_utf8(refused).unwrap();
        assert!(refused.starts_with("HTTP/1.1 503"), "{refused}");
        assert!(refused.contains("Retry-After: 2"), "{refused}");
        assert_eq!(asks(&mut connect_from("127.0.0.8", address)), "HTTP/1.1 200");
        // A hundred more are one line of the log.
        for _ in 0..100 {
            until_closed(&mut connect_from("127.0.0.9", address));
        }
        assert_eq!(server.log().matches("too many connections from one address").count(), 1);
        open.pop();
        wait_for("a free place", || {
            (asks(&mut connect_from("127.0.0.9", address)) == "HTTP/1.1 200").then_some(())
        });
    }
}

#[test]
fn trusted_proxies_bring_as_many_connections_as_there_are() {
    let server = hurried(&[("ANTESALA_SERVER__CONNECTIONS_OF_ADDRESS_MAX", "5")]);
    let mut open: Vec<_> = (0..20).map(|_| connect(server.address())).collect();
    assert!(open.iter_mut().all(|stream| asks(stream) == "HTTP/1.1 200"));
}

#[test]
fn refused_sender_is_read_so_far_and_no_further() {
    let server = hurried(&[]);
    let mut stream = connect(server.address());
    stream.set_write_timeout(Some(Duration::from_secs(5))).unwrap();
    let head = "POST /api/waitlist HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                Content-Length: 9000000000\r\n\r\n";
    stream.write_all(head.as_bytes()).unwrap();
    let block = vec![b'a'; 64 * 1024];
    let mut sent = 0;
    while stream.write_all(&block).is_ok() {
        sent += block.len();
        assert!(sent < 64 * 1024 * 1024, "all of it is read");
    }
    let answer = until_closed(&mut stream);
    assert!(answer.starts_with(b"HTTP/1.1 413"), "{}", String::from_utf8_lossy(&answer));
}

#[test]
fn files_keep_their_length_and_their_tag_though_they_are_sent_in_pieces() {
    let server = hurried(&[]);
    let (mut ana, _cookie) = with_cv(&server, "ana@ejemplo.es");
    let length = CV_BYTES.to_string();
    let head = ana.send("HEAD", CV, None).expect(200);
    assert_eq!(head.header("content-length"), Some(length.as_str()));
    let whole = ana.get(CV).expect(200);
    assert_eq!(whole.header("content-length"), Some(length.as_str()));
    assert!(whole.header("transfer-encoding").is_none());
    assert_eq!(whole.bytes, crate::support::multipart::pdf(CV_BYTES));
    assert!(!id_of(&mut ana).is_empty(), "the connection goes on");
}
