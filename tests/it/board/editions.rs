//! Feeds, sitemap and the API's description: built once for each change, and not sent to
//! whoever has them.

use std::collections::HashSet;
use std::thread;

use serde_json::json;

use crate::support::board::{server, text};
use crate::support::{Client, Reply, Server};

const PUBLISHED: [&str; 4] =
    ["/feed/empleos.rss", "/feed/empleos.atom", "/feed/empleos.json", "/sitemap.xml"];
const FIXED: [&str; 2] = ["/api/openapi.json", "/api/docs"];

fn everything() -> impl Iterator<Item = &'static str> {
    PUBLISHED.into_iter().chain(FIXED)
}

/// A site with offers enough for a feed that is worth compressing.
fn offering() -> (Server, Client) {
    let server = server();
    let mut olga = server.organization("olga@ejemplo.es", "Labs");
    for n in 0..12 {
        server.published(&mut olga, json!({"title": format!("Oferta {n}")}));
    }
    (server, olga)
}

fn get(server: &Server, path: &str, headers: &[(&str, &str)]) -> Reply {
    send(server, "GET", path, headers)
}

fn send(server: &Server, method: &str, path: &str, headers: &[(&str, &str)]) -> Reply {
    let mut visitor = server.visitor();
    for (name, value) in headers {
        visitor.set(name, value);
    }
    visitor.send(method, path, None)
}

fn etag(reply: &Reply) -> String {
    reply.header("etag").unwrap_or_else(|| panic!("no tag: {:?}", reply.headers)).to_owned()
}

#[test]
fn every_form_has_a_strong_tag_of_its_own() {
    let (server, _olga) = offering();
    for path in everything() {
        let mut tags = HashSet::new();
        for coding in ["identity", "gzip", "br"] {
            let reply = get(&server, path, &[("accept-encoding", coding)]).expect(200);
            let tag = etag(&reply);
            assert!(tag.starts_with('"') && tag.ends_with('"'), "{path} {coding}: {tag}");
            assert!(tags.insert(tag.clone()), "{path} {coding}: {tag}");
            let told = reply.header("content-encoding");
            assert_eq!(told, (coding != "identity").then_some(coding), "{path}");
            let vary: Vec<_> = reply.all("vary").collect();
            assert!(vary.join(",").to_lowercase().contains("accept-encoding"), "{path}");
            assert_eq!(reply.header("last-modified"), Some("Fri, 15 Jan 2027 10:00:00 GMT"));
            let again = get(&server, path, &[("accept-encoding", coding)]).expect(200);
            assert_eq!((etag(&again), again.bytes == reply.bytes), (tag, true), "{path}");
        }
    }
}

#[test]
fn whoever_has_it_is_sent_nothing() {
    let (server, _olga) = offering();
    for path in everything() {
        for coding in ["identity", "gzip", "br"] {
            let accept = ("accept-encoding", coding);
            let first = get(&server, path, &[accept]).expect(200);
            let tag = etag(&first);
            let time = first.header("last-modified").unwrap();
            let weak = format!("W/{tag}");
            let list = format!("\"x\", {weak} , \"y\"");
            for asked in [tag.as_str(), &weak, &list, "*"] {
                for method in ["GET", "HEAD"] {
                    let reply = send(&server, method, path, &[accept, ("if-none-match", asked)]);
                    let reply = reply.expect(304);
                    assert_eq!((etag(&reply), reply.bytes.len()), (tag.clone(), 0), "{path}");
                    assert!(
                        reply.header("vary").is_some() && reply.header("cache-control").is_some()
                    );
                    assert_eq!(reply.header("content-encoding"), None);
                }
            }
            get(&server, path, &[accept, ("if-modified-since", time)]).expect(304);
            let later = ("if-modified-since", "Sat, 16 Jan 2027 10:00:00 GMT");
            get(&server, path, &[accept, later]).expect(304);
            let earlier = ("if-modified-since", "Fri, 15 Jan 2027 09:59:59 GMT");
            get(&server, path, &[accept, earlier]).expect(200);
            get(&server, path, &[accept, later, ("if-none-match", "\"x\"")]).expect(200);
            get(&server, path, &[accept, ("if-modified-since", "mañana")]).expect(200);
        }
    }
}

