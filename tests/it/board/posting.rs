//! Postings that search engines would refuse are not shown to them, and why is said.

use std::collections::BTreeSet;

use antesala::domain::slug;
use antesala::serve::tables;
use serde_json::{Value, json};

use crate::support::board::{draft, server, text};

#[test]
fn posting_without_a_country_is_none_and_publishing_says_so() {
    let server = server();
    let mut olga = server.organization("olga@ejemplo.es", "Labs");
    for (location, is_whole) in [
        (json!({"isRemote": true}), false),
        (json!({"isHybrid": true}), false),
        (json!({}), false),
        (json!({"city": "Madrid", "state": "Madrid"}), false),
        (json!({"country": "ES", "isRemote": true}), true),
        (json!({"country": "ES", "isHybrid": true}), true),
        (json!({"country": "ES"}), true),
    ] {
        let job = server.published(&mut olga, json!({"location": location}));
        let missing = if is_whole { json!([]) } else { json!(["location.country"]) };
        assert_eq!(job["postingMissing"], missing, "{location}");
        let slug = text(&job["slug"]);
        let reply = server.visitor().get(&format!("/api/jobs/{slug}/jsonld"));
        let page = server.visitor().get(&format!("/empleos/{slug}")).expect(200).text;
        assert_eq!(page.contains("application/ld+json"), is_whole, "{location}");
        if !is_whole {
            reply.refused(404, "NOT_FOUND");
            continue;
        }
        let posting = reply.expect(200).json();
        let is_remote = location.get("isRemote").is_some();
        assert_eq!(posting.get("applicantLocationRequirements").is_some(), is_remote);
        assert_eq!(posting.get("jobLocationType").is_some(), is_remote);
        assert_eq!(posting["jobLocation"]["address"]["addressCountry"] == "ES", !is_remote);
    }
}

#[test]
fn employer_is_told_on_the_page_what_search_engines_miss() {
    let server = server();
    let mut olga = server.organization("olga@ejemplo.es", "Labs");
    olga.set("accept", "text/html");
    for (location, done, said) in [
        (json!({}), "offer-published-without-country", "hasta que diga el país"),
        (json!({"country": "ES"}), "offer-published", "ya se puede ver"),
    ] {
        let body = json!({"location": location, "expiresAt": server.in_days(10)});
        let page = format!("/dashboard/ofertas/{}", text(&draft(&mut olga, body)["id"]));
        let form = Some(("application/x-www-form-urlencoded", &b"step=publish"[..]));
        let reply = olga.send("POST", &format!("{page}/paso"), form).expect(303);
        let onward = reply.header("location").unwrap().to_owned();
        assert_eq!(onward, format!("{page}?done={done}"));
        assert!(olga.get(&onward).expect(200).text.contains(said), "{done}");
    }
}

#[test]
fn salary_of_a_posting_is_never_nothing_and_one_end_is_a_range() {
    let server = server();
    let mut olga = server.organization("olga@ejemplo.es", "Labs");
    for (salary, value) in [
        (json!({"min": 0, "max": 0}), Value::Null),
        (json!({"min": 0, "max": 2000}), json!({"maxValue": 2000})),
        (json!({"max": 2000}), json!({"maxValue": 2000})),
        (json!({"min": 2000}), json!({"minValue": 2000})),
        (json!({"min": 2000, "max": 2000}), json!({"value": 2000})),
        (json!({"min": 2000, "max": 2500}), json!({"minValue": 2000, "maxValue": 2500})),
    ] {
        let body = json!({"location": {"country": "ES"}, "salary": salary});
        let job = server.published(&mut olga, body);
        let path = format!("/api/jobs/{}/jsonld", text(&job["slug"]));
        let posting = server.visitor().get(&path).expect(200).json();
        let told = posting.get("baseSalary").map_or(Value::Null, |told| {
            let mut told = told["value"].clone();
            let map = told.as_object_mut().unwrap();
            assert!(map.remove("@type").is_some() && map.remove("unitText").is_some());
            told
        });
        assert_eq!(told, value, "{salary}");
    }
}

/// Lists what stands in paths where a slug could stand too.
fn beside_slugs() -> BTreeSet<&'static str> {
    let paths: Vec<Vec<&str>> =
        tables().into_iter().flatten().map(|row| row.path.split('/').collect()).collect();
    let mut found = BTreeSet::new();
    for with_slug in &paths {
        let Some(at) = with_slug.iter().position(|part| *part == "{id}") else { continue };
        let before = &with_slug[..at];
        if !matches!(
            before,
            ["", "api", "jobs" | "organizations"] | ["", "empleos" | "organizaciones"]
        ) {
            continue;
        }
        let beside = paths.iter().filter(|path| path.len() > at && path[..at] == *before);
        found.extend(beside.map(|path| path[at]).filter(|part| !part.starts_with('{')));
    }
    found
}

#[test]
fn addresses_of_ours_are_no_slugs() {
    assert_eq!(beside_slugs().into_iter().collect::<Vec<_>>(), slug::RESERVED);
    let server = server();
    let mut olga = server.organization("olga@ejemplo.es", "Labs");
    for name in slug::RESERVED {
        let job = server.published(&mut olga, json!({"title": format!("¡{name}!!")}));
        let slug = text(&job["slug"]);
        assert_ne!(slug, *name);
        let found = server.visitor().get(&format!("/api/jobs/{slug}")).expect(200).json();
        assert_eq!(found["id"], job["id"]);
    }
}
