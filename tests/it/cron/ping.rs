//! The dead man's switch: told of start, success and failure, and never waited for.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;

use serde_json::json;

use crate::support::Server;
use crate::support::server::wait_for;

/// Remembers paths and bodies, and answers whatever comes.
#[derive(Clone, Default)]
struct Switch(Arc<Mutex<Vec<(String, String)>>>);

impl Switch {
    fn start() -> (Self, String) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let switch = Self::default();
        let serving = switch.clone();
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let serving = serving.clone();
                thread::spawn(move || serving.serve(stream));
            }
        });
        (switch, base)
    }

    fn serve(&self, mut stream: std::net::TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        loop {
            let mut first = String::new();
            if reader.read_line(&mut first).unwrap_or(0) == 0 {
                return;
            }
            let mut length = 0;
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                let Some((name, value)) = line.trim_end().split_once(": ") else { break };
                if name.eq_ignore_ascii_case("content-length") {
                    length = value.parse().unwrap();
                }
            }
            let mut body = vec![0; length];
            reader.read_exact(&mut body).unwrap();
            let path = first.split(' ').nth(1).unwrap().to_owned();
            self.0.lock().unwrap().push((path, String::from_utf8(body).unwrap()));
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").unwrap();
        }
    }

    fn told(&self, count: usize) -> Vec<(String, String)> {
        wait_for("pings", || {
            let told = self.0.lock().unwrap().clone();
            (told.len() >= count).then_some(told)
        })
    }
}

#[test]
fn switch_is_told_of_start_success_and_failure() {
    let (switch, base) = Switch::start();
    let url = format!("{base}/clave/{{task}}");
    let server = Server::with(&[
        ("ANTESALA_CRON__PING_URL", &url),
        ("ANTESALA_CRON__OPTIMIZE__DEADLINE_S", "3600"),
    ]);
    let mut machine = server.machine();
    machine.post("/api/cron", json!({"task": "optimize"})).expect(200);
    let told = switch.told(2);
    let (start, start_rid) = told[0].0.split_once("?rid=").unwrap();
    let (end, end_rid) = told[1].0.split_once("?rid=").unwrap();
    assert_eq!((start, told[0].1.as_str()), ("/clave/optimize/start", "running"));
    assert_eq!((end, told[1].1.as_str()), ("/clave/optimize", "ok"));
    assert_eq!((start_rid, start_rid.len()), (end_rid, 36), "one id a run");
}

#[test]
fn failure_is_told_and_a_switch_out_of_reach_changes_nothing() {
    let (switch, base) = Switch::start();
    let folder = tempfile::tempdir().unwrap();
    let clock = super::instance::clock_at("2027-01-15T10:00:00Z");
    let tasks = super::instance::table("0 0 1 1 *", super::instance::panic);
    let quiet = super::instance::table("0 0 1 1 *", super::instance::nothing);
    super::instance::block_on(async {
        let env = [("ANTESALA_CRON__PING_URL", base.as_str())];
        let told = super::instance::Instance::open(folder.path(), &clock, &env, tasks).await;
        super::lease::run_once(&told, tasks).await;
        let told_paths = switch.told(2);
        assert!(told_paths[0].0.starts_with("/start?rid="), "{told_paths:?}");
        assert!(told_paths[1].0.starts_with("/fail?rid="), "{told_paths:?}");
        told.end().await;
        let env = [("ANTESALA_CRON__PING_URL", "http://127.0.0.1:1/nadie")];
        let alone = super::instance::Instance::open(folder.path(), &clock, &env, quiet).await;
        let run = super::lease::run_once(&alone, quiet).await;
        assert_eq!(run.status, antesala::domain::task::RunStatus::Ok);
        alone.end().await;
    });
}
