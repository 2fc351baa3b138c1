//! Parameters that nobody means well with.

use std::time::{Duration, Instant};

use super::{card, figure, open_server};
use crate::support::client::Reply;

/// The longest that any answer may take.
const PATIENCE: Duration = Duration::from_secs(20);

fn escaped(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[test]
fn any_title_is_drawn_in_time() {
    let server = open_server(&[]);
    let mut visitor = server.visitor();
    let empty = card(visitor.get("/api/og"));
    let zalgo = format!("Z{}o", "\u{300}\u{316}".repeat(200));
    for title in [
        "palabra ".repeat(375),
        "x".repeat(3000),
        "W".repeat(3000),
        "a-".repeat(1500),
        "ñ".repeat(1200),
        "中".repeat(800),
        "🎉 hola".repeat(80),
        "مرحبا بالعالم".to_owned(),
        "שלום עולם".to_owned(),
        "\u{202e}abc\u{202c} \u{2067}def".to_owned(),
        "👩\u{200d}👩\u{200d}👧 familia 🏳\u{fe0f}\u{200d}🌈".to_owned(),
        zalgo,
        "<svg onload=alert(1)><script>x</script>".to_owned(),
        "]]><!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>&a;".to_owned(),
        "<image href=\"file:///etc/passwd\"/>".to_owned(),
        "{brand} {{paper}} ${7*7} %s %n".to_owned(),
        "' OR 1=1 --".to_owned(),
        "../../../../etc/passwd".to_owned(),
        "una\nlínea\ttras otra".to_owned(),
    ] {
        let started = Instant::now();
        let jpeg = card(visitor.get(&format!("/api/og?title={}", escaped(&title))));
        assert!(started.elapsed() < PATIENCE, "{title:.40}: {:?}", started.elapsed());
        assert!(jpeg != empty, "{title:.40}");
        assert!(jpeg.len() <= 600_000);
    }
}

#[test]
fn wrong_parameters_are_400_in_json_and_not_kept() {
    let server = open_server(&[]);
    let mut visitor = server.visitor();
    for (query, field) in [
        ("title=a%00b", "title"),
        ("title=a%1b%5b31m", "title"),
        ("title=Investigaci%F3n", "title"),
        ("title=%C3%28", "title"),
        ("title=a&title=b", "title"),
        ("template=../job", "template"),
        ("template=Job", "template"),
        ("theme=http://evil.example", "theme"),
        ("image=file:///etc/passwd", "image"),
        ("href=http://169.254.169.254/", "href"),
        ("logo=http://evil.example/x.svg", "logo"),
        ("width=100000", "width"),
        ("Title=a", "Title"),
        ("title%00=a", "title\0"),
        ("=a", ""),
        ("template=article&salary=1", "salary"),
        (&format!("v={}", "1".repeat(65)), "v"),
    ] {
        let started = Instant::now();
        let reply = visitor.get(&format!("/api/og?{query}"));
        assert!(started.elapsed() < PATIENCE);
        assert_refused(&reply, query);
        assert_eq!(reply.json()["details"][0]["field"], field, "{query}");
        assert!(!reply.json()["details"][0]["message"].as_str().unwrap().is_empty());
    }
    assert_eq!(figure(&server, "renders_total"), 0);
}

#[track_caller]
fn assert_refused(reply: &Reply, query: &str) {
    assert_eq!(reply.status, 400, "{query}: {}", reply.text);
    assert_eq!(reply.code(), "VALIDATION_ERROR", "{query}");
    assert_eq!(reply.header("content-type"), Some("application/json"), "{query}");
    assert_eq!(reply.header("cache-control"), Some("no-store"), "{query}");
    assert!(reply.header("etag").is_none(), "{query}");
}

#[test]
fn other_methods_are_405() {
    let server = open_server(&[]);
    for method in ["POST", "PUT", "DELETE", "PATCH"] {
        let reply = server.visitor().send(method, "/api/og", Some(("application/json", b"{}")));
        assert_eq!(reply.status, 405, "{method}");
        assert_eq!(reply.header("allow"), Some("GET, HEAD, OPTIONS"));
    }
}
