//! `/api/cron`: who may ask, what is answered, and what goes on without the caller.

use std::thread;

use serde_json::{Value, json};

use crate::support::bucket::BucketServer;
use crate::support::database::cron_secret;
use crate::support::server::wait_for;
use crate::support::{Client, Server};

fn secret(server: &Server) -> String {
    cron_secret(server.folder())
}

fn with_bucket(bucket: &BucketServer) -> Server {
    let settings = bucket.settings();
    let settings: Vec<(&str, &str)> =
        settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Server::on_file(tempfile::tempdir().unwrap(), &settings)
}

#[test]
fn missing_wrong_and_url_borne_tokens_are_refused() {
    let server = Server::with(&[("ANTESALA_RATE_LIMIT__ENABLED", "false")]);
    let secret = secret(&server);
    let ask = |header: Option<(&str, &str)>, path: &str| {
        let mut visitor = server.visitor();
        if let Some((name, value)) = header {
            visitor.set(name, value);
        }
        visitor.send("POST", path, None)
    };
    ask(None, "/api/cron").refused(401, "CRON_TOKEN_INVALID");
    let bearer = format!("Bearer {secret}");
    for wrong in
        ["Bearer ", "Bearer x", &bearer[..bearer.len() - 1], &format!("{bearer}x"), &secret]
    {
        let header = Some(("authorization", wrong));
        ask(header, "/api/cron").refused(401, "CRON_TOKEN_INVALID");
    }
    for path in [
        format!("/api/cron?token={secret}"),
        format!("/api/cron?task=optimize&secret={secret}"),
        format!("/api/cron?otra={secret}"),
    ] {
        ask(None, &path).refused(401, "CRON_TOKEN_INVALID");
        // A right header does not make an address safe that stands in logs.
        ask(Some(("authorization", &bearer)), &path).refused(401, "CRON_TOKEN_INVALID");
    }
    assert_eq!(server.number("SELECT count(*) FROM task_run WHERE door = 'http'"), 0);
    ask(Some(("authorization", &bearer)), "/api/cron?task=optimize").expect(200);
    ask(Some(("x-cron-secret", &secret)), "/api/cron?task=optimize").expect(200);
}

#[test]
fn guesses_are_limited_and_the_right_token_is_not() {
    let server = Server::start();
    let mut guesser = server.visitor();
    guesser.set("x-cron-secret", "una-suposición");
    for _ in 0..10 {
        guesser.send("POST", "/api/cron", None).expect(401);
    }
    let reply = guesser.send("POST", "/api/cron", None).refused(429, "TOO_MANY_REQUESTS");
    assert_eq!(reply.header("retry-after"), Some("60"));
    guesser.set("x-cron-secret", &secret(&server));
    for _ in 0..30 {
        guesser.get("/api/cron?task=mail_outbox").expect(200);
    }
    server.clock.advance_s(60);
    guesser.set("x-cron-secret", "otra");
    guesser.send("POST", "/api/cron", None).expect(401);
}

#[test]
fn run_by_name_says_what_it_did_and_is_remembered() {
    let server = Server::start();
    server.person("ana@ejemplo.es");
    server.clock.advance_s(8 * 86_400);
    let mut machine = server.machine();
    let answer = machine.post("/api/cron", json!({"task": "clean_sessions"})).expect(200).json();
    assert_eq!(answer["success"], true);
    let ran = &answer["ran"][0];
    assert_eq!((&ran["task"], &ran["status"]), (&json!("clean_sessions"), &json!("ok")));
    assert_eq!(ran["detail"]["sessions"], 1, "{ran}");
    assert_eq!(ran["startedAt"], "2027-01-23T10:00:00.000Z");
    assert_eq!(ran["durationMs"], 0);
    assert_eq!(server.count("session"), 0);
    let id = ran["id"].as_str().unwrap();
    let again = machine.get(&format!("/api/cron/runs/{id}")).expect(200).json();
    assert_eq!(&again, ran);
    machine.get("/api/cron/runs/run_nada").refused(404, "RUN_NOT_FOUND");
    server.visitor().get(&format!("/api/cron/runs/{id}")).refused(401, "CRON_TOKEN_INVALID");
    let unknown =
        machine.post("/api/cron", json!({"task": "nada"})).refused(400, "VALIDATION_ERROR");
    assert_eq!(unknown.json()["details"][0]["field"], "task");
    machine.get("/api/cron?task=nada").refused(400, "VALIDATION_ERROR");
}

#[test]
fn head_runs_nothing() {
    let server = Server::start();
    server.machine().send("HEAD", "/api/cron?task=optimize", None).expect(200);
    assert_eq!(server.number("SELECT count(*) FROM task_run WHERE door = 'http'"), 0);
}

