//! Nothing that a person typed is ever markup, in no form and on no page.

mod dealings;
mod employer;

use super::{browser, led, reader, submit};
use crate::support::board::{description, server};
use crate::support::multipart::{bring, pdf};
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
    "<img src=x",
    "<svg onload",
    "<b>x",
    "<i>x",
    "<a href=javascript",
    "\" autofocus onfocus",
    "</textarea><",
    "</title><s",
];

/// The fields of a profile's forms; something in each is wrong with any text of the corpus.
const PROFILE: &[&str] = &[
    "headline",
    "bio",
    "profession",
    "field",
    "level",
    "orcid",
    "location",
    "phone",
    "skills",
    "availability",
    "language0",
    "link0",
];
const ENTRY: &[&str] = &["title", "institution", "startDate", "endDate", "description"];

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
        ("/dashboard/cuenta/direccion", &["email"]),
        ("/dashboard/perfil", PROFILE),
        ("/dashboard/perfil/experiencia", ENTRY),
        ("/dashboard/perfil/formacion", ENTRY),
        ("/dashboard/perfil/publicaciones", &["title", "venue", "year", "doi", "version"]),
        ("/dashboard/alertas", &["name", "frequency", "version", "q", "state", "organization"]),
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
            "/dashboard/alertas/nueva?q=",
            "/dashboard/alertas/nueva?organization=",
            "/dashboard/avisos?ver=",
            "/dashboard/candidaturas?ver=",
        ] {
            let mut visitor = browser(&server);
            let client = if path.starts_with("/dashboard") { &mut ana } else { &mut visitor };
            assert_harmless(&client.get(&format!("{path}{query}")), path);
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
            let asked = format!("{page}?q={text}&estado={text}&solo={text}&antes={text}");
            assert_harmless(&admin.get(&asked).expect(200), &asked);
            let nobodys = format!("/dashboard/admin/ofertas?organizacion={text}");
            assert_harmless(&admin.get(&nobodys).expect(404), &nobodys);
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

#[test]
fn what_people_tell_of_themselves_and_are_told_is_text() {
    let server = server();
    let mut owner = server.organization("lab@ejemplo.es", "Laboratorio");
    for (number, text) in CORPUS.iter().enumerate() {
        let mut ana = reader(server.professional(&format!("ana{number}@ejemplo.es")));
        led(&mut ana, "/dashboard/cuenta", &[("name", text)]);
        let told = ["headline", "bio", "profession", "field", "level", "location", "skills"];
        let told = told.iter().chain(&["availability"]).map(|name| (*name, *text));
        led(&mut ana, "/dashboard/perfil", &told.collect::<Vec<_>>());
        let station = [("title", *text), ("institution", text), ("startDate", "2020-09")];
        let station = [&station[..], &[("description", *text)]].concat();
        led(&mut ana, "/dashboard/perfil/experiencia", &station);
        led(&mut ana, "/dashboard/perfil/formacion", &station);
        let published = [("title", *text), ("venue", text), ("year", "2024")];
        led(&mut ana, "/dashboard/perfil/publicaciones", &published);
        bring(&mut ana, "/dashboard/perfil/cv", &text.replace(['"', '/'], ""), &pdf(600))
            .expect(303);
        let alert = [("name", *text), ("frequency", "daily"), ("q", text), ("state", text)];
        let alert = led(&mut ana, "/dashboard/alertas", &alert);
        let title = format!("{number} {text}");
        let job = server.published(&mut owner, serde_json::json!({"title": title}));
        let slug = job["slug"].as_str().unwrap();
        led(&mut ana, &format!("/dashboard/solicitar/{slug}"), &[("coverLetter", text)]);
        let id = server.text("SELECT id FROM application WHERE status = 'pendiente'");
        let step = format!("/api/applications/{id}/status");
        let body = serde_json::json!({"status": "entrevista"}).to_string();
        owner.send("PATCH", &step, Some(("application/json", body.as_bytes()))).expect(200);
        let page = ana.get("/dashboard/perfil").expect(200);
        assert_harmless(&page, "/dashboard/perfil");
        let entries = page.text.split("href=\"/dashboard/perfil/").skip(1);
        let entries: Vec<_> = entries.map(|rest| rest.split('"').next().unwrap()).collect();
        assert_eq!(entries.len(), 3, "{entries:?}");
        let mut pages: Vec<_> =
            entries.iter().map(|entry| format!("/dashboard/perfil/{entry}")).collect();
        pages.extend(["/dashboard/avisos", "/dashboard/alertas"].map(str::to_owned));
        pages.extend([alert, format!("/dashboard/solicitar/{slug}")]);
        for page in pages {
            let reply = ana.get(&page);
            assert!(matches!(reply.status, 200 | 303), "{page}");
            assert_harmless(&reply, &page);
        }
    }
}
