//! Things of the board in the hands of whoever they are not: every row of the endpoint
//! table whose path names one, asked by strangers, by a viewer, by nobody and by somebody
//! who is banned. Not visible is 404, not allowed 403, and nothing changes.

use antesala::http::endpoint::Endpoint;
use antesala::serve::tables;
use serde_json::{Value, json};

use crate::support::board::{draft, id_of, job_body, organization_of, server, text};
use crate::support::multipart::{bring, pdf};
use crate::support::{Client, Server};

/// What a path names, whose it is, and what is answered to: a stranger who looks for work,
/// a stranger of another organisation, a viewer of the one whose it is, nobody.
type Row = (&'static str, &'static str, [u16; 4]);

/// Whose things are seen inside their organisation alone.
const SEEN: [u16; 4] = [404, 404, 200, 401];
/// Whose things are changed by members who may.
const CHANGED: [u16; 4] = [404, 404, 403, 401];
/// What everybody sees and its members change.
const SHOWN: [u16; 4] = [403, 403, 403, 401];
/// What belongs to one person.
const OWN: [u16; 4] = [404, 404, 404, 401];

const ROWS: &[Row] = &[
    ("POST /api/jobs/{id}/applications", "draft", [404, 403, 403, 401]),
    ("GET /api/jobs/{id}/applications", "job", SEEN),
    ("GET /api/applications/{id}", "application", SEEN),
    ("PATCH /api/applications/{id}/status", "application", CHANGED),
    ("POST /api/applications/{id}/withdraw", "application", CHANGED),
    ("GET /api/applications/{id}/events", "application", SEEN),
    ("POST /api/applications/{id}/notes", "application", CHANGED),
    ("GET /api/applications/{id}/notes", "application", SEEN),
    ("GET /api/applications/{id}/cv", "application", SEEN),
    ("POST /api/applications/{id}/conversation", "application", CHANGED),
    ("GET /api/conversations/{id}/messages", "conversation", SEEN),
    ("POST /api/conversations/{id}/messages", "conversation", CHANGED),
    ("POST /api/conversations/{id}/read", "conversation", CHANGED),
    ("GET /api/alerts/{id}", "alert", OWN),
    ("PATCH /api/alerts/{id}", "alert", OWN),
    ("DELETE /api/alerts/{id}", "alert", OWN),
    ("GET /api/alerts/{id}/preview", "alert", OWN),
    ("GET /api/profiles/{userId}", "person", [404, 404, 200, 404]),
    ("GET /api/profiles/{userId}/avatar", "person", [404, 404, 404, 404]),
    ("GET /api/profile/experience/{id}", "experience", OWN),
    ("PATCH /api/profile/experience/{id}", "experience", OWN),
    ("DELETE /api/profile/experience/{id}", "experience", OWN),
    ("GET /api/profile/education/{id}", "education", OWN),
    ("PATCH /api/profile/education/{id}", "education", OWN),
    ("DELETE /api/profile/education/{id}", "education", OWN),
    ("GET /api/profile/publications/{id}", "publication", OWN),
    ("PATCH /api/profile/publications/{id}", "publication", OWN),
    ("DELETE /api/profile/publications/{id}", "publication", OWN),
    ("GET /api/jobs/{id}", "draft", [404, 404, 200, 404]),
    ("PATCH /api/jobs/{id}", "draft", CHANGED),
    ("DELETE /api/jobs/{id}", "draft", CHANGED),
    ("POST /api/jobs/{id}/publish", "draft", CHANGED),
    ("POST /api/jobs/{id}/pause", "job", SHOWN),
    ("POST /api/jobs/{id}/resume", "job", SHOWN),
    ("POST /api/jobs/{id}/close", "job", SHOWN),
    ("POST /api/jobs/{id}/renew", "job", SHOWN),
    ("POST /api/jobs/{id}/duplicate", "job", SHOWN),
    ("POST /api/jobs/{id}/save", "draft", OWN),
    ("DELETE /api/jobs/{id}/save", "draft", [204, 204, 204, 401]),
    ("GET /api/jobs/{id}/jsonld", "draft", [404, 404, 404, 404]),
    ("GET /api/organizations/{id}", "organization", [200, 200, 200, 200]),
    ("PATCH /api/organizations/{id}", "organization", CHANGED),
    ("DELETE /api/organizations/{id}", "organization", CHANGED),
    ("GET /api/organizations/{id}/members", "organization", SEEN),
    ("POST /api/organizations/{id}/members", "organization", CHANGED),
    ("GET /api/organizations/{id}/invitations", "organization", CHANGED),
    ("DELETE /api/organizations/{id}/invitations/{invitationId}", "organization", CHANGED),
    ("PATCH /api/organizations/{id}/members/{userId}", "organization", CHANGED),
    ("DELETE /api/organizations/{id}/members/{userId}", "organization", CHANGED),
    ("POST /api/invitations/{token}/accept", "invitation", [410, 410, 410, 401]),
    ("POST /api/invitations/{token}/decline", "invitation", [410, 410, 410, 401]),
];

