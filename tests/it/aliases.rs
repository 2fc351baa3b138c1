//! One endpoint under several names is one endpoint: who has used up its window by one
//! name has used it up by all. Read from the table, so that a new name joins by itself.

use antesala::http::endpoint::{Endpoint, Limit};
use antesala::http::router::Router;
use antesala::serve::tables;

use crate::support::{Client, Server};

fn rows() -> Vec<&'static Endpoint> {
    tables().into_iter().flatten().collect()
}

/// The path that a row says it is another name of.
fn original(row: &Endpoint) -> Option<&'static str> {
    let rest = row.summary.strip_prefix("Another name of ")?;
    let name = rest.split(',').next()?.to_owned();
    let wanted = format!("/api/auth/{name}");
    let path = rows().into_iter().map(|other| other.path).find(|path| {
        *path == wanted || path.strip_prefix(&wanted).is_some_and(|rest| rest == "/{id}")
    });
    Some(path.unwrap_or_else(|| panic!("{}: nothing is called {name}", row.id)))
}

/// Rows that do the same: one handler, another name, or a form of the API.
fn pairs() -> Vec<(&'static Endpoint, &'static Endpoint)> {
    let rows = rows();
    let mut pairs = Vec::new();
    for (place, row) in rows.iter().enumerate() {
        for other in &rows[place + 1..] {
            let is_one = (row.handled_by)() == (other.handled_by)();
            let is_named = |one: &Endpoint, other: &Endpoint| {
                one.method == other.method && original(one) == Some(other.path)
            };
            let is_counted = |one: &Endpoint, other: &Endpoint| {
                one.counted_as == Some(other.path) && one.method == other.method
            };
            let is_same = |one, other| is_named(one, other) || is_counted(one, other);
            if is_one || is_same(row, other) || is_same(other, row) {
                pairs.push((*row, *other));
            }
        }
    }
    pairs
}

#[test]
fn same_handler_is_counted_in_the_same_window() {
    let router = Router::build(&tables(), "/api/auth").unwrap();
    let window = |row: &Endpoint| router.find(&row.method, &path(row)).path_and_limit();
    let pairs = pairs();
    for (row, other) in &pairs {
        assert_eq!(window(row), window(other), "{} and {}", row.id, other.id);
    }
    for (one, other) in [
        ("getSession", "session"),
        ("getSessionByPost", "sessionByPost"),
        ("requestPasswordReset", "forgetPassword"),
        ("signInSocial", "signInOAuth2"),
        ("linkSocial", "linkOAuth2"),
        ("callbackOAuth", "callbackOAuth2"),
        ("callbackOAuthPost", "callbackOAuth2Post"),
    ] {
        let is_known = pairs.iter().any(|(a, b)| [a.id, b.id] == [one, other]);
        assert!(is_known, "the table tells that {one} and {other} are one");
    }
}

fn path(row: &Endpoint) -> String {
    row.path
        .split('/')
        .map(|part| if part.starts_with('{') { "nada" } else { part })
        .collect::<Vec<_>>()
        .join("/")
}

fn ask(client: &mut Client, row: &Endpoint) -> u16 {
    client.send(row.method.as_str(), &path(row), None).status
}

#[test]
fn window_used_up_by_one_name_is_used_up_by_all() {
    let server = Server::start();
    for (row, other) in pairs() {
        let max = match row.limit {
            Limit::Auth => 10,
            Limit::SessionRead => 120,
            Limit::Waitlist => 5,
            Limit::Read | Limit::Write | Limit::Free | Limit::ReadUnlessCached => continue,
        };
        for [first, second] in [[row, other], [other, row]] {
            let mut visitor = server.visitor();
            for _ in 0..max {
                assert_ne!(ask(&mut visitor, first), 429, "{}", first.id);
            }
            assert_eq!(ask(&mut visitor, second), 429, "{} after {}", second.id, first.id);
        }
    }
}
