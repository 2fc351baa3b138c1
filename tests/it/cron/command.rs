//! The command line's door, and the plug that is pulled in the middle of a task.

use std::fs;

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::support::Server;
use crate::support::bucket::BucketServer;
use crate::support::process::Place;
use crate::support::server::wait_for;

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn tasks_are_listed_run_and_remembered_beside_a_server() {
    let place = Place::on_file();
    let server = place.serve();
    let said = place.ok(&["cron", "run", "clean_sessions"]);
    assert!(said.starts_with("clean_sessions: ok in "), "{said}");
    let listed = json_of(&place.ok(&["cron", "list", "--json"]));
    let names: Vec<&str> =
        listed.as_array().unwrap().iter().map(|line| line["task"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        ["clean_sessions", "mail_outbox", "backup", "optimize", "expire_jobs", "waitlist_digest"]
    );
    let cleaned = &listed[0];
    assert_eq!(cleaned["schedule"], "0 * * * * Europe/Madrid");
    assert_eq!(cleaned["enabled"], true);
    assert!(cleaned["nextRunAt"].as_str().unwrap().ends_with(":00:00.000Z"), "{cleaned}");
    assert_eq!(cleaned["lastRun"]["status"], "ok");
    assert_eq!(listed[3]["lastRun"], Value::Null);
    let history = json_of(&place.ok(&["cron", "history", "--task", "clean_sessions", "--json"]));
    let run = &history[0];
    assert_eq!((&run["task"], &run["trigger"]), (&json!("clean_sessions"), &json!("cli")));
    assert_eq!(run["detail"]["sessions"], 0);
    assert!(run["durationMs"].is_i64() && run["id"].as_str().unwrap().starts_with("run_"));
    assert!(place.ok(&["cron", "history"]).contains("clean_sessions"));
    let said = place.fails(&["cron", "run", "nada"], 2);
    assert!(said.contains("there is no task nada") && said.contains("optimize"), "{said}");
    drop(server);
}

#[test]
fn failed_task_is_an_exit_code_and_its_reason_stands_in_the_history() {
    let mut place = Place::on_file();
    place.write("file", "");
    place.set("ANTESALA_BACKUP__DIR", "../file/backups");
    let said = place.fails(&["cron", "run", "backup"], 1);
    assert!(said.contains("backup: failed in"), "{said}");
    let history = json_of(&place.ok(&["cron", "history", "--json"]));
    assert_eq!(history[0]["status"], "failed");
    let error = history[0]["detail"]["error"].as_str().unwrap();
    assert!(error.contains("cannot create"), "{error}");
}

#[test]
fn kill_9_in_the_middle_of_a_task_is_seen_and_made_up_for() {
    let bucket = BucketServer::start();
    let mut place = Place::on_file();
    for (name, value) in bucket.settings() {
        place.set(name, &value);
    }
    let server = place.serve();
    let secret = fs::read_to_string(place.path("data/cron.secret")).unwrap();
    bucket.shut();
    let base = server.base();
    let caller = std::thread::spawn(move || {
        let agent = ureq::Agent::new_with_defaults();
        let url = format!("{base}/api/cron?task=backup");
        agent.post(&url).header("x-cron-secret", secret.trim()).send_empty().is_err()
    });
    wait_for("the upload", || (!bucket.asked().is_empty()).then_some(()));
    server.signal(Signal::KILL);
    assert!(caller.join().unwrap(), "the connection broke");
    drop(server);
    bucket.open();
    // The lease of the dead lives on for a while: nobody else runs the task.
    let said = place.fails(&["cron", "run", "backup"], 1);
    assert!(said.contains("runs already"), "{said}");
    let run = json_of(&place.ok(&["cron", "history", "--task", "backup", "--json"]))[0].clone();
    assert_eq!(run["status"], "running");
    // Later than any lease of today.
    let folder = tempfile::tempdir().unwrap();
    for file in ["antesala.db", "antesala.db-wal", "auth.secret", "cron.secret"] {
        let _ = fs::copy(place.path("data").join(file), folder.path().join(file));
    }
    let settings = bucket.settings();
    let settings = settings.iter().map(|(name, value)| (*name, value.as_str()));
    let settings: Vec<(&str, &str)> =
        settings.chain([("ANTESALA_CRON__BACKUP__ENABLED", "true")]).collect();
    let again = Server::on_file(folder, &settings);
    let lost = format!("SELECT status FROM task_run WHERE id = {}", run["id"]).replace('"', "'");
    wait_for("the burial", || (again.text(&lost) == "interrupted").then_some(()));
    // Meanwhile it was due: the task has run again by itself, and runs when it is asked.
    let made_up = "SELECT count(*) FROM task_run WHERE task = 'backup' AND status = 'ok'";
    wait_for("the backup", || (again.number(made_up) == 1).then_some(()));
    again.clock.advance_s(1);
    // The row is there a moment before the task is free again.
    wait_for("a run by hand", || {
        let ran = again.machine().post("/api/cron", json!({"task": "backup"})).expect(200).json();
        let status = ran["ran"][0]["status"].clone();
        assert!(status == "ok" || status == "skipped", "{ran}");
        (status == "ok").then_some(())
    });
    let left = fs::read_dir(again.folder()).unwrap().flatten();
    let names = left.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let scratch: Vec<String> = names.filter(|name| name.starts_with(".backup")).collect();
    assert_eq!(scratch, <[String; 0]>::default(), "what the dead left is gone");
}