/// Where things of the board live.
const PLACES: [&str; 8] = [
    "/api/jobs/",
    "/api/applications/",
    "/api/conversations/",
    "/api/organizations/",
    "/api/invitations/",
    "/api/alerts/",
    "/api/profile/",
    "/api/profiles/",
];

/// Every row that names a thing of the board.
fn naming() -> Vec<&'static Endpoint> {
    let is_one = |row: &&Endpoint| {
        row.path.contains('{') && PLACES.iter().any(|place| row.path.starts_with(place))
    };
    tables().into_iter().flatten().filter(is_one).collect()
}

fn name(row: &Endpoint) -> String {
    format!("{} {}", row.method, row.path)
}

/// A body that would be taken from whoever may send it.
fn body(name: &str, board: &Value) -> Value {
    match name.split_once(" /api/").unwrap().1 {
        "applications/{id}/status" => json!({"status": "rechazado"}),
        "applications/{id}/notes"
        | "applications/{id}/conversation"
        | "conversations/{id}/messages" => json!({"content": "Hola"}),
        "conversations/{id}/read" => json!({"upTo": board["message"]}),
        "profile/experience/{id}" | "profile/education/{id}" | "profile/publications/{id}" => {
            json!({"title": "Otra"})
        }
        "jobs/{id}" => json!({"title": "Otra oferta"}),
        "jobs/{id}/close" => json!({"reason": "filled"}),
        "jobs/{id}/publish" | "jobs/{id}/renew" => json!({"expiresAt": board["until"]}),
        "alerts/{id}" | "organizations/{id}" => json!({"name": "Otra"}),
        "organizations/{id}/members" => json!({"email": "x@ejemplo.es", "role": "owner"}),
        "organizations/{id}/members/{userId}" => json!({"role": "owner"}),
        _nothing => json!({}),
    }
}

/// Fills a board; returns what is on it by name, and a viewer.
fn board(server: &Server) -> (Value, Client) {
    let mut owner = server.organization("olga@ejemplo.es", "Labs");
    let mut ana = server.professional("ana@ejemplo.es");
    let viewer = server.member(&mut owner, "vera@ejemplo.es", "viewer");
    let organization = organization_of(&mut owner);
    let job = text(&server.published(&mut owner, json!({}))["id"]);
    let unseen = text(&draft(&mut owner, json!({"title": "Aún no"}))["id"]);
    bring(&mut ana, "/api/profile/cv", "cv.pdf", &pdf(100)).expect(201);
    let path = format!("/api/jobs/{job}/applications");
    let application = text(&ana.post(&path, json!({})).expect(201).json()["id"]);
    owner.get(&format!("/api/applications/{application}")).expect(200);
    let path = format!("/api/applications/{application}/conversation");
    let said = owner.post(&path, json!({"content": "Hola"})).expect(201).json();
    let station = json!({"title": "Una", "institution": "Una", "startDate": "2020-01"});
    let mut made = |path: &str, body: Value| text(&ana.post(path, body).expect(201).json()["id"]);
    let (experience, education) =
        (made("/api/profile/experience", station.clone()), made("/api/profile/education", station));
    let publication = made("/api/profile/publications", json!({"title": "Una", "year": 2020}));
    let alert = made("/api/alerts", json!({"name": "Una", "query": {}, "frequency": "daily"}));
    let path = format!("/api/organizations/{organization}/members");
    owner.post(&path, json!({"email": "ines@ejemplo.es", "role": "owner"})).expect(201);
    let invitation = text(&server.mail_of("organization-invite", "ines@ejemplo.es")["token"]);
    let conversation = server.text("SELECT id FROM conversation");
    assert!(said.to_string().contains(&conversation), "{said}");
    let named = json!({"job": job, "draft": unseen, "application": application,
        "conversation": conversation, "message": server.text("SELECT id FROM message"),
        "alert": alert, "person": id_of(&mut ana), "member": id_of(&mut owner),
        "experience": experience, "education": education, "publication": publication,
        "organization": organization, "invitation": invitation,
        "invited": server.text("SELECT id FROM invitation"), "until": server.in_days(20)});
    (named, viewer)
}

