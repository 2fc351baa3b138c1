//! Nothing that a person typed is ever markup, in no form and on no page.

use super::{browser, led, reader, submit};
use crate::support::board::{description, server};
use crate::support::server::PASSWORD;
use crate::support::{Client, Reply, Server};

/// Texts that become markup wherever somebody forgets to escape.
const CORPUS: &[&str] = &[
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "'><svg onload=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "{{7*7}}<b>x</b>",
    "&lt;b&gt;<i>x</i>",
    "<a href=javascript:alert(1)>x</a>",
    "\" autofocus onfocus=alert(1) x=\"",
];

/// Marks of markup that only the corpus brings.
const MARKS: &[&str] = &[
    "<script>",
    "<img",
    "<svg onload",
    "<b>x",
    "<i>x",
    "<a href=javascript",
    "\" autofocus onfocus",
    "</textarea><",
    "</title><s",
];

#[track_caller]
fn assert_harmless(page: &Reply, what: &str) {
    for mark in MARKS {
        assert!(!page.text.contains(mark), "{what}: {mark}\n{}", page.text);
    }
}

#[test]
fn every_form_gives_back_text_as_text() {
    let server = Server::with(&[("ANTESALA_RATE_LIMIT__ENABLED", "false")]);
    let mut ana = reader(server.person("ana@ejemplo.es"));
    let forms: &[(&str, &[&str])] = &[
        ("/login", &["email", "next"]),
        ("/registro", &["name", "email", "type", "profession", "organizationName", "next"]),
        ("/recuperar", &["email"]),
        ("/lista-de-espera", &["email", "name", "field", "company", "source"]),
        ("/dashboard/cuenta", &["image"]),
        ("/dashboard/cuenta/correo", &["email"]),
    ];
    for text in CORPUS {
        for (path, fields) in forms {
            let fields: Vec<_> = fields.iter().map(|name| (*name, *text)).collect();
            let mut visitor = browser(&server);
            let client = if path.starts_with("/dashboard") { &mut ana } else { &mut visitor };
            let page = submit(client, path, &fields).expect(400);
            assert_harmless(&page, path);
        }
        let query: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
        for path in [
            "/?ref=",
            "/?source=",
            "/login?next=",
            "/login?error=",
            "/verificado?error=",
            "/empleos?q=",
            "/empleos?state=",
            "/empleos?organization=",
        ] {
            assert_harmless(&browser(&server).get(&format!("{path}{query}")), path);
        }
    }
}

#[test]
fn every_page_shows_what_people_wrote_as_text() {
    let server = Server::with(&[("ANTESALA_RATE_LIMIT__ENABLED", "false")]);
    let mut admin = reader(server.admin());
    for (number, text) in CORPUS.iter().enumerate() {
        let mut eva = browser(&server);
        eva.set("user-agent", text);
        let email = format!("eva{number}@ejemplo.es");
        let fields = [("name", *text), ("email", &email), ("password", PASSWORD)];
        led(&mut eva, "/registro", &fields);
        let joined = [
            ("name", *text),
            ("email", &email),
            ("role", "professional"),
            ("field", text),
            ("source", text),
        ];
        let place = led(&mut eva, "/lista-de-espera", &joined);
        assert_harmless(&eva.get(&place).expect(200), &place);
        for page in own_pages() {
            assert_harmless(&eva.get(page).expect(200), page);
        }
    }
    for page in pages_of_others(&server, &mut admin) {
        assert_harmless(&admin.get(&page).expect(200), &page);
    }
}

