//! What an administrator who acts as somebody cannot do: a row of the table each.

use antesala::http::endpoint::{Access, BodyRule, Endpoint, Impersonation, Media};
use antesala::serve::tables;
use serde_json::{Map, Value, json};

use super::{about, id_of, server};
use crate::support::board::{draft, text};
use crate::support::{Client, Reply};

/// Endpoints with a session that may be a borrowed one, reviewed one by one.
const ALLOWED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/impersonation.txt");

fn rows() -> impl Iterator<Item = &'static Endpoint> {
    tables().into_iter().flatten()
}

fn refused() -> impl Iterator<Item = &'static Endpoint> {
    rows().filter(|row| row.impersonation == Impersonation::Refused)
}

/// A body that the row's schema takes.
fn body(row: &Endpoint) -> Map<String, Value> {
    let schema = match row.body {
        BodyRule::None => return Map::new(),
        BodyRule::Required(schema) | BodyRule::Optional(schema) => schema().unwrap().json,
    };
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let sample = |field: &Value| match field {
        field if field["format"] == "email" => json!("nueva@ejemplo.es"),
        field if field["enum"].is_array() => field["enum"][0].clone(),
        _ => json!("una frase bien larga"),
    };
    let fields = schema["properties"].as_object().into_iter().flatten();
    let fields = fields.filter(|(name, _)| required.contains(&json!(name)));
    fields.map(|(name, field)| (name.clone(), sample(field))).collect()
}

fn ask(client: &mut Client, row: &Endpoint) -> Reply {
    let path = ["{id}", "{userId}", "{token}", "{invitationId}"]
        .iter()
        .fold(row.path.to_owned(), |path, name| path.replace(name, "nada"));
    let query: Vec<_> =
        row.query.iter().filter(|it| it.is_required).map(|it| format!("{}=x", it.name)).collect();
    let path = format!("{path}?{}", query.join("&"));
    let body = Value::Object(body(row)).to_string();
    let form = Some(("application/x-www-form-urlencoded", &b""[..]));
    match (row.method.as_str(), row.media) {
        ("GET", _) => client.get(&path),
        (method, Media::Form) => client.send(method, &path, form),
        (method, _) => client.send(method, &path, Some(("application/json", body.as_bytes()))),
    }
}

#[test]
fn every_endpoint_with_a_session_says_whether_a_borrowed_one_will_do() {
    let is_persons = |row: &&Endpoint| {
        matches!(row.access, Access::Session | Access::FreshSession | Access::Optional)
    };
    let text = std::fs::read_to_string(ALLOWED).unwrap();
    let allowed: Vec<&str> = text.lines().filter(|line| !line.starts_with('#')).collect();
    for row in rows().filter(is_persons) {
        let is_allowed = allowed.contains(&row.id);
        assert_eq!(
            row.impersonation == Impersonation::Allowed,
            is_allowed,
            "{}: write `impersonation: Refused` into its row, or its id into \
             tests/golden/impersonation.txt when nothing of it outlasts a borrowed session",
            row.id
        );
    }
    let known = |id: &&&str| !rows().any(|row| row.id == **id);
    assert_eq!(allowed.iter().find(known), None, "there is no such endpoint");
    for id in ["getAccessToken", "refreshToken", "accountInfo", "changeEmail", "changePassword"] {
        assert!(refused().any(|row| row.id == id), "{id}");
    }
}

#[test]
fn administrator_who_acts_as_somebody_is_refused_what_is_theirs_alone_and_each_try_is_told() {
    let server = server();
    let mut root = server.admin();
    let root_id = id_of(&mut root);
    let mut ana = server.person("ana@ejemplo.es");
    let id = id_of(&mut ana);
    about(&mut root, "impersonate-user", &id).expect(200);
    let before = server.text(&format!("SELECT password FROM account WHERE user_id = '{id}'"));
    let mut tries = 0;
    for row in refused() {
        let reply = ask(&mut root, row);
        assert_eq!(
            (reply.status, reply.code().as_str()),
            (403, "NOT_WHILE_IMPERSONATING"),
            "{}",
            row.id
        );
        tries += 1;
        let told = format!(
            "SELECT count(*) FROM audit WHERE act = 'impersonation-refused'
                AND actor_id = '{root_id}' AND target_id = '{id}'"
        );
        assert_eq!(server.number(&told), tries, "{}", row.id);
        let told = format!("{told} AND detail = '{{\"endpoint\":\"{}\"}}'", row.id);
        assert_eq!(server.number(&told), 1, "{}", row.id);
    }
    assert!(tries >= 20);
    let after = server.text(&format!("SELECT password FROM account WHERE user_id = '{id}'"));
    assert_eq!(before, after);
    assert_eq!(id_of(&mut root), id, "a refusal ends nothing");
}

