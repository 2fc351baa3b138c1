//! A person's copy of everything, and their end: both derived from the schema.

use std::collections::{BTreeMap, BTreeSet};

use antesala::store::export::PARTS;
use rusqlite::Connection;
use serde_json::Value;

use crate::support::opened::migrated_file;
use crate::support::process::Place;
use crate::support::server::{PASSWORD, SITE};
use crate::support::source::root;
use crate::support::{Client, Server};

/// What names a person without a reference: by their id, or by their address.
const NAMES: [(&str, Known); 9] = [
    ("user_id", Known::ById),
    ("candidate_id", Known::ById),
    ("sender_id", Known::ById),
    ("author_id", Known::ById),
    ("actor_id", Known::ById),
    ("target_id", Known::ById),
    ("inviter_id", Known::ById),
    ("email", Known::ByAddress),
    ("recipient", Known::ByAddress),
];

/// What stands in no copy, with the reason.
const NOT_COPIED: [(&str, &str, &str); 4] = [
    ("user_number", "user_id", "a number of the embedded engine's search"),
    ("mail_quota", "recipient", "a count of this hour's mails"),
    ("mail_notice", "recipient", "a count of this hour's notices"),
    ("verification", "subject", "a hash that lives an hour"),
];

/// What outlives the person, with the reason.
const KEPT: [(&str, &str); 2] = [
    // No statement changes an entry; `audit.retention_days` says when they go.
    ("audit", "actor_id"),
    ("audit", "target_id"),
];

