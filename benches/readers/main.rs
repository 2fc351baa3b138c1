//! What readers who do not read cost everybody else: `cargo bench --bench readers`.
//!
//! Starts the release binary with its own settings (rate limits off, so that the readers
//! get as far as they can), and lets come at once: three HTTP/2 connections with closed
//! windows and a hundred streams each of the largest feed, a fourth with eighty of one's
//! own CV, and forty HTTP/1.1 connections that take a CV at 4 KB/s. Prints how the process
//! grew, when each kind was gone, and the latency of another client meanwhile.

#![allow(
    missing_docs,
    dead_code,
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
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    reason = "a bench measures real time, prints, and fails by panicking"
)]

#[path = "../../tests/it/support/frames.rs"]
mod frames;
#[path = "../../tests/it/support/raw.rs"]
mod raw;
mod site;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use frames::{Frames, RST_STREAM};
use site::Site;

const FEED: &str = "/feed/empleos.json";
const CV: &str = "/api/profile/cv";

/// Longest time that any reader may hold on.
const PATIENCE: Duration = Duration::from_secs(90);

/// The measured client before anybody else comes.
const QUIET: Duration = Duration::from_secs(10);

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::start(folder.path());
    for path in [FEED, "/login"] {
        site.get(path);
    }
    let calm = latencies(&site, Arc::default(), Some(QUIET)).join().unwrap();
    println!("another client, alone: {}", figures(calm));
    let before = site.memory_kib();
    let stop = Arc::new(AtomicBool::new(false));
    let other = latencies(&site, Arc::clone(&stop), None);
    let begun = Instant::now();
    let mut feeds: Vec<_> = (0..3).map(|_| closed(&site, FEED, 100)).collect();
    let cv = closed(&site, CV, 80);
    let slow: Vec<_> = (0..40).map(|_| slow(&site)).collect();
    let mut most = before;
    let mut untaken_most = 0;
    loop {
        most = most.max(site.memory_kib());
        let untaken = site.gauge("antesala_untaken_bytes ");
        untaken_most = untaken_most.max(untaken);
        let is_over = feeds.iter().chain([&cv]).all(JoinHandle::is_finished)
            && slow.iter().all(JoinHandle::is_finished);
        if (is_over && untaken == 0) || begun.elapsed() > PATIENCE {
            break;
        }
        thread::sleep(Duration::from_millis(50));
    }
    println!("all gone, nothing untaken: {:.1} s", begun.elapsed().as_secs_f64());
    stop.store(true, Ordering::Relaxed);
    println!("another client, meanwhile: {}", figures(other.join().unwrap()));
    let grown = (most - before) as f64 / 1024.0;
    println!("memory: {:.1} MiB, at most {grown:.1} more", before as f64 / 1024.0);
    println!("untaken at most: {:.1} MiB", untaken_most as f64 / 1_048_576.0);
    feeds.push(cv);
    let longest = |times: Vec<JoinHandle<Duration>>| {
        times.into_iter().map(|one| one.join().unwrap()).max().unwrap().as_secs_f64()
    };
    println!("closed windows gone after {:.1} s", longest(feeds));
    println!("4 KB/s gone after {:.1} s", longest(slow));
}

/// Asks again and again for a session; returns how long each answer took.
fn latencies(
    site: &Site,
    stop: Arc<AtomicBool>,
    time: Option<Duration>,
) -> JoinHandle<Vec<Duration>> {
    let (port, cookie) = (site.port, site.cookie.clone());
    thread::spawn(move || {
        let begun = Instant::now();
        let mut stream = raw::connect(("127.0.0.1", port));
        let request = format!(
            "GET /api/auth/get-session HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n"
        );
        let mut latencies = Vec::new();
        while !stop.load(Ordering::Relaxed) && time.is_none_or(|time| begun.elapsed() < time) {
            let asked = Instant::now();
            stream.write_all(request.as_bytes()).unwrap();
            let answer = raw::one_answer(&mut stream);
            latencies.push(asked.elapsed());
            assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
            // A browser, not a flood.
            thread::sleep(Duration::from_millis(2));
        }
        latencies
    })
}

fn figures(mut latencies: Vec<Duration>) -> String {
    latencies.sort_unstable();
    let at = |share: f64| {
        let place = (latencies.len() as f64 * share) as usize;
        latencies[place.min(latencies.len() - 1)].as_secs_f64() * 1000.0
    };
    format!("p50 {:.2} ms, p99 {:.2} ms of {} calls", at(0.5), at(0.99), latencies.len())
}

/// Asks on many streams and makes no room; returns when the last of them was reset.
fn closed(site: &Site, path: &'static str, streams: u32) -> JoinHandle<Duration> {
    let (port, cookie) = (site.port, site.cookie.clone());
    thread::spawn(move || {
        let begun = Instant::now();
        let mut frames = Frames::open(([127, 0, 0, 1], port).into(), 0);
        frames.wait(PATIENCE);
        for number in 0..streams {
            frames.get(2 * number + 1, path, &[("cookie", cookie.as_str())]);
        }
        let mut reset = 0;
        // Whoever is refused gets a short answer, which waits for room as well.
        while reset < streams {
            match frames.next() {
                Some(frame) if frame.kind == RST_STREAM => reset += 1,
                Some(_) => {}
                None => break,
            }
        }
        begun.elapsed()
    })
}

/// Takes 4 KB a second of a CV; returns when the server had enough of it.
fn slow(site: &Site) -> JoinHandle<Duration> {
    let (port, cookie) = (site.port, site.cookie.clone());
    thread::spawn(move || {
        let begun = Instant::now();
        let mut stream: TcpStream = raw::connect(("127.0.0.1", port));
        let request = format!("GET {CV} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n");
        stream.write_all(request.as_bytes()).unwrap();
        let mut bytes = [0; 400];
        loop {
            let is_over = stream.take_error().unwrap().is_some();
            if is_over || !stream.read(&mut bytes).is_ok_and(|read| read > 0) {
                return begun.elapsed();
            }
            thread::sleep(Duration::from_millis(100));
        }
    })
}