#[test]
fn page_says_why_a_borrowed_session_will_not_do() {
    let server = server();
    let mut root = server.admin();
    let id = id_of(&mut server.person("ana@ejemplo.es"));
    about(&mut root, "impersonate-user", &id).expect(200);
    root.set("accept", "text/html");
    root.set("accept-language", "es");
    let form = Some(("application/x-www-form-urlencoded", &b"newEmail=otra%40ejemplo.es"[..]));
    let page = root.send("POST", "/dashboard/cuenta/direccion", form).expect(403);
    assert!(page.text.contains("quien actúa en su nombre"), "{}", page.text);
}

#[test]
fn form_that_takes_things_away_takes_nothing_from_whoever_is_acted_for() {
    let server = server();
    let mut root = server.admin();
    let mut ana = server.professional("ana@ejemplo.es");
    let mut olga = server.organization("olga@ejemplo.es", "Labs");
    let station = json!({"title": "Una", "institution": "Una", "startDate": "2020-01"});
    let made = |client: &mut Client, path: &str, body: &Value| {
        text(&client.post(path, body.clone()).expect(201).json()["id"])
    };
    let entry = |list: &str, id: &str| format!("/api/profile/{list}/{id}");
    let experience = made(&mut ana, "/api/profile/experience", &station);
    let education = made(&mut ana, "/api/profile/education", &station);
    let work = json!({"title": "Una", "year": 2020});
    let publication = made(&mut ana, "/api/profile/publications", &work);
    let alert = json!({"name": "Una", "query": {}, "frequency": "daily"});
    let alert = made(&mut ana, "/api/alerts", &alert);
    let job = text(&draft(&mut olga, json!({"title": "Aún no"}))["id"]);
    let (ana_id, olga_id) = (id_of(&mut ana), id_of(&mut olga));
    let of_ana = [
        (format!("experiencia/{experience}"), entry("experience", &experience)),
        (format!("formacion/{education}"), entry("education", &education)),
        (format!("publicaciones/{publication}"), entry("publications", &publication)),
    ];
    let mut forms: Vec<_> = of_ana
        .into_iter()
        .map(|(page, kept)| (&ana_id, format!("/dashboard/perfil/{page}"), "act=remove", kept))
        .collect();
    let of_alert = format!("/api/alerts/{alert}");
    forms.push((&ana_id, format!("/dashboard/alertas/{alert}"), "act=remove", of_alert));
    let of_job = format!("/api/jobs/{job}");
    forms.push((&olga_id, format!("/dashboard/ofertas/{job}/paso"), "step=delete", of_job));
    for (tries, (whom, page, act, kept)) in forms.into_iter().enumerate() {
        about(&mut root, "impersonate-user", whom).expect(200);
        let form = Some(("application/x-www-form-urlencoded", act.as_bytes()));
        let reply = root.send("POST", &page, form).expect(403);
        assert!(reply.text.contains("NOT_WHILE_IMPERSONATING"), "{page}: {}", reply.text);
        root.post("/api/auth/admin/stop-impersonating", json!({})).expect(200);
        let owner = if whom == &ana_id { &mut ana } else { &mut olga };
        owner.get(&kept).expect(200);
        let told = "SELECT count(*) FROM audit WHERE act = 'impersonation-refused'";
        assert_eq!(server.number(told), i64::try_from(tries).unwrap() + 1, "{page}");
        let reply = owner.send("POST", &page, form).expect(303);
        assert!(reply.header("location").unwrap().contains("done="), "{page}");
        owner.get(&kept).expect(404);
    }
}