/// Columns that no copy shows: secrets, and what repeats other columns.
const HIDDEN: [(&str, &str); 42] = [
    ("user", "is_admin"),
    ("user", "name_folded"),
    ("session", "token_hash"),
    ("session", "impersonated_by"),
    ("session", "impersonated_from"),
    ("account", "access_token"),
    ("account", "refresh_token"),
    ("account", "id_token"),
    ("account", "password"),
    ("device", "device_hash"),
    ("outbox", "secret"),
    ("outbox", "lane"),
    ("outbox", "attempts"),
    ("outbox", "next_attempt_at"),
    ("outbox", "last_error"),
    ("outbox", "provider_id"),
    ("outbox", "finished_at"),
    ("outbox", "client_key"),
    ("outbox", "person_key"),
    ("outbox", "campaign"),
    ("outbox", "claimed_by"),
    ("waitlist", "welcome"),
    ("audit", "request_id"),
    ("invitation", "token_hash"),
    ("profile", "version"),
    ("profile_station", "version"),
    ("publication", "version"),
    ("alert", "version"),
    ("alert", "told_ids"),
    // How far an organisation is with an application is its own.
    ("application", "viewed_at"),
    ("application", "answered_at"),
    ("application", "ended_at"),
    ("idempotency_key", "key"),
    ("idempotency_key", "request_digest"),
    ("idempotency_key", "body"),
    ("message", "sequence"),
    ("conversation", "last_sequence"),
    ("conversation", "candidate_*"),
    ("conversation", "organization_*"),
    ("message", "sender_id"),
    ("application_event", "actor_id"),
    ("application_note", "author_id"),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Known {
    ById,
    ByAddress,
}

fn lines(database: &Connection, sql: &str) -> Vec<Vec<String>> {
    let mut statement = database.prepare(sql).unwrap();
    let count = statement.column_count();
    let rows = statement.query_map([], |row| {
        (0..count)
            .map(|at| row.get::<_, Option<String>>(at).map(Option::unwrap_or_default))
            .collect()
    });
    rows.unwrap().map(Result::unwrap).collect()
}

fn tables(database: &Connection) -> Vec<String> {
    let sql = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'
        AND sql NOT LIKE 'CREATE VIRTUAL%' AND name NOT LIKE '%\\_search\\_%' ESCAPE '\\'
        AND name NOT LIKE '%\\_trigrams\\_%' ESCAPE '\\' ORDER BY name";
    lines(database, sql).into_iter().map(|row| row[0].clone()).collect()
}

/// Every column that names a person.
fn person_columns(database: &Connection) -> BTreeMap<(String, String), Known> {
    let mut found = BTreeMap::new();
    for table in tables(database) {
        let references = format!(
            "SELECT \"from\" FROM pragma_foreign_key_list('{table}') WHERE \"table\" = 'user'"
        );
        for row in lines(database, &references) {
            found.insert((table.clone(), row[0].clone()), Known::ById);
        }
        for row in lines(database, &format!("SELECT name FROM pragma_table_info('{table}')")) {
            if let Some((_, known)) = NAMES.iter().find(|(name, _)| *name == row[0]) {
                found.insert((table.clone(), row[0].clone()), *known);
            }
        }
    }
    found.insert((String::from("verification"), String::from("subject")), Known::ById);
    found.insert((String::from("user"), String::from("id")), Known::ById);
    found
}

#[test]
fn every_table_and_column_that_names_a_person_is_in_the_copy() {
    let folder = tempfile::tempdir().unwrap();
    let database = migrated_file(folder.path());
    let copied: BTreeSet<(&str, &str)> =
        PARTS.iter().map(|part| (part.table, part.person)).collect();
    let mut missing = Vec::new();
    for (table, column) in person_columns(&database).into_keys() {
        let is_known = copied.contains(&(table.as_str(), column.as_str()))
            || (table == "user" && column == "email")
            || NOT_COPIED.iter().any(|(t, c, _)| *t == table && *c == column);
        if !is_known {
            missing.push(format!("{table}.{column} names a person and is in no part"));
        }
    }
    for table in copied.iter().map(|(table, _)| *table).collect::<BTreeSet<_>>() {
        let shown: BTreeSet<&str> = PARTS
            .iter()
            .filter(|part| part.table == table)
            .flat_map(|part| part.columns.iter().map(|(column, _)| *column))
            .chain(PARTS.iter().filter(|part| part.table == table).map(|part| part.person))
            .collect();
        for row in lines(&database, &format!("SELECT name FROM pragma_table_info('{table}')")) {
            let is_hidden = HIDDEN.iter().any(|(t, c)| {
                *t == table && c.strip_suffix('*').map_or(*c == row[0], |c| row[0].starts_with(c))
            });
            if !shown.contains(row[0].as_str()) && !is_hidden {
                missing.push(format!("{table}.{} is not shown", row[0]));
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}

#[test]
fn document_tells_what_becomes_of_every_such_column() {
    let folder = tempfile::tempdir().unwrap();
    let database = migrated_file(folder.path());
    let text = std::fs::read_to_string(root().join("docs/privacy.md")).unwrap();
    let missing: Vec<_> = person_columns(&database)
        .into_keys()
        .map(|(table, column)| format!("`{table}.{column}`"))
        .filter(|name| !text.contains(name))
        .collect();
    assert!(missing.is_empty(), "docs/privacy.md says nothing of {}", missing.join(", "));
}

/// Puts a row into every table that names a person, once for each column that does.
fn name_everywhere(database: &Connection, (id, email): (&str, &str)) {
    database.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
    for (number, ((table, column), known)) in person_columns(database).into_iter().enumerate() {
        if table == "user" {
            continue;
        }
        let info = format!(
            "SELECT name, type, CAST(\"notnull\" AS TEXT) FROM pragma_table_info('{table}')"
        );
        let (mut names, mut values) = (Vec::new(), Vec::new());
        for row in lines(database, &info) {
            let value = if row[0] == column {
                format!("'{}'", if known == Known::ById { id } else { email })
            } else if row[2] == "0" {
                continue;
            } else {
                match row[1].as_str() {
                    "BIGINT" => number.to_string(),
                    "BYTEA" => format!("x'{number:064x}'"),
                    _ => format!("'z{number}'"),
                }
            };
            names.push(format!("\"{}\"", row[0]));
            values.push(value);
        }
        let sql = format!(
            "INSERT OR IGNORE INTO \"{table}\" ({}) VALUES ({})",
            names.join(", "),
            values.join(", ")
        );
        database.execute_batch(&sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
}

fn person(server: &Server) -> (Client, String) {
    let mut ana = server.person("ana@ejemplo.es");
    let session = ana.get("/api/auth/get-session").json();
    let id = session["user"]["id"].as_str().unwrap().to_owned();
    (ana, id)
}

#[test]
fn copy_holds_a_row_of_every_table_and_deletion_leaves_none() {
    let server = Server::on_file(tempfile::tempdir().unwrap(), &[]);
    let (mut ana, id) = person(&server);
    let file = Connection::open(server.folder().join("antesala.db")).unwrap();
    file.busy_timeout(std::time::Duration::from_secs(10)).unwrap();
    server.mail_to("ana@ejemplo.es");
    name_everywhere(&file, (&id, "ana@ejemplo.es"));
    let reply = ana.get("/api/account/export").expect(200);
    assert!(reply.header("content-disposition").unwrap().starts_with("attachment"));
    assert!(!reply.text.contains("argon2"), "no hash leaves the house");
    let copy = reply.json();
    let columns = person_columns(&file);
    for part in &PARTS {
        let key = (part.table.to_owned(), part.person.to_owned());
        let rows = copy[part.name].as_array().unwrap_or_else(|| panic!("{}", part.name));
        if columns.contains_key(&key) {
            assert!(!rows.is_empty(), "{} is empty", part.name);
        }
    }
    assert_eq!(copy["user"][0]["email"], "ana@ejemplo.es");
    file.execute_batch("UPDATE outbox SET state = 'sent'").unwrap();

    let body = serde_json::json!({"password": PASSWORD});
    ana.post("/api/auth/delete-user", body).expect(200);
    for ((table, column), known) in columns {
        let name = if known == Known::ById { id.as_str() } else { "ana@ejemplo.es" };
        let sql =
            format!("SELECT CAST(count(*) AS TEXT) FROM \"{table}\" WHERE \"{column}\" = '{name}'");
        let left = lines(&file, &sql)[0][0].clone();
        let is_kept = KEPT.contains(&(table.as_str(), column.as_str()));
        assert_eq!(left != "0", is_kept, "{table}.{column}: {left} rows");
    }
}

#[test]
fn long_history_comes_whole_and_each_row_once() {
    let server = Server::start();
    let (mut ana, id) = person(&server);
    for part in 0..13 {
        let values: Vec<_> =
            (0..100).map(|n| format!("('not_{part:02}{n:02}', '{id}', 'k', '{{}}', 1)")).collect();
        server.execute(&format!(
            "INSERT INTO notification (id, user_id, kind, params, created_at) VALUES {}",
            values.join(", ")
        ));
    }
    let copy: Value = ana.get("/api/account/export").expect(200).json();
    let rows = copy["notification"].as_array().unwrap();
    let ids: BTreeSet<_> = rows.iter().map(|row| row["id"].as_str().unwrap()).collect();
    assert_eq!((rows.len(), ids.len()), (1300, 1300));
    server.visitor().get("/api/account/export").refused(401, "UNAUTHORIZED");
}

#[test]
fn operator_writes_the_same_copy() {
    let place = Place::new();
    let running = place.serve();
    let mut ana = Client::new(&running.base(), SITE);
    let body = serde_json::json!({"name": "Ana", "email": "ana@ejemplo.es", "password": PASSWORD});
    ana.post("/api/auth/sign-up/email", body).expect(200);
    let printed: Value =
        serde_json::from_str(&place.ok(&["user", "export", "ana@ejemplo.es"])).unwrap();
    let own = ana.get("/api/account/export").expect(200).json();
    assert_eq!(printed["user"], own["user"]);
    place.ok(&["user", "export", "ana@ejemplo.es", "ana.json"]);
    let file: Value =
        serde_json::from_str(&std::fs::read_to_string(place.path("ana.json")).unwrap()).unwrap();
    assert_eq!(file["session"], own["session"]);
    place.fails(&["user", "export", "nadie@ejemplo.es"], 1);
}
