//! `antesala audit list`, and what operators do, as it stands there.

use serde_json::{Value, json};

use crate::support::Client;
use crate::support::process::Place;
use crate::support::server::{PASSWORD, SITE};

/// A place where the operator made somebody, and a wrong password was tried on them.
fn place() -> (Place, String) {
    let place = Place::new();
    let server = place.serve();
    let made = place.with_input(
        &["user", "create", "ana@ejemplo.es", "--password-stdin"],
        &format!("{PASSWORD}\n"),
    );
    assert!(made.status.success(), "{made:?}");
    let mut visitor = Client::new(&server.base(), SITE);
    let wrong = json!({"email": "ana@ejemplo.es", "password": "no es esta frase"});
    visitor.post("/api/auth/sign-in/email", wrong).expect(401);
    let right = json!({"email": "ana@ejemplo.es", "password": PASSWORD});
    let user = visitor.post("/api/auth/sign-in/email", right).expect(200).json();
    let id = user["user"]["id"].as_str().unwrap().to_owned();
    place.ok(&["user", "set-role", "ana@ejemplo.es", "editor"]);
    drop(server);
    (place, id)
}

fn listed(place: &Place, flags: &[&str]) -> Vec<Value> {
    let all = place.ok(&[&["audit", "list", "--json"], flags].concat());
    serde_json::from_str::<Value>(&all).unwrap().as_array().unwrap().clone()
}

/// The names of the acts, newest first.
fn acts(entries: &[Value]) -> Vec<&str> {
    entries.iter().map(|entry| entry["act"].as_str().unwrap()).collect()
}

#[test]
fn entries_are_a_table_newest_first() {
    let (place, id) = place();
    let table = place.ok(&["audit", "list"]);
    let lines = table.lines().filter(|line| line.contains(char::is_alphabetic));
    let lines: Vec<Vec<&str>> = lines.map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(lines[0], ["at", "act", "by", "on", "address", "detail"], "{table}");
    assert_eq!(lines.len(), 5, "{table}");
    assert_eq!(lines[1][1..4], ["role-changed", "command-line", &id], "{table}");
    assert!(table.contains(r#"{"from":"user","to":"editor"}"#), "{table}");
    assert_eq!(lines[2][1..5], ["sign-in", &id, &id, "127.0.0.1"], "{table}");
    assert_eq!(lines[3][1], "sign-in-failed", "{table}");
    assert_eq!(lines[4][1..4], ["user-created", "command-line", &id], "{table}");
    assert!(lines.iter().skip(1).all(|line| line[0].ends_with('Z')), "{table}");
    assert!(!table.contains('@') && !table.contains("frase"), "{table}");
}

#[test]
fn entries_are_json_with_all_that_is_known() {
    let (place, id) = place();
    let entries = listed(&place, &[]);
    assert_eq!(acts(&entries), ["role-changed", "sign-in", "sign-in-failed", "user-created"]);
    let role = &entries[0];
    assert_eq!(role["detail"], json!({"from": "user", "to": "editor"}));
    assert_eq!((&role["actorId"], &role["targetId"]), (&json!("command-line"), &json!(id)));
    assert!(role["id"].as_str().unwrap().starts_with("aud_"));
    let failed = &entries[2];
    assert!(failed["actorId"].is_null() && failed["detail"].is_null(), "{failed}");
    assert_eq!(failed["ipAddress"], "127.0.0.1");
    assert!(!failed["requestId"].as_str().unwrap().is_empty(), "{failed}");
}

#[test]
fn entries_are_found_by_who_by_whom_and_by_what() {
    let (place, id) = place();
    for (flags, expected) in [
        (&["--act", "sign-in-failed"][..], &["sign-in-failed"][..]),
        (&["--actor", "command-line"], &["role-changed", "user-created"]),
        (&["--actor", &id], &["sign-in"]),
        (&["--target", &id], &["role-changed", "sign-in", "sign-in-failed", "user-created"]),
        (&["--target", &id, "--limit", "1"], &["role-changed"]),
        (&["--target", "usr_nadie"], &[]),
    ] {
        assert_eq!(acts(&listed(&place, flags)), expected, "{flags:?}");
    }
    assert_eq!(place.ok(&["audit", "list", "--act", "sign-up"]).trim(), "nothing happened yet");
    let said = place.fails(&["audit", "list", "--act", "fly"], 2);
    assert!(said.contains("fly is no act") && said.contains("sign-in-failed"), "{said}");
}

#[test]
fn what_operators_do_stands_there_without_addresses() {
    let (place, id) = place();
    place.write("list.csv", "email,role\nzoe@correo.es,professional\nbea@correo.es,professional\n");
    place.write("people.csv", "email\nnuria@correo.es\n");
    place.ok(&["user", "reset-link", "ana@ejemplo.es"]);
    place.ok(&["waitlist", "import", "list.csv"]);
    place.ok(&["waitlist", "invite", "--next", "2", "--yes"]);
    place.ok(&["waitlist", "export", "out.csv"]);
    place.ok(&["waitlist", "remove", "zoe@correo.es", "--yes"]);
    place.fails(&["waitlist", "remove", "zoe@correo.es", "--yes"], 1);
    place.ok(&["import", "users", "--from", "people.csv", "--dry-run"]);
    place.ok(&["import", "users", "--from", "people.csv"]);
    let entries = listed(&place, &["--actor", "command-line", "--limit", "8"]);
    assert_eq!(
        acts(&entries),
        [
            "import-ended",
            "import-began",
            "waitlist-removed",
            "waitlist-exported",
            "waitlist-invited",
            "waitlist-imported",
            "reset-link-shown",
            "role-changed",
        ]
    );
    let ended = json!({"from": "list", "people": 1, "accounts": 0, "sessions": 0});
    assert_eq!(entries[0]["detail"], ended);
    assert!(entries[2]["targetId"].as_str().is_some_and(|entry| !entry.is_empty()));
    for (entry, entries_named) in [(&entries[3], 2), (&entries[4], 2), (&entries[5], 2)] {
        assert_eq!(entry["detail"], json!({"entries": entries_named}), "{entry}");
    }
    assert_eq!(entries[6]["targetId"], json!(id));
    let all = place.ok(&["audit", "list", "--json"]);
    assert!(!all.contains('@') && !all.contains("token"), "{all}");
}
