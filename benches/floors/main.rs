//! What antesala costs beside the least honest work: `cargo bench`.
//!
//! Starts the release binary and a floor (raw hyper over one SQLite statement, no
//! checks) as processes of their own, loads them in turns from 64 connections and
//! prints requests a second, median and p99 latency, and CPU a request. On a
//! shared machine only the last, and ratios within one run, mean anything.

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

mod floor;
mod load;

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use load::{Figures, Work};

const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(2);
const CONNECTIONS: usize = 64;

/// More would only lengthen the queue.
const CONNECTIONS_OF_CARDS: usize = 8;

/// A server in a process of its own; killed with its owner.
struct Server {
    name: &'static str,
    child: Child,
    port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, role, port, folder] = arguments.as_slice()
        && role == "floor"
    {
        return floor::serve(port.parse().unwrap(), Path::new(folder));
    }
    let folder = tempfile::tempdir().unwrap();
    let servers = [start_floor(folder.path()), start_antesala(folder.path())];
    start_time(folder.path());
    println!("memory when idle: {} KiB", load::memory_kib(servers[1].child.id()));
    for work in [Work::Session, Work::Waitlist, Work::KeptCard] {
        compare(&servers, work);
    }
    new_cards(&servers[1]);
}

fn compare(servers: &[Server; 2], work: Work) {
    let mut figures: [Vec<Figures>; 2] = [Vec::new(), Vec::new()];
    for round in 0..ROUNDS {
        // Each goes first in every other round: neighbours' noise hits both.
        for turn in 0..2 {
            let index = (round + turn) % 2;
            let server = &servers[index];
            let measured = load::run(work, server.port, server.child.id(), (CONNECTIONS, ROUND));
            figures[index].push(measured);
        }
    }
    println!("\n{work:?}, {CONNECTIONS} connections, {ROUNDS} × {} s, medians", ROUND.as_secs());
    let medians = figures.map(Figures::median);
    for (server, median) in servers.iter().zip(&medians) {
        println!("{:<9} {median}", server.name);
    }
    let [floor, ours] = medians;
    println!(
        "CPU {:.2} × the floor's, rate {:.2} ×",
        ours.cpu_us / floor.cpu_us,
        ours.rate / floor.rate
    );
}

/// Measures what a card costs that nobody has asked for before.
fn new_cards(server: &Server) {
    let rounds = (0..ROUNDS).map(|_| {
        load::run(Work::NewCard, server.port, server.child.id(), (CONNECTIONS_OF_CARDS, ROUND))
    });
    let median = Figures::median(rounds.collect());
    println!("\nNewCard, {CONNECTIONS_OF_CARDS} connections\n{:<9} {median}", server.name);
    println!("memory after it: {} KiB", load::memory_kib(server.child.id()));
}

fn start_floor(folder: &Path) -> Server {
    let port = free_port();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["floor", &port.to_string()]).arg(folder);
    launch("floor", command, port)
}

fn start_antesala(folder: &Path) -> Server {
    let port = free_port();
    launch("antesala", antesala(port, &folder.join("data")), port)
}

fn antesala(port: u16, data: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_antesala"));
    command.arg("serve").env_clear().envs([
        ("ANTESALA_SERVER__LISTEN", format!("127.0.0.1:{port}")),
        ("ANTESALA_SERVER__DATA_DIR", data.display().to_string()),
        ("ANTESALA_LOG__LEVEL", String::from("warn")),
        ("ANTESALA_RATE_LIMIT__ENABLED", String::from("false")),
    ]);
    command
}

fn launch(name: &'static str, mut command: Command, port: u16) -> Server {
    let child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let server = Server { name, child, port };
    while load::get(port, "/healthz").is_none() {
        std::thread::yield_now();
    }
    server
}

/// Prints the time from the start of the process to its first answer.
fn start_time(folder: &Path) {
    let mut times: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let port = free_port();
            let started = Instant::now();
            drop(launch("antesala", antesala(port, &folder.join("again")), port));
            started.elapsed()
        })
        .collect();
    times.sort_unstable();
    println!("start to first answer: {:.1} ms", times[ROUNDS / 2].as_secs_f64() * 1000.0);
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
