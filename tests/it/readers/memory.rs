//! The memory of the executable under readers who take nothing or little.

use std::io::Write as _;
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use super::{CV, CV_BYTES};
use crate::support::Client;
use crate::support::frames::Frames;
use crate::support::multipart::{bring, pdf};
use crate::support::process::{Place, Running};
use crate::support::raw::connect;
use crate::support::server::{PASSWORD, SITE};

const MIB: u64 = 1024;

/// What the process may grow by.
const GROWTH_KIB_MAX: u64 = 64 * MIB;

/// A site with the largest feed that there can be.
fn site() -> (Place, Running) {
    let mut place = Place::on_file();
    place.set("ANTESALA_RATE_LIMIT__ENABLED", "false");
    place.set("ANTESALA_SERVER__ANSWER_GRACE_S", "3");
    place.set("ANTESALA_LOG__LEVEL", "warn");
    place.ok(&["migrate", "up"]);
    place.database().execute(
        "INSERT INTO organization (id, slug, name, created_at, updated_at)
        VALUES ('org_duero', 'duero', 'Duero', 1, 1)",
    );
    place.database().execute(
        "INSERT INTO job (id, slug, organization_id, title, description, category,
            employment_type, is_salary_negotiable, mode, benefits, required_skills, questions,
            status, published_at, created_at, updated_at)
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50)
        SELECT 'job_' || i, 'uno-' || i, 'org_duero', 'Bióloga ' || i,
            replace(hex(randomblob(9990)), 'A', ' a '), 'biology', 'full_time', 0, 'on_site', '[]',
            '[]', '[]', 'publicada', i, i, i FROM n",
    );
    let running = place.serve();
    (place, running)
}

fn signed_up(running: &Running) -> String {
    let mut ana = Client::new(&running.base(), SITE);
    let body = json!({"name": "Ana", "email": "ana@ejemplo.es", "password": PASSWORD});
    ana.post("/api/auth/sign-up/email", body).expect(200);
    bring(&mut ana, CV, "cv.pdf", &pdf(CV_BYTES)).expect(201);
    let name = "better-auth.session_token";
    format!("{name}={}", ana.cookie(name).unwrap())
}

fn untaken(running: &Running) -> u64 {
    Client::new(&running.base(), SITE).metric("antesala_untaken_bytes")
}

/// Closes every window and asks for as much as it can.
fn greedy(running: &Running, path: &str, cookie: &str, streams: u32) -> Frames {
    let mut frames = Frames::open(running.address, 0);
    frames.wait(Duration::from_mins(1));
    for number in 0..streams {
        frames.get(2 * number + 1, path, &[("cookie", cookie)]);
    }
    frames
}

/// Asks by HTTP/1 and takes what the kernel takes.
fn lazy(running: &Running, cookie: &str) -> TcpStream {
    let mut stream = connect(running.address);
    let request = format!("GET {CV} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    stream
}

#[test]
fn readers_who_take_nothing_pin_little_and_are_gone_soon() {
    let (_place, running) = site();
    let cookie = signed_up(&running);
    // What a first answer of each kind leaves behind is not theirs.
    for path in ["/feed/empleos.json", "/feed/empleos.rss", "/login"] {
        Client::new(&running.base(), SITE).get(path).expect(200);
    }
    let before = running.memory_kib();
    let mut connections: Vec<Frames> =
        (0..3).map(|_| greedy(&running, "/feed/empleos.json", "", 100)).collect();
    connections.push(greedy(&running, CV, &cookie, 80));
    let _lazy: Vec<TcpStream> = (0..40).map(|_| lazy(&running, &cookie)).collect();
    let begun = Instant::now();
    let mut most = 0;
    loop {
        most = most.max(running.memory_kib());
        let left = untaken(&running);
        if begun.elapsed() > Duration::from_secs(2) && left == 0 {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(40), "{left} bytes are still untaken");
        thread::sleep(Duration::from_millis(50));
    }
    let growth = most.saturating_sub(before);
    assert!(growth < GROWTH_KIB_MAX, "grew by {growth} KiB");
    drop(connections);
}
