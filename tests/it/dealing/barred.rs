//! Streams of people who may not read any more: gone within a second, on every instance.

use std::time::{Duration, Instant};

use serde_json::json;

use crate::support::board::id_of;
use crate::support::events::Events;
use crate::support::pair::Pair;
use crate::support::server::PASSWORD;
use crate::support::{Client, Server};

const PATH: &str = "/api/messages/stream";
const COOKIE: &str = "better-auth.session_token";
const ANA: &str = "ana@ejemplo.es";
const ORGANIZATION: &str = "org_duero";
const ROOT: &str = "root@ejemplo.es";

/// The promise is a second; the rest is for a machine that is busy with other tests.
const SOON: Duration = Duration::from_secs(2);

/// Who acts, and on whom.
struct Scene<'a> {
    server: &'a Server,
    root: Client,
    /// The session whose stream is open.
    ana: Client,
    email: String,
    id: String,
}

impl Scene<'_> {
    fn administer(&mut self, verb: &str, mut more: serde_json::Value) {
        more["userId"] = json!(self.id);
        self.root.post(&format!("/api/auth/admin/{verb}"), more).expect(200);
    }

    /// Ana in another browser.
    fn elsewhere(&self) -> Client {
        self.server.signed_in(&self.email)
    }
}

type Act = fn(&mut Scene<'_>);

/// Everything that ends what somebody may read, by name.
const ACTS: &[(&str, Act)] = &[
    ("signs out", |it| {
        it.ana.post("/api/auth/sign-out", json!({})).expect(200);
    }),
    ("revokes the session from another browser", |it| {
        let token = it.ana.get("/api/auth/get-session").json()["session"]["token"].clone();
        it.elsewhere().post("/api/auth/revoke-session", json!({"token": token})).expect(200);
    }),
    ("revokes the other sessions", |it| {
        it.elsewhere().post("/api/auth/revoke-other-sessions", json!({})).expect(200);
    }),
    ("revokes all sessions", |it| {
        it.elsewhere().post("/api/auth/revoke-sessions", json!({})).expect(200);
    }),
    ("resets the password", |it| {
        let mut visitor = it.server.visitor();
        visitor.post("/api/auth/request-password-reset", json!({"email": it.email})).expect(200);
        let token = it.server.mail_of("reset-password", &it.email)["token"].clone();
        let body = json!({"newPassword": "otra frase bien larga", "token": token});
        visitor.post("/api/auth/reset-password", body).expect(200);
    }),
    ("changes the password elsewhere and ends the other sessions", |it| {
        let body = json!({"currentPassword": PASSWORD, "newPassword": "otra frase bien larga",
            "revokeOtherSessions": true});
        it.elsewhere().post("/api/auth/change-password", body).expect(200);
    }),
    ("deletes the account", |it| {
        let body = json!({"password": PASSWORD});
        it.elsewhere().post("/api/auth/delete-user", body).expect(200);
    }),
    ("is banned", |it| it.administer("ban-user", json!({"banReason": "spam"}))),
    ("has the sessions revoked", |it| it.administer("revoke-user-sessions", json!({}))),
    ("is deactivated", |it| it.administer("update-user", json!({"data": {"isActive": false}}))),
    ("is removed", |it| it.administer("remove-user", json!({}))),
    ("has an expired session", |it| {
        it.server.execute("UPDATE session SET expires_at = 1 WHERE impersonated_by IS NULL");
    }),
    ("is taken out of the organisation", |it| {
        let path = format!("/api/organizations/{ORGANIZATION}/members/{}", it.id);
        it.root.send("DELETE", &path, None).expect(204);
    }),
];

/// Opens a stream of somebody's at `reader` and takes their right away at `server`.
fn ends_soon(server: &Server, reader: &Server, (name, act): (&str, Act)) {
    let email = format!("{}@ejemplo.es", name.replace(' ', "-"));
    let root = server.signed_in(ROOT);
    let mut ana = server.person(&email);
    let id = id_of(&mut ana);
    enrol(server, &email, "recruiter");
    let mut events = listen(reader, &ana);
    // Longer than it takes to look whether she may read.
    assert!(events.is_silent(Duration::from_millis(700)), "{name}: it ended by itself");
    let mut scene = Scene { server, root, ana, email, id };
    act(&mut scene);
    let acted = Instant::now();
    while events.block().is_some() {}
    assert!(acted.elapsed() < SOON, "{name}: {:?}", acted.elapsed());
}

fn listen(server: &Server, client: &Client) -> Events {
    let cookie = format!("{COOKIE}={}", client.cookie(COOKIE).unwrap());
    let mut events = Events::open(server.address(), PATH, &cookie, None);
    events.begin();
    events
}

/// Makes somebody a member of the one organisation.
fn enrol(server: &Server, email: &str, role: &str) {
    server.execute(&format!(
        "INSERT INTO member (id, organization_id, user_id, role, created_at)
        SELECT 'mem_' || id, '{ORGANIZATION}', id, '{role}', 1 FROM \"user\"
        WHERE email = '{email}'"
    ));
    server.execute(&format!(
        "UPDATE \"user\" SET type = 'organization', organization_id = '{ORGANIZATION}'
        WHERE email = '{email}'"
    ));
}

fn found(server: &Server) {
    server.person(ROOT);
    server.execute("UPDATE \"user\" SET role = 'admin', is_admin = 1");
    server.execute(&format!(
        "INSERT INTO organization (id, slug, name, created_at, updated_at)
        VALUES ('{ORGANIZATION}', 'duero', 'Laboratorios Duero', 1, 1)"
    ));
    enrol(server, ROOT, "owner");
}

const FREE: &[(&str, &str)] = &[("ANTESALA_RATE_LIMIT__ENABLED", "false")];

#[test]
fn stream_of_whoever_may_not_read_any_more_ends_within_a_second() {
    let server = Server::with(FREE);
    found(&server);
    for act in ACTS {
        ends_soon(&server, &server, *act);
    }
}

#[test]
fn stream_on_another_instance_ends_within_a_second_too() {
    let Some(pair) = Pair::with(FREE) else { return };
    found(&pair.first);
    for act in ACTS {
        ends_soon(&pair.first, &pair.second, *act);
    }
}

#[test]
fn stream_of_an_administrator_who_acts_as_somebody_ends_with_the_acting() {
    let server = Server::with(FREE);
    let mut root = server.admin();
    let id = id_of(&mut server.person(ANA));
    root.post("/api/auth/admin/impersonate-user", json!({"userId": id})).expect(200);
    let mut events = listen(&server, &root);
    root.post("/api/auth/admin/stop-impersonating", json!({})).expect(200);
    let acted = Instant::now();
    while events.block().is_some() {}
    assert!(acted.elapsed() < SOON, "{:?}", acted.elapsed());
}

#[test]
fn streams_of_everybody_else_go_on() {
    let server = Server::with(FREE);
    let gone: Vec<Client> = (0..3).map(|n| server.person(&format!("n{n}@ejemplo.es"))).collect();
    let mut stay = listen(&server, &server.person(ANA));
    // More sessions than one question names.
    let others: Vec<Client> = (0..70).map(|n| server.person(&format!("p{n}@ejemplo.es"))).collect();
    let mut others: Vec<Events> = others.iter().map(|other| listen(&server, other)).collect();
    let mut ending: Vec<Events> = gone.iter().map(|one| listen(&server, one)).collect();
    server.execute("UPDATE \"user\" SET banned = 1 WHERE email LIKE 'n_@ejemplo.es'");
    for events in &mut ending {
        while events.block().is_some() {}
    }
    assert!(stay.is_silent(Duration::from_millis(600)));
    assert!(others.iter_mut().all(|events| events.is_silent(Duration::from_millis(1))));
}
