//! How long the server takes for each page on the demo's data: `cargo bench --bench pages`.
//!
//! Fills a database with `seed --demo`, starts the release binary on it and walks about
//! as a stranger, a professional, an organisation and an administrator. What is measured
//! comes from the endpoint tables; what stands for `{id}` in a path, and which filters
//! there are, comes from the links of the pages themselves, so that a new page is measured
//! as soon as it is linked. Times are those of a client on the same machine, compression
//! and reading included; of several rounds the one counts that neighbours disturbed least.
//! `ANTESALA_BIN` names another binary than the one that is built.

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
    clippy::struct_field_names,
    reason = "a bench measures real time, prints, and fails by panicking"
)]

mod client;
mod site;
mod walk;

use std::time::{Duration, Instant};

use client::Client;
use site::Site;
use walk::Page;

const ROUNDS: usize = 5;
const CALLS: usize = 100;

/// The promise for the slowest of a hundred answers.
const PROMISE_MS: f64 = 10.0;

/// What a page took.
struct Figures {
    p50_ms: f64,
    p99_ms: f64,
    cpu_ms: f64,
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let mut site = Site::start(folder.path());
    let pages = walk::every_page(&mut site);
    println!("{:<12} {:<64} {:>9} {:>9} {:>9}", "as", "page", "p50 ms", "p99 ms", "CPU ms");
    let mut slowest = (0.0, String::new());
    let mut over = 0;
    for page in &pages {
        let figures = measured(&mut site, page);
        let Figures { p50_ms, p99_ms, cpu_ms } = figures;
        let mark = if p99_ms > PROMISE_MS { "  OVER" } else { "" };
        over += usize::from(p99_ms > PROMISE_MS);
        let shown: String = page.address.chars().take(64).collect();
        let (role, status) = (page.role.name(), page.status);
        let status = if status == 200 { String::new() } else { format!("  {status}") };
        println!("{role:<12} {shown:<64} {p50_ms:>9.2} {p99_ms:>9.2} {cpu_ms:>9.2}{mark}{status}");
        if p99_ms > slowest.0 {
            slowest = (p99_ms, format!("{} {}", page.role.name(), page.address));
        }
    }
    println!("{} pages; the slowest: {:.2} ms, {}", pages.len(), slowest.0, slowest.1);
    println!("{over} over the promise of {PROMISE_MS} ms");
}

/// Measures in rounds; the one with the lowest p99 counts.
fn measured(site: &mut Site, page: &Page) -> Figures {
    let pid = site.pid();
    let client = site.client(page.role);
    let rounds = (0..ROUNDS).map(|_| round(client, pid, &page.address));
    rounds.min_by(|a, b| a.p99_ms.total_cmp(&b.p99_ms)).unwrap()
}

fn round(client: &mut Client, pid: u32, address: &str) -> Figures {
    let spent = client::cpu_ms(pid);
    let mut times: Vec<Duration> = (0..CALLS)
        .map(|_| {
            let asked = Instant::now();
            client.ask(address);
            asked.elapsed()
        })
        .collect();
    times.sort_unstable();
    let at = |share: f64| times[((CALLS - 1) as f64 * share) as usize].as_secs_f64() * 1000.0;
    let cpu_ms = (client::cpu_ms(pid) - spent) / CALLS as f64;
    Figures { p50_ms: at(0.5), p99_ms: at(0.99), cpu_ms }
}
