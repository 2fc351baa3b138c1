//! `antesala secret …`, beside a running server and killed in the middle.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use antesala::base::crypto::SealKey;
use antesala::base::entropy::Entropy;
use rustix::process::Signal;
use serde_json::{Value, json};

use super::{NEW, OLD, OTHER};
use crate::support::Client;
use crate::support::database::is_postgres;
use crate::support::process::{Place, Running};
use crate::support::server::{PASSWORD, SITE, wait_for};

const SECRET: &str = "data/auth.secret";
const PREVIOUS: &str = "data/auth.secret.previous";

fn lines(place: &Place, file: &str) -> Vec<String> {
    let text = fs::read_to_string(place.path(file)).unwrap_or_default();
    text.lines().map(str::to_owned).collect()
}

fn rotated(place: &Place, flags: &[&str]) -> Value {
    let said = place.ok(&[&["secret", "rotate", "--json"], flags].concat());
    serde_json::from_str(&said).unwrap_or_else(|error| panic!("{error}: {said}"))
}

/// Starts the server and waits until it is on the list of those that run.
fn listed(place: &Place) -> Running {
    let server = place.serve();
    let address = server.address.to_string();
    wait_for("the instance", || place.ok(&["instances"]).contains(&address).then_some(()));
    server
}

fn ended(server: Running) {
    server.signal(Signal::TERM);
    assert_eq!(server.wait().code(), Some(0));
}

fn is_signed_in(browser: &Client, server: &Running) -> bool {
    let mut there = browser.at(&server.base());
    !there.get("/api/auth/get-session").expect(200).json().is_null()
}

#[test]
fn generated_secrets_are_long_and_never_the_same() {
    let place = Place::bare();
    let [one, other] = [(); 2].map(|()| place.ok(&["secret", "generate"]));
    assert!(one.trim().len() >= 43 && one != other, "{one}{other}");
    assert!(!place.path("data").exists());
}

#[test]
fn secrets_that_cannot_follow_are_refused_and_never_shown() {
    let check = |secret: &str, previous: &[&str]| {
        let place = Place::bare();
        let file = format!("[auth]\nsecret = {secret:?}\nprevious_secrets = {previous:?}\n");
        place.write("antesala.toml", &file);
        (
            place.run(&["config", "check"]),
            String::from_utf8(place.run(&["config", "print"]).stdout).unwrap(),
        )
    };
    let (fine, printed) = check(NEW, &[OLD, OTHER]);
    assert!(fine.status.success(), "{}", String::from_utf8_lossy(&fine.stderr));
    assert!(printed.contains("[********, ********]"), "{printed}");
    assert!([NEW, OLD, OTHER].iter().all(|secret| !printed.contains(secret)), "{printed}");
    let many = ["1", "2", "3", "4", "5"].map(|letter| format!("{letter}{OLD}"));
    let many = many.each_ref().map(String::as_str);
    for (previous, said) in [
        (&[NEW][..], "each secret once"),
        (&[OLD, OLD], "each secret once"),
        (&["corto"], "at least 32 random bytes"),
        (&many, "at most 4"),
    ] {
        let (refused, _) = check(NEW, previous);
        let errors = String::from_utf8(refused.stderr).unwrap();
        assert_eq!(refused.status.code(), Some(64), "{errors}");
        assert!(errors.contains("antesala.toml:3: auth.previous_secrets"), "{errors}");
        assert!(
            errors.contains(said) && !errors.contains(OLD) && !errors.contains(NEW),
            "{errors}"
        );
    }
}