/// Everything that somebody could have changed.
fn standing(server: &Server) -> Vec<Vec<String>> {
    let tables = [
        "SELECT id, title, status, version, expires_at, applications_count, views FROM job",
        "SELECT id, status, viewed_at, updated_at FROM application",
        "SELECT id, to_status FROM application_event",
        "SELECT id, content FROM application_note",
        "SELECT id, last_sequence, candidate_unread, organization_unread FROM conversation",
        "SELECT id, content FROM message",
        "SELECT id, name, version FROM alert",
        "SELECT user_id, version FROM profile",
        "SELECT id, title, version FROM profile_station",
        "SELECT id, title, version FROM publication",
        "SELECT id, name, version FROM organization",
        "SELECT user_id, organization_id, role FROM member",
        "SELECT id, email, role FROM invitation",
        "SELECT user_id, job_id FROM saved_job",
    ];
    tables.iter().flat_map(|sql| server.database().rows(&format!("{sql} ORDER BY 1"))).collect()
}

fn ask(client: &mut Client, row: &Endpoint, (path, body): (&str, &Value)) -> u16 {
    client.set("if-match", "*");
    let body = body.to_string();
    let has_body = row.method != "GET" && row.method != "DELETE";
    let body = has_body.then_some(("application/json", body.as_bytes()));
    client.send(row.method.as_str(), path, body).status
}

#[test]
fn things_of_the_board_are_nothing_to_strangers() {
    let names: Vec<String> = naming().into_iter().map(name).collect();
    for name in &names {
        assert!(ROWS.iter().any(|row| row.0 == name), "{name} is in no row of the matrix");
    }
    assert_eq!(names.len(), ROWS.len(), "the matrix has a row of no endpoint");

    let server = server();
    let (board, viewer) = board(&server);
    let mut stranger = server.professional("eva@ejemplo.es");
    let mut rival = server.organization("ramon@ejemplo.es", "Rival");
    rival.post("/api/jobs", job_body(json!({}))).expect(201);
    let mut banned = server.professional("malo@ejemplo.es");
    server.execute("UPDATE \"user\" SET banned = 1 WHERE email = 'malo@ejemplo.es'");
    let (mut nobody, mut viewer) = (server.visitor(), viewer);
    let before = standing(&server);
    let mut wrong = Vec::new();
    for row in naming() {
        let name = name(row);
        let (_, thing, wanted) = ROWS.iter().find(|each| each.0 == name).unwrap();
        let whose = if row.path.starts_with("/api/profiles/") { "person" } else { "member" };
        let path = row.path.replace("{userId}", &text(&board[whose]));
        let path = path.replace("{id}", &text(&board[*thing]));
        let path = path.replace("{token}", &text(&board["invitation"]));
        let path = path.replace("{invitationId}", &text(&board["invited"]));
        let body = body(&name, &board);
        let askers = [
            ("stranger", &mut stranger, wanted[0]),
            ("rival", &mut rival, wanted[1]),
            ("viewer", &mut viewer, wanted[2]),
            ("nobody", &mut nobody, wanted[3]),
            ("banned", &mut banned, wanted[3]),
        ];
        for (who, client, status) in askers {
            let got = ask(client, row, (&path, &body));
            if got != status {
                wrong.push(format!("{name} by {who}: {got}, not {status}"));
            }
        }
        if standing(&server) != before {
            wrong.push(format!("{name} changed something"));
            break;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
