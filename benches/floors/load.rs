//! A load of keep-alive connections, and what it cost whom.

use std::fmt;
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// What is asked again and again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// `GET /api/auth/get-session` with a cookie.
    Session,
    /// `POST /api/waitlist`, an address of its own each.
    Waitlist,
    /// `GET /api/og` of one card; the floor gives a plain answer.
    KeptCard,
    /// `GET /api/og`, a card of its own each.
    NewCard,
}

/// What a round measured.
#[derive(Clone, Debug)]
pub struct Figures {
    /// Requests a second.
    pub rate: f64,
    /// CPU a request of the server's process, in microseconds.
    pub cpu_us: f64,
    p50_ms: f64,
    p99_ms: f64,
}

impl Figures {
    /// Returns the round with the median CPU.
    pub fn median(mut rounds: Vec<Self>) -> Self {
        rounds.sort_by(|a, b| a.cpu_us.total_cmp(&b.cpu_us));
        rounds.swap_remove(rounds.len() / 2)
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rate, cpu_us, p50_ms, p99_ms } = self;
        write!(f, "{rate:>9.0}/s  p50 {p50_ms:>6.2} ms  p99 {p99_ms:>6.2} ms  {cpu_us:>6.1} µs CPU")
    }
}

/// Makes addresses that no earlier round used.
static PEOPLE: AtomicU64 = AtomicU64::new(0);

/// Loads a server and measures it. `load` is connections and duration.
pub fn run(work: Work, port: u16, pid: u32, load: (usize, Duration)) -> Figures {
    let (connections, duration) = load;
    let cookie = (work == Work::Session).then(|| sign_up(port));
    let (before, started) = (cpu(pid), Instant::now());
    let clients: Vec<_> = (0..connections)
        .map(|_| {
            let cookie = cookie.clone();
            thread::Builder::new()
                .stack_size(128 * 1024)
                .spawn(move || client(work, port, cookie.as_deref(), started + duration))
                .unwrap()
        })
        .collect();
    let mut latencies: Vec<Duration> =
        clients.into_iter().flat_map(|client| client.join().unwrap()).collect();
    let elapsed = started.elapsed();
    let spent = cpu(pid).saturating_sub(before);
    latencies.sort_unstable();
    let count = latencies.len();
    let at = |share: f64| latencies[(count as f64 * share) as usize].as_secs_f64() * 1000.0;
    Figures {
        rate: count as f64 / elapsed.as_secs_f64(),
        cpu_us: spent.as_secs_f64() * 1e6 / count as f64,
        p50_ms: at(0.5),
        p99_ms: at(0.99),
    }
}

fn client(work: Work, port: u16, cookie: Option<&str>, end: Instant) -> Vec<Duration> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.set_nodelay(true).unwrap();
    let mut latencies = Vec::with_capacity(4096);
    let mut answer = Vec::with_capacity(4096);
    while Instant::now() < end {
        let request = match work {
            Work::Session => session(port, cookie.unwrap()),
            Work::Waitlist => waitlist(port),
            Work::KeptCard => card(port, "Plaza+fija"),
            Work::NewCard => {
                let number = PEOPLE.fetch_add(1, Ordering::Relaxed);
                card(port, &format!("Plaza+{number}+{}", std::process::id()))
            }
        };
        let asked = Instant::now();
        stream.write_all(request.as_bytes()).unwrap();
        let status = read(&mut stream, &mut answer);
        latencies.push(asked.elapsed());
        let expected = if work == Work::Waitlist { 201 } else { 200 };
        assert_eq!(status, expected, "{}", String::from_utf8_lossy(&answer));
    }
    latencies
}

fn session(port: u16, cookie: &str) -> String {
    format!(
        "GET /api/auth/get-session HTTP/1.1\r\nHost: localhost:{port}\r\nCookie: {cookie}\r\n\r\n"
    )
}

fn card(port: u16, title: &str) -> String {
    let path = format!("/api/og?title={title}&subtitle=Madrid");
    format!("GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n")
}

fn waitlist(port: u16) -> String {
    let number = PEOPLE.fetch_add(1, Ordering::Relaxed);
    // Scattered like people's addresses, not in the order of an index.
    let mixed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let body = format!(
        r#"{{"email":"{mixed:016x}@ejemplo.es","role":"professional","name":"María Pérez","field":"Biología"}}"#
    );
    post(port, "/api/waitlist", &body)
}

fn post(port: u16, path: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nHost: localhost:{port}\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\n\r\n{body}"
    )
}

/// Signs somebody up; returns their cookie.
fn sign_up(port: u16) -> String {
    let number = PEOPLE.fetch_add(1, Ordering::Relaxed);
    let body = format!(
        r#"{{"email":"persona-{number}-{}@ejemplo.es","name":"María","password":"una frase bien larga"}}"#,
        std::process::id()
    );
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    stream.write_all(post(port, "/api/auth/sign-up/email", &body).as_bytes()).unwrap();
    let mut answer = Vec::new();
    assert_eq!(read(&mut stream, &mut answer), 200, "{}", String::from_utf8_lossy(&answer));
    let text = String::from_utf8_lossy(&answer).into_owned();
    let line = text.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    line.split(';').next().unwrap().to_owned()
}

/// Returns the status of a GET; `None` while nobody answers.
pub fn get(port: u16, path: &str) -> Option<u16> {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n");
    stream.write_all(request.as_bytes()).ok()?;
    Some(read(&mut stream, &mut Vec::new()))
}

/// Reads one answer with a `Content-Length`; returns its status.
fn read(stream: &mut TcpStream, answer: &mut Vec<u8>) -> u16 {
    answer.clear();
    let mut chunk = [0; 16 * 1024];
    loop {
        let count = stream.read(&mut chunk).unwrap();
        assert!(count > 0, "the server hung up");
        answer.extend_from_slice(&chunk[..count]);
        // A head is short; a card behind it is not looked through.
        let start = &answer[..answer.len().min(4096)];
        let Some(head) = start.windows(4).position(|four| four == b"\r\n\r\n") else { continue };
        let text = std::str::from_utf8(&answer[..head]).unwrap();
        let length = text.lines().find_map(|line| line.strip_prefix("content-length: "));
        let length: usize = length.map_or(0, |length| length.parse().unwrap());
        if answer.len() >= head + 4 + length {
            return text[9..12].parse().unwrap();
        }
    }
}

/// Returns the CPU that a process has used. Source: proc(5), `utime` and `stime`.
fn cpu(pid: u32) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap();
    let after_name = stat.rsplit(") ").next().unwrap();
    let ticks: u64 =
        after_name.split(' ').skip(11).take(2).map(|n| n.parse::<u64>().unwrap()).sum();
    Duration::from_millis(ticks * 10)
}

/// Returns the memory that a process holds. Source: proc(5), `VmRSS`.
pub fn memory_kib(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