#[test]
fn what_an_offer_says_is_text_and_data_and_never_markup() {
    let server = server();
    let mut ana = reader(server.professional("ana@ejemplo.es"));
    let mut admin = reader(server.admin());
    for (number, text) in CORPUS.iter().enumerate() {
        let mut owner = server.organization(&format!("lab{number}@ejemplo.es"), text);
        let said = serde_json::json!({
            "title": format!("{number} {text}"), "requiredSkills": [text], "reference": text,
            "description": description(&text.replace('"', "'")),
            "benefits": [{"title": text, "description": text}],
            "location": {"city": text, "state": text},
            "questions": [{"text": text, "kind": "choice", "options": [text, "b"]}, {"text": text}],
        });
        let job = server.published(&mut owner, said);
        let slug = job["slug"].as_str().unwrap().to_owned();
        let employer = job["organization"]["slug"].as_str().unwrap().to_owned();
        let form = format!("/dashboard/solicitar/{slug}");
        for page in
            [format!("/empleos/{slug}"), format!("/organizaciones/{employer}"), form.clone()]
        {
            let mut page = ana.get(&page).expect(200);
            // A quote that JSON escapes ends no attribute: it stands in a script of data.
            page.text = page.text.replace("\\\"", "'");
            assert_harmless(&page, &slug);
        }
        let wrong = [
            ("coverLetter", *text),
            ("answer1", text),
            ("salaryMin", "x"),
            ("availabilityDate", "x"),
        ];
        assert_harmless(&submit(&mut ana, &form, &wrong).expect(400), &form);
        let made = led(&mut ana, &form, &[("coverLetter", text), ("answer1", text)]);
        assert_harmless(&ana.get(&made).expect(200), &made);
        let id = job["id"].as_str().unwrap();
        let own = job["organization"]["id"].as_str().unwrap();
        for page in [format!("ofertas/{id}"), format!("organizaciones/{own}")] {
            let page = format!("/dashboard/admin/{page}");
            assert_harmless(&admin.get(&page).expect(200), &page);
        }
        led(&mut ana, "/dashboard/guardadas", &[("job", id), ("act", "save")]);
    }
    for page in ["/empleos", "/dashboard/candidaturas", "/dashboard/guardadas"] {
        assert_harmless(&ana.get(page).expect(200), page);
    }
    for page in ["/dashboard/admin/ofertas", "/dashboard/admin/organizaciones"] {
        assert_harmless(&admin.get(page).expect(200), page);
        for text in CORPUS {
            let text: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
            let asked = format!(
                "{page}?q={text}&estado={text}&organizacion={text}&solo={text}&antes={text}"
            );
            assert_harmless(&admin.get(&asked).expect(200), &asked);
        }
    }
}

fn own_pages() -> [&'static str; 5] {
    [
        "/dashboard",
        "/dashboard/cuenta",
        "/dashboard/cuenta/seguridad",
        "/dashboard/cuenta/conexiones",
        "/dashboard/cuenta/eliminar",
    ]
}

/// The pages on which an administrator sees what others wrote.
fn pages_of_others(server: &Server, admin: &mut Client) -> Vec<String> {
    let people = admin.get("/dashboard/admin/personas").expect(200).text;
    let persons = people
        .split("href=\"/dashboard/admin/personas/usr_")
        .skip(1)
        .map(|rest| format!("/dashboard/admin/personas/usr_{}", rest.split('"').next().unwrap()));
    let lists = ["", "/personas", "/lista", "/correo", "/auditoria"];
    let mut pages: Vec<String> = lists.map(|page| format!("/dashboard/admin{page}")).into();
    pages.extend(persons);
    let mail = server.text("SELECT id FROM outbox ORDER BY id LIMIT 1");
    pages.push(format!("/dashboard/admin/correo/{mail}"));
    for text in CORPUS {
        let query: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
        pages.push(format!("/dashboard/admin/personas?q={query}&solo={query}&orden={query}"));
        pages.push(format!("/dashboard/admin/lista?q={query}&tras={query}"));
        pages.push(format!("/dashboard/admin/auditoria?acto={query}&quien={query}&sobre={query}"));
        pages.push(format!("/dashboard/admin/correo?estado={query}"));
    }
    assert!(pages.len() > CORPUS.len(), "people are listed");
    pages
}