#[test]
fn embedded_secret_is_followed_by_another_beside_a_running_server() {
    let place = Place::on_file();
    let server = listed(&place);
    let mut ana = Client::new(&server.base(), SITE);
    let body = json!({"name": "Ana", "email": "ana@ejemplo.es", "password": PASSWORD});
    ana.post("/api/auth/sign-up/email", body).expect(200);
    let old = lines(&place, SECRET);
    let said = place.fails(&["secret", "rotate"], 1);
    assert!(said.contains("restart it") && said.contains(&server.address.to_string()), "{said}");
    let new = lines(&place, SECRET);
    assert!(new != old && lines(&place, PREVIOUS) == old);
    for file in [SECRET, PREVIOUS] {
        let mode = fs::metadata(place.path(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    assert!(!said.contains(&old[0]) && !said.contains(&new[0]), "{said}");
    assert!(is_signed_in(&ana, &server), "the server goes on with the old one");
    place.fails(&["secret", "rotate"], 1);
    assert_eq!(lines(&place, SECRET), new, "no third one is drawn meanwhile");
    ended(server);
    let server = listed(&place);
    assert!(is_signed_in(&ana, &server));
    let report = rotated(&place, &[]);
    assert_eq!((&report["secret"], &report["previousSecrets"]), (&json!("unfinished"), &json!(1)));
    assert!(report["previousNeededUntil"]["sessions"].as_str().unwrap().ends_with('Z'));
    assert_eq!(lines(&place, SECRET), new);
    let again = place.fails(&["secret", "rotate"], 1);
    assert!(again.contains("holds a new secret"), "the next rotation is another: {again}");
    let both = [new, old].concat();
    assert_eq!(lines(&place, PREVIOUS), both, "the youngest first");
}

#[test]
fn rotation_that_was_killed_before_its_secret_was_written_begins_again() {
    let place = Place::on_file();
    ended(place.serve());
    let old = lines(&place, SECRET);
    let report = rotated(&place, &["--dry-run"]);
    assert_eq!((&report["secret"], &report["dryRun"]), (&json!("drawn"), &json!(true)));
    assert_eq!((lines(&place, SECRET), lines(&place, PREVIOUS)), (old.clone(), Vec::new()));
    // As a kill between the writes leaves it.
    place.write(PREVIOUS, &format!("{}\n", old[0]));
    place.write("data/auth.secret.draft", "half of a secr");
    for file in [PREVIOUS, "data/auth.secret.draft"] {
        fs::set_permissions(place.path(file), fs::Permissions::from_mode(0o600)).unwrap();
    }
    assert_eq!(rotated(&place, &[])["secret"], "drawn");
    assert!(lines(&place, SECRET) != old && lines(&place, PREVIOUS) == old);
    for _ in 0..3 {
        rotated(&place, &[]);
    }
    let said = place.fails(&["secret", "rotate"], 1);
    assert!(said.contains("auth.secret.previous") && said.contains("oldest"), "{said}");
}

/// Puts mails into the outbox whose tokens a secret has sealed.
fn seal(place: &Place, secret: &str, ids: std::ops::Range<u32>) {
    let key = SealKey::derive(secret.as_bytes(), "antesala outbox");
    let rows = ids.map(|n| {
        let id = format!("out_{n:06}");
        let sealed = key.seal("una-ficha", &id, &Entropy::System);
        let hex = sealed.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
        let blob = if is_postgres() { format!("'\\x{hex}'") } else { format!("x'{hex}'") };
        format!(
            "('{id}', 'reset-password', 0, 'a@ejemplo.es', 'es', '{{}}', {blob}, 'failed', 9, 0, 0)"
        )
    });
    let rows: Vec<String> = rows.collect();
    place.database().execute(&format!(
        "INSERT INTO outbox (id, kind, lane, recipient, locale, params, secret, state, attempts,
            next_attempt_at, created_at) VALUES {}",
        rows.join(", ")
    ));
}

fn outbox(report: &Value) -> [u64; 3] {
    let tables = report["tables"].as_array().unwrap();
    let line = tables.iter().find(|line| line["table"] == "outbox").unwrap();
    ["resealed", "current", "unreadable"].map(|name| line[name].as_u64().unwrap())
}

/// A place whose configuration sets the secrets, with a database and no server.
fn configured(secret: &str, previous: &str) -> Place {
    let mut place = Place::new();
    place.set("ANTESALA_AUTH__SECRET", secret);
    place.set("ANTESALA_AUTH__PREVIOUS_SECRETS", previous);
    place.ok(&["migrate", "up"]);
    place
}

#[test]
fn stored_values_are_sealed_anew_once_and_unreadable_ones_are_named() {
    let mut place = configured(NEW, OLD);
    seal(&place, OLD, 0..3);
    seal(&place, NEW, 3..5);
    seal(&place, OTHER, 5..6);
    assert_eq!(outbox(&rotated(&place, &["--dry-run"])), [3, 2, 1]);
    let report = rotated(&place, &[]);
    assert_eq!(outbox(&report), [3, 2, 1]);
    assert!(report.to_string().contains("out_000005"), "{report}");
    assert_eq!(outbox(&rotated(&place, &[])), [0, 5, 1]);
    // The earlier secret is not needed for them any more.
    place.set("ANTESALA_AUTH__PREVIOUS_SECRETS", "");
    assert_eq!(outbox(&rotated(&place, &[])), [0, 5, 1]);
    let said = place.ok(&["secret", "rotate"]);
    assert!(said.contains("outbox: 0 sealed anew, 5 under the current secret already"), "{said}");
    let audited = place.ok(&["audit", "list", "--act", "secret-rotated", "--json"]);
    assert!(audited.contains("\"resealed\": 3"), "{audited}");
}

#[test]
fn rotation_killed_in_the_middle_goes_on_where_it_was() {
    let place = configured(NEW, OLD);
    seal(&place, OLD, 0..4_000);
    let first = if is_postgres() {
        "SELECT encode(secret, 'hex') FROM outbox WHERE id = 'out_000000'"
    } else {
        "SELECT hex(secret) FROM outbox WHERE id = 'out_000000'"
    };
    let before = place.database().text(first);
    let mut walk = place.command(&["secret", "rotate"]).spawn().unwrap();
    wait_for("the first page", || (place.database().text(first) != before).then_some(()));
    walk.kill().unwrap();
    walk.wait().unwrap();
    let [resealed, current, unreadable] = outbox(&rotated(&place, &[]));
    assert_eq!((resealed + current, unreadable), (4_000, 0));
    assert!(current >= 200, "what was sealed anew stays so: {current}");
    assert_eq!(outbox(&rotated(&place, &[])), [0, 4_000, 0]);
}

#[test]
fn rotation_waits_until_every_server_signs_with_the_new_secret() {
    let mut place = configured(OLD, NEW);
    let server = listed(&place);
    seal(&place, OLD, 0..2);
    place.set("ANTESALA_AUTH__SECRET", NEW);
    place.set("ANTESALA_AUTH__PREVIOUS_SECRETS", OLD);
    let said = place.fails(&["secret", "rotate"], 1);
    assert!(said.contains("still signs with another secret"), "{said}");
    assert_eq!(outbox(&rotated(&place, &["--dry-run"])), [2, 0, 0], "nothing was written");
    ended(server);
    let server = listed(&place);
    assert_eq!(outbox(&rotated(&place, &[])), [2, 0, 0]);
    drop(server);
}