#[test]
fn head_tells_the_length_of_what_get_sends() {
    let (server, _olga) = offering();
    for path in everything() {
        for coding in ["identity", "gzip", "br"] {
            let accept = ("accept-encoding", coding);
            let whole = get(&server, path, &[accept]).expect(200);
            let head = send(&server, "HEAD", path, &[accept]).expect(200);
            let length = whole.bytes.len().to_string();
            assert_eq!(head.header("content-length"), Some(length.as_str()), "{path} {coding}");
            assert_eq!(etag(&head), etag(&whole));
        }
    }
}

#[test]
fn each_change_of_what_is_published_is_another_edition() {
    let (server, mut olga) = offering();
    let tags = |server: &Server| PUBLISHED.map(|path| etag(&get(server, path, &[]).expect(200)));
    let mut seen: HashSet<String> = tags(&server).into();
    assert_eq!(HashSet::from(tags(&server)), seen, "nothing was changed");
    let job = server.published(&mut olga, json!({"title": "Otra más"}));
    server.clock.advance_s(2);
    let published = tags(&server);
    assert!(published.iter().all(|tag| seen.insert(tag.clone())), "an offer came");
    let first = get(&server, "/sitemap.xml", &[]).expect(200);
    let time = first.header("last-modified").unwrap().to_owned();
    assert_eq!(time, "Fri, 15 Jan 2027 10:00:02 GMT");
    let close = format!("/api/jobs/{}/close", text(&job["id"]));
    olga.post(&close, json!({"reason": "filled"})).expect(200);
    for path in PUBLISHED {
        // In the second of the change, and later.
        get(&server, path, &[("if-modified-since", &time)]).expect(200);
    }
    server.clock.advance_s(2);
    for path in PUBLISHED {
        let reply = get(&server, path, &[("if-modified-since", &time)]).expect(200);
        assert!(!reply.text.contains("Otra"), "{path}");
        let known = reply.header("last-modified").unwrap();
        get(&server, path, &[("if-modified-since", known)]).expect(304);
    }
    let name = json!({"name": "Laboratorios"});
    let path = format!("/api/organizations/{}", crate::support::board::organization_of(&mut olga));
    let version = etag(&olga.get(&path));
    crate::support::board::patch(&mut olga, &path, &version, name).expect(200);
    let renamed = get(&server, "/feed/empleos.atom", &[]).expect(200);
    assert!(renamed.text.contains("Laboratorios"), "{}", renamed.text);
}

#[test]
fn query_of_a_strangers_choice_makes_no_other_edition() {
    let (server, _olga) = offering();
    for path in everything() {
        let plain = get(&server, path, &[]).expect(200);
        for n in 0..20 {
            let reply = get(&server, &format!("{path}?x={n}"), &[]).expect(200);
            if path != "/api/docs" {
                assert_eq!(etag(&reply), etag(&plain), "{path}");
            }
        }
    }
    get(&server, "/sitemap/9.xml", &[]).refused(404, "NOT_FOUND");
}

#[test]
fn many_who_come_at_once_get_the_same() {
    let (server, _olga) = offering();
    let tags: HashSet<String> = thread::scope(|scope| {
        let threads: Vec<_> = (0..30)
            .map(|_| scope.spawn(|| etag(&get(&server, "/feed/empleos.rss", &[]).expect(200))))
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(tags.len(), 1);
}

#[test]
fn page_of_the_api_shows_nobody_and_is_one_a_language() {
    let (server, mut olga) = offering();
    let everybodys = get(&server, "/api/docs", &[]).expect(200);
    let own = olga.get("/api/docs").expect(200);
    assert!(!own.text.contains("href=\"/dashboard\""), "{}", own.text);
    assert_eq!(etag(&own), etag(&everybodys));
    // What was chosen or typed is on the page, so it is nobody else's.
    assert_eq!(get(&server, "/api/docs?x=1", &[]).expect(200).header("etag"), None);
    let english = get(&server, "/api/docs", &[("accept-language", "en")]).expect(200);
    assert_ne!(etag(&english), etag(&everybodys));
}

#[test]
fn posting_and_robots_are_not_sent_twice_either() {
    let (server, mut olga) = offering();
    let job = server.published(&mut olga, json!({"location": {"country": "ES"}}));
    let posting = format!("/api/jobs/{}/jsonld", text(&job["id"]));
    for path in [posting.as_str(), "/robots.txt"] {
        let tag = etag(&get(&server, path, &[]).expect(200));
        get(&server, path, &[("if-none-match", &tag)]).expect(304);
        get(&server, path, &[("if-none-match", "\"x\"")]).expect(200);
    }
}
