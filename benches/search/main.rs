//! How long searches among 100,000 offers take: `cargo bench --bench search`.
//!
//! Fills a database with made-up offers whose words are as unevenly common as a
//! language's, starts the release binary on it and asks one thing after another over one
//! connection. `ANTESALA_BIN` names another binary than the one that is built. Times are those of a client on the same machine, the answer read and all.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::as_conversions,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a bench measures real time, prints, and fails by panicking"
)]

mod offers;

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const OFFERS: usize = 100_000;
const CALLS: usize = 300;

/// What is asked, and in how many ways; `{N}` is the Nth most common word. How many offers
/// have it: 0 all, 10 three quarters, 180 a tenth, 3000 one in 150.
const KINDS: &[(&str, &[&str])] = &[
    ("search: words that few have", &["q={3000}", "q={4000}%20{20}", "q={5000}&mode=remote"]),
    ("search: words that a tenth has", &["q={180}", "q={190}&category=physics"]),
    (
        "search: words that nearly all have",
        &["q={0}", "q={1}%20{2}", "q={10}&state=Soria&mode=remote"],
    ),
    ("search: beginnings", &["q=co", "q=mar", "q=biolo", "q=investigador%20tra"]),
    (
        "search: words, filters, orders",
        &["q={30}%20{40}&country=ES&salaryMin=40000", "q=biologia&mode=hybrid&sort=salary"],
    ),
    (
        "listing: newest",
        &["", "category=biology", "category=geology&state=Soria&mode=remote&experienceLevel=R4"],
    ),
    ("listing: by salary", &["sort=salary", "sort=salary&category=biology&salaryMin=30000"]),
    ("facets: all", &["facets"]),
    (
        "facets: filtered",
        &["facets?category=biology", "facets?state=Madrid&mode=remote&salaryMin=30000"],
    ),
    ("facets: with words", &["facets?q={180}", "facets?q={30}%20{40}&country=ES"]),
];

struct Server(Child, u16);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    drop(start(folder.path()));
    let filled = Instant::now();
    offers::fill(&folder.path().join("antesala.db"), OFFERS);
    println!("{OFFERS} offers written in {:.1} s", filled.elapsed().as_secs_f64());
    let server = start(folder.path());
    let agent = ureq::Agent::new_with_defaults();
    let began = Instant::now();
    ask(&agent, server.1, "/api/jobs");
    println!("first search, which reads the catalogue: {:.0} ms", ms(began.elapsed()));
    println!("memory of its own, mapped files aside: {} MiB", own_kib(server.0.id()) / 1024);
    println!("{:<38} {:>9} {:>9} {:>12}", "", "p50", "p99", "CPU a call");
    for (name, queries) in KINDS {
        let mut times = Vec::with_capacity(CALLS);
        let spent = cpu_ms(server.0.id());
        for call in 0..CALLS {
            let query = spelled(queries[call % queries.len()]);
            let path = match query.strip_prefix("facets") {
                Some(rest) => format!("/api/jobs/facets{rest}"),
                None => format!("/api/jobs?{query}"),
            };
            let began = Instant::now();
            ask(&agent, server.1, &path);
            times.push(began.elapsed());
        }
        times.sort_unstable();
        let at = |share: f64| ms(times[((CALLS - 1) as f64 * share) as usize]);
        let spent = (cpu_ms(server.0.id()) - spent) / CALLS as f64;
        println!("{name:<38} {:>6.2} ms {:>6.2} ms {spent:>9.2} ms", at(0.5), at(0.99));
    }
}

/// Puts words where a query names their rank.
fn spelled(query: &str) -> String {
    let mut parts = query.split(['{', '}']);
    let mut text = parts.next().unwrap().to_owned();
    while let (Some(rank), Some(rest)) = (parts.next(), parts.next()) {
        text.push_str(&offers::word(rank.parse().unwrap()));
        text.push_str(rest);
    }
    text
}

/// Returns what a process has had of the processors so far: on a busy machine, times
/// tell of the neighbours and this of the work.
fn cpu_ms(id: u32) -> f64 {
    let stat = std::fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks = |index: usize| fields[index].parse::<f64>().unwrap();
    // Hundredths of a second, user and system. Source: proc(5).
    (ticks(11) + ticks(12)) * 10.0
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

fn ask(agent: &ureq::Agent, port: u16, path: &str) {
    let mut answer = agent.get(format!("http://127.0.0.1:{port}{path}")).call().unwrap();
    let bytes = answer.body_mut().read_to_vec().unwrap();
    assert!(!bytes.is_empty());
}

fn start(folder: &Path) -> Server {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let built = env!("CARGO_BIN_EXE_antesala").to_owned();
    let mut command = Command::new(std::env::var("ANTESALA_BIN").unwrap_or(built));
    command.arg("serve").env_clear().envs([
        ("ANTESALA_SERVER__LISTEN", format!("127.0.0.1:{port}")),
        ("ANTESALA_SERVER__DATA_DIR", folder.display().to_string()),
        ("ANTESALA_LOG__LEVEL", String::from("warn")),
        ("ANTESALA_RATE_LIMIT__ENABLED", String::from("false")),
    ]);
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let server = Server(child, port);
    while ureq::get(format!("http://127.0.0.1:{port}/healthz")).call().is_err() {
        std::thread::yield_now();
    }
    server
}

fn own_kib(id: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("RssAnon:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