#[test]
fn without_a_name_whatever_is_due_runs_and_only_once() {
    let server = Server::with(&[
        ("ANTESALA_CRON__CLEAN_SESSIONS__ENABLED", "true"),
        ("ANTESALA_CRON__MAIL_OUTBOX__ENABLED", "true"),
    ]);
    let mut machine = server.machine();
    let quiet = machine.post("/api/cron", json!({})).expect(200).json();
    assert_eq!(quiet, json!({"success": true, "ran": []}));
    // Its own clock may be faster; one of the two runs each task.
    server.clock.advance_s(3600);
    let answer = machine.send("POST", "/api/cron", None).expect(200).json();
    wait_for("both tasks", || {
        let ended = "SELECT count(*) FROM task_run WHERE status = 'ok'
            AND task IN ('clean_sessions', 'mail_outbox')";
        (server.number(ended) == 2).then_some(())
    });
    assert!(answer["ran"].as_array().unwrap().len() <= 2, "{answer}");
    let again = machine.send("POST", "/api/cron", None).expect(200).json();
    assert_eq!(again["ran"], json!([]), "nothing is due any more");
}

fn back_up(mut machine: Client) -> Value {
    machine.post("/api/cron", json!({"task": "backup"})).expect(200).json()["ran"][0].clone()
}

#[test]
fn parallel_requests_run_a_task_once() {
    let bucket = BucketServer::start();
    let server = with_bucket(&bucket);
    bucket.shut();
    let first = server.machine();
    let first = thread::spawn(move || back_up(first));
    wait_for("the upload", || (!bucket.asked().is_empty()).then_some(()));
    let second = back_up(server.machine());
    assert_eq!(second["status"], "skipped", "{second}");
    bucket.open();
    let first = first.join().unwrap();
    assert_eq!(first["status"], "ok", "{first}");
    assert_eq!(server.number("SELECT count(*) FROM task_run WHERE task = 'backup'"), 1);
}

#[test]
fn run_longer_than_fifty_seconds_goes_on_without_its_caller() {
    let bucket = BucketServer::start();
    let server = with_bucket(&bucket);
    bucket.shut();
    let mut asking = server.machine();
    let caller = thread::spawn(move || asking.post("/api/cron", json!({"task": "backup"})));
    wait_for("the upload", || (!bucket.asked().is_empty()).then_some(()));
    server.clock.advance_s(49);
    assert!(!caller.is_finished());
    server.clock.advance_s(1);
    let reply = caller.join().unwrap().expect(202);
    let answer = reply.json();
    let ran = &answer["ran"][0];
    assert_eq!((&answer["success"], &ran["status"]), (&json!(true), &json!("running")));
    let path = format!("/api/cron/runs/{}", ran["id"].as_str().unwrap());
    assert_eq!(reply.header("location"), Some(path.as_str()));
    let mut machine = server.machine();
    assert_eq!(machine.get(&path).expect(200).json()["status"], "running");
    bucket.open();
    let ended = wait_for("the end", || {
        let run = machine.get(&path).expect(200).json();
        (run["status"] != "running").then_some(run)
    });
    assert_eq!(ended["status"], "ok", "{ended}");
    assert_eq!(ended["durationMs"], 50_000);
    assert_eq!(bucket.objects().len(), 1);
}

#[test]
fn caller_who_hangs_up_ends_nothing() {
    use std::io::Write as _;
    let bucket = BucketServer::start();
    let server = with_bucket(&bucket);
    bucket.shut();
    let mut socket = crate::support::raw::connect(server.address());
    let head = format!(
        "POST /api/cron?task=backup HTTP/1.1\r\nHost: localhost\r\nX-Cron-Secret: {}\r\n\r\n",
        secret(&server)
    );
    socket.write_all(head.as_bytes()).unwrap();
    wait_for("the upload", || (!bucket.asked().is_empty()).then_some(()));
    drop(socket);
    bucket.open();
    wait_for("the end", || {
        let ok = "SELECT count(*) FROM task_run WHERE task = 'backup' AND status = 'ok'";
        (server.number(ok) == 1).then_some(())
    });
}

#[test]
fn backup_is_seen_by_probe_and_metrics() {
    let server = Server::on_file(tempfile::tempdir().unwrap(), &[]);
    let ready = server.visitor().get("/readyz").expect(200).json();
    assert_eq!(ready["checks"]["backup"], "none");
    assert_eq!(ready["checks"]["cron"], "ok");
    assert_eq!(ready["backup"], json!({"ageS": null, "verified": false}));
    let metrics = || server.local().get("/metrics").expect(200).text;
    assert!(metrics().contains("antesala_backup_verified 0.0"));
    assert!(!metrics().contains("antesala_backup_age_seconds "));
    let ran = back_up(server.machine());
    assert_eq!(ran["detail"]["verified"], true, "{ran}");
    server.clock.advance_s(90);
    let ready = server.visitor().get("/readyz").expect(200).json();
    assert_eq!(ready["checks"]["backup"], "ok");
    assert_eq!(ready["backup"], json!({"ageS": 90, "verified": true}));
    let text = metrics();
    for line in [
        "antesala_backup_age_seconds 90.0",
        "antesala_backup_verified 1.0",
        "antesala_task_runs_total{task=\"backup\",status=\"ok\"} 1",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} in\n{text}");
    }
}
