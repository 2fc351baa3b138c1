//! Texts that want to be more than texts: they come back from every field as they went in,
//! and no page of the board that is not JSON carries them as markup.

use serde_json::{Value, json};

use crate::support::board::{organization_of, patch, server, text};

const CORPUS: [&str; 8] = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "</script><script>alert(1)</script>",
    "]]><script>alert(1)</script>",
    "<!-- --!><iframe srcdoc='<script>alert(1)</script>'>",
    "[aquí](javascript:alert(1))",
    "{{7*7}}${7*7}<%= 7*7 %>",
];

/// Whether a document holds a tag that a browser would obey, of those in the corpus.
fn is_live(document: &str) -> bool {
    let small = document.to_ascii_lowercase();
    [
        "<script>alert",
        "<img src=x",
        "<svg/onload",
        "<iframe",
        "href=\"javascript:",
        "href='javascript:",
    ]
    .iter()
    .any(|tag| small.contains(tag))
}

#[track_caller]
fn same(seen: &Value, field: &str, hostile: &str) {
    assert_eq!(seen[field], hostile, "{field}");
}

#[test]
fn hostile_texts_of_the_board_come_back_as_data() {
    let server = server();
    let mut owner = server.organization("olga@ejemplo.es", "Labs");
    let organization = format!("/api/organizations/{}", organization_of(&mut owner));
    for (round, hostile) in CORPUS.into_iter().enumerate() {
        let mut ana = server.professional(&format!("ana{round}@ejemplo.es"));
        let etag = owner.get(&organization).header("etag").unwrap().to_owned();
        let body = json!({"name": hostile, "description": hostile, "sector": hostile,
            "address": {"city": hostile, "state": hostile}});
        let seen = patch(&mut owner, &organization, &etag, body).expect(200).json();
        for field in ["name", "description", "sector"] {
            same(&seen, field, hostile);
        }
        same(&seen["address"], "city", hostile);

        let description = format!("{hostile}\n\n{}", "Texto de sobra para una oferta. ".repeat(8));
        let job = server.published(
            &mut owner,
            json!({"title": hostile, "description": description, "reference": hostile,
                "requiredSkills": [hostile], "benefits": [{"title": hostile, "description": hostile}],
                "questions": [{"id": "q", "text": hostile, "kind": "choice", "options": [hostile, "no"]}],
                "location": {"city": hostile, "state": hostile, "country": "ES"}}),
        );
        let path = format!("/api/jobs/{}", text(&job["id"]));
        let seen = ana.get(&path).expect(200).json();
        same(&seen, "title", hostile);
        same(&seen, "reference", hostile);
        same(&seen["benefits"][0], "description", hostile);
        same(&seen["questions"][0], "text", hostile);
        same(&seen["location"], "city", hostile);
        assert_eq!(seen["requiredSkills"], json!([hostile]));
        assert!(text(&seen["description"]).starts_with(hostile));
        let html = text(&seen["descriptionHtml"]);
        assert!(!is_live(&html), "{html}");

        let body =
            json!({"coverLetter": hostile, "answers": [{"questionId": "q", "value": hostile}]});
        let applied = ana.post(&format!("{path}/applications"), body).expect(201).json();
        let application = format!("/api/applications/{}", text(&applied["id"]));
        let seen = owner.get(&application).expect(200).json();
        same(&seen, "coverLetter", hostile);
        same(&seen["answers"][0], "value", hostile);
        let note = owner.post(&format!("{application}/notes"), json!({"content": hostile}));
        same(&note.expect(201).json(), "content", hostile);
        owner.post(&format!("{application}/conversation"), json!({"content": hostile})).expect(201);
        let talk = ana.get("/api/conversations").expect(200).json()["items"][0].clone();
        let messages = format!("/api/conversations/{}/messages", text(&talk["id"]));
        same(&ana.get(&messages).expect(200).json()["items"][0], "content", hostile);
        let body = json!({"status": "entrevista", "note": hostile}).to_string();
        let body = Some(("application/json", body.as_bytes()));
        owner.send("PATCH", &format!("{application}/status"), body).expect(200);
        let events = owner.get(&format!("{application}/events")).expect(200).json();
        same(&events["items"][0], "note", hostile);
        let alert = json!({"name": hostile, "query": {"q": hostile}, "frequency": "daily"});
        let alert = ana.post("/api/alerts", alert).expect(201).json();
        same(&alert, "name", hostile);
        same(&alert["query"], "q", hostile);

        let jsonld = format!("{path}/jsonld");
        for page in ["/feed/empleos.rss", "/feed/empleos.atom", "/sitemap.xml", &jsonld] {
            let document = ana.get(page).expect(200).text;
            assert!(!is_live(&document), "{page}: {document}");
        }
        let feed = ana.get("/feed/empleos.json").expect(200).json();
        let held = feed["items"].as_array().unwrap().iter();
        for html in held.filter_map(|item| item["content_html"].as_str()) {
            assert!(!is_live(html), "{html}");
        }
    }
}
