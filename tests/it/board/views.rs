//! Counting visitors: each once a day, by hashes that mean nothing afterwards.

use std::thread;

use antesala::store::backup::{self, Onward};
use serde_json::{Value, json};

use crate::support::board::{patch, server, text};
use crate::support::{Client, Database};

fn views(client: &mut Client, path: &str) -> i64 {
    client.get(path).expect(200).json()["views"].as_i64().unwrap()
}

#[test]
fn visitor_counts_once_a_day() {
    let server = server();
    let mut olga = server.organization("olga@ejemplo.es", "Labs");
    let job = server.published(&mut olga, json!({}));
    let path = format!("/api/jobs/{}", text(&job["slug"]));
    let (mut one, mut other) = (server.visitor(), server.visitor());
    assert_eq!([views(&mut one, &path), views(&mut one, &path)], [1, 1]);
    assert_eq!(views(&mut other, &path), 2);
    one.set("user-agent", "another browser");
    assert_eq!(views(&mut one, &path), 3);
    // A signed-in person is one, wherever they are.
    let mut ana = server.professional("ana@ejemplo.es");
    assert_eq!(views(&mut ana, &path), 4);
    ana.set("x-forwarded-for", "198.51.100.7");
    assert_eq!(views(&mut ana, &path), 4);
    // The organisation looks at its own, and HEAD looks at nothing.
    assert_eq!(views(&mut olga, &path), 4);
    server.visitor().send("HEAD", &path, None).expect(200);
    assert_eq!(views(&mut olga, &path), 4);
    let tag = |client: &mut Client| client.get(&path).header("etag").unwrap().to_owned();
    assert!(tag(&mut olga).starts_with(&format!("\"v{}-", job["version"])), "a visit is no change");
    server.clock.advance_s(86_400);
    assert_eq!(views(&mut other, &path), 5);
    assert_eq!(server.number("SELECT CAST(SUM(hits) AS BIGINT) FROM job_view"), 7);
}

#[test]
fn parallel_looks_of_one_visitor_count_once() {
    let server = server();
    let mut olga = server.organization("olga@ejemplo.es", "Labs");
    let job = server.published(&mut olga, json!({}));
    let path = format!("/api/jobs/{}", text(&job["slug"]));
    let visitor = server.visitor();
    let base = format!("http://{}", server.address());
    thread::scope(|scope| {
        for _ in 0..16 {
            let (mut client, path) = (visitor.at(&base), &path);
            scope.spawn(move || client.get(path).expect(200));
        }
    });
    assert_eq!(views(&mut olga, &path), 1);
}

#[test]
fn salt_of_yesterday_is_gone() {
    let server = server();
    let mut olga = server.organization("olga@ejemplo.es", "Labs");
    let job: Value = server.published(&mut olga, json!({}));
    let path = format!("/api/jobs/{}", text(&job["slug"]));
    let mut visitor = server.visitor();
    views(&mut visitor, &path);
    let hash = "SELECT visitor FROM job_view ORDER BY day DESC LIMIT 1";
    let first = server.text(hash);
    assert!(!first.contains("203."), "no address is stored");
    server.clock.advance_s(86_400);
    views(&mut visitor, &path);
    assert_eq!(server.count("visit_salt"), 1);
    assert_ne!(server.text(hash), first, "the same visitor is somebody else the next day");
}

#[test]
fn copies_of_the_database_do_not_hold_the_salt() {
    let server = server();
    let Database::File(file) = server.database() else { return };
    let mut olga = server.organization("olga@ejemplo.es", "Labs");
    let job = server.published(&mut olga, json!({}));
    views(&mut server.visitor(), &format!("/api/jobs/{}", text(&job["slug"])));
    let salt: Vec<u8> = rusqlite::Connection::open(file)
        .unwrap()
        .query_row("SELECT salt FROM visit_salt", [], |row| row.get(0))
        .unwrap();
    assert_eq!(salt.len(), 32);
    let copy = server.folder().join("copy.db");
    backup::copy(file, &copy, &mut |_done, _all| Onward::Go).unwrap();
    let bytes = std::fs::read(&copy).unwrap();
    assert!(bytes.len() > 100_000 && !bytes.windows(32).any(|window| window == salt));
}

#[test]
fn whoever_has_an_offer_as_it_stands_gets_304_and_is_counted() {
    let server = server();
    let mut olga = server.organization("olga@ejemplo.es", "Instituto Ñ");
    let job = server.published(&mut olga, json!({}));
    let path = format!("/api/jobs/{}", text(&job["slug"]));
    let mut visitor = server.visitor();
    let read = visitor.get(&path).expect(200);
    let tag = read.header("etag").unwrap().to_owned();
    let count = || server.number("SELECT views FROM job");
    assert_eq!(count(), 1);
    for known in [tag.clone(), format!("W/{tag}"), format!("\"otra\", {tag}"), String::from("*")] {
        let mut other = server.visitor();
        other.set("if-none-match", &known);
        let before = count();
        let reply = other.get(&path).expect(304);
        assert_eq!(
            (reply.header("etag"), reply.text.as_str()),
            (Some(tag.as_str()), ""),
            "{known}"
        );
        assert_eq!(count(), before + 1, "{known}");
    }
    visitor.set("if-none-match", &tag);
    server.execute("UPDATE organization SET name = 'Otro nombre'");
    let renamed = visitor.get(&path).expect(200);
    assert_ne!(renamed.header("etag"), Some(tag.as_str()));
    visitor.set("if-none-match", renamed.header("etag").unwrap());
    visitor.get(&path).expect(304);
    // The tag of what was read is taken with a change, and the change makes another.
    patch(
        &mut olga,
        &format!("/api/jobs/{}", text(&job["id"])),
        renamed.header("etag").unwrap(),
        json!({"reference": "r"}),
    )
    .expect(200);
    visitor.get(&path).expect(200);
}
