//! Feeds, sitemap, robots and `JobPosting`: well-formed, of published offers alone.

use serde_json::{Value, json};

use crate::support::board::{description, draft, server, text};
use crate::support::server::SITE;
use crate::support::{Reply, Server};

const HOSTILE: &str = "R&D <b>\"ciencia\"</b> ]]> </script>";

fn offered(server: &Server) -> Value {
    let mut olga = server.organization("olga@ejemplo.es", "Labs & Cía");
    draft(&mut olga, json!({"title": "Solo un borrador"}));
    server.published(
        &mut olga,
        json!({"title": HOSTILE, "description": description(HOSTILE),
        "reference": "REF-7", "minExperience": 2, "requiredSkills": ["R"],
        "salary": {"min": 2000, "max": 2500, "period": "month"},
        "location": {"city": "León", "country": "ES"}}),
    )
}

/// Reads XML with other eyes and returns the texts of every element of a name.
fn texts_of(reply: &Reply, name: &str) -> Vec<String> {
    let document =
        roxmltree::Document::parse(&reply.text).unwrap_or_else(|error| panic!("{error}"));
    let named = document.descendants().filter(|node| node.tag_name().name() == name);
    named.filter_map(|node| node.text().map(str::to_owned)).collect()
}

#[test]
fn feeds_are_well_formed_and_hold_published_offers() {
    let server = server();
    let job = offered(&server);
    let page = format!("{SITE}/empleos/{}", text(&job["slug"]));
    let mut visitor = server.visitor();
    let rss = visitor.get("/feed/empleos.rss").expect(200);
    assert_eq!(rss.header("content-type"), Some("application/rss+xml; charset=utf-8"));
    assert_eq!(texts_of(&rss, "title")[1..], [HOSTILE]);
    assert!(texts_of(&rss, "link").contains(&page));
    assert_eq!(texts_of(&rss, "pubDate"), ["Fri, 15 Jan 2027 10:00:00 +0000"]);
    let atom = visitor.get("/feed/empleos.atom").expect(200);
    assert_eq!(atom.header("content-type"), Some("application/atom+xml; charset=utf-8"));
    assert_eq!(texts_of(&atom, "title")[1..], [HOSTILE]);
    assert_eq!(texts_of(&atom, "name"), ["Labs & Cía"]);
    assert!(texts_of(&atom, "content")[0].contains("&lt;b&gt;"), "tags of strangers are text");
    let feed = visitor.get("/feed/empleos.json").expect(200);
    assert_eq!(feed.header("content-type"), Some("application/feed+json; charset=utf-8"));
    let feed = feed.json();
    assert_eq!(feed["version"], "https://jsonfeed.org/version/1.1");
    assert_eq!(feed["items"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&feed["items"][0]["title"], &feed["items"][0]["url"]),
        (&json!(HOSTILE), &json!(page))
    );
}

#[test]
fn search_engines_read_what_is_offered() {
    let server = server();
    let job = offered(&server);
    let (slug, id) = (text(&job["slug"]), text(&job["id"]));
    let mut visitor = server.visitor();
    let reply = visitor.get(&format!("/api/jobs/{slug}/jsonld")).expect(200);
    assert_eq!(reply.header("content-type"), Some("application/ld+json"));
    assert!(!reply.text.contains(['<', '>']), "it can stand in a page as it is");
    let posting = reply.json();
    assert_eq!((&posting["@type"], &posting["title"]), (&json!("JobPosting"), &json!(HOSTILE)));
    assert_eq!(posting["datePosted"], job["publishedAt"]);
    assert_eq!(posting["validThrough"], job["expiresAt"]);
    assert_eq!(posting["employmentType"], "FULL_TIME");
    assert_eq!(posting["identifier"]["value"], "REF-7");
    assert_eq!(posting["hiringOrganization"]["name"], "Labs & Cía");
    assert_eq!(posting["jobLocation"]["address"]["addressLocality"], "León");
    assert_eq!(
        posting["baseSalary"]["value"],
        json!({"@type": "QuantitativeValue", "minValue": 2000, "maxValue": 2500, "unitText": "MONTH"})
    );
    assert_eq!(posting["experienceRequirements"]["monthsOfExperience"], 24);
    assert_eq!(posting["directApply"], true);
    assert!(posting.get("jobLocationType").is_none());
    let map = visitor.get("/sitemap.xml").expect(200);
    assert!(texts_of(&map, "loc").contains(&format!("{SITE}/empleos/{slug}")));
    assert_eq!(texts_of(&map, "loc").len(), 3);
    visitor.get("/sitemap/1.xml").expect(200);
    for missing in ["0.xml", "2.xml", "1", "x.xml", "99999999.xml"] {
        visitor.get(&format!("/sitemap/{missing}")).refused(404, "NOT_FOUND");
    }
    let robots = visitor.get("/robots.txt").expect(200).text;
    assert!(robots.contains(&format!("Sitemap: {SITE}/sitemap.xml")));
    // Once it is over nobody is told of it.
    server
        .signed_in("olga@ejemplo.es")
        .post(&format!("/api/jobs/{id}/close"), json!({"reason": "filled"}))
        .expect(200);
    visitor.get(&format!("/api/jobs/{slug}/jsonld")).refused(404, "NOT_FOUND");
    assert_eq!(texts_of(&visitor.get("/sitemap.xml"), "loc").len(), 2);
    assert_eq!(texts_of(&visitor.get("/feed/empleos.rss"), "item").len(), 0);
}

#[test]
fn remote_offers_have_no_place_but_a_country() {
    let server = server();
    let mut olga = server.organization("olga@ejemplo.es", "Labs");
    let job = server.published(
        &mut olga,
        json!({"applyUrl": "https://ejemplo.es/x",
        "location": {"country": "ES", "isRemote": true}}),
    );
    let posting = server.visitor().get(&format!("/api/jobs/{}/jsonld", text(&job["slug"]))).json();
    assert_eq!(posting["jobLocationType"], "TELECOMMUTE");
    assert_eq!(posting["applicantLocationRequirements"]["name"], "ES");
    assert_eq!(posting["directApply"], false);
    assert!(posting.get("jobLocation").is_none() && posting.get("baseSalary").is_none());
}
