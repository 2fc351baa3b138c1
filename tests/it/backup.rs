//! Archives: made under load, proven, put back elsewhere, and never believed.

mod archive;
mod bucket;
mod restore;
mod rotation;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::support::process::{Place, Running};
use crate::support::server::{PASSWORD, SITE};
use crate::support::source::walk;
use crate::support::{Client, Reply};

fn client(server: &Running) -> Client {
    Client::new(&server.base(), SITE)
}

fn sign_up(server: &Running, email: &str) -> Client {
    let mut person = client(server);
    let body = json!({"name": "Ana", "email": email, "password": PASSWORD});
    person.post("/api/auth/sign-up/email", body).expect(200);
    person
}

fn sign_in(server: &Running, email: &str) -> Reply {
    let body = json!({"email": email, "password": PASSWORD});
    client(server).post("/api/auth/sign-in/email", body)
}

/// A place with one person in its database, stopped.
fn place_with(email: &str) -> Place {
    let place = Place::on_file();
    let server = place.serve();
    sign_up(&server, email);
    drop(server);
    place
}

/// Opens a place's database from outside.
fn file_of(place: &Place) -> Connection {
    Connection::open(place.path("data/antesala.db")).unwrap()
}

/// Rows of each table, read from outside.
fn rows(place: &Place) -> BTreeMap<String, i64> {
    let database = file_of(place);
    let mut tables =
        database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").unwrap();
    let names: Vec<String> = tables.query_map([], |row| row.get(0)).unwrap().flatten().collect();
    let count = |name: &String| {
        let sql = format!("SELECT count(*) FROM \"{name}\"");
        database.query_row(&sql, [], |row| row.get(0)).unwrap()
    };
    let ours = names.iter().filter(|name| !name.starts_with("sqlite_"));
    ours.map(|name| (name.clone(), count(name))).collect()
}

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

/// Every file below a folder with its bytes.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = walk(folder).into_iter();
    files.map(|path| (path.display().to_string(), fs::read(path).unwrap())).collect()
}
