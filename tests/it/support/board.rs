//! People and offers of the job board, made over HTTP.

use antesala::base::clock::Clock;
use serde_json::{Value, json};

use super::server::PASSWORD;
use super::{Client, Reply, Server};

/// Days of a published offer.
pub const DAYS: i64 = 30;

/// A server on which nobody runs into a limit of requests.
pub fn server() -> Server {
    Server::with(&[("ANTESALA_RATE_LIMIT__ENABLED", "false")])
}

/// Returns the id of whoever is signed in.
pub fn id_of(client: &mut Client) -> String {
    text(&client.get("/api/auth/get-session").json()["user"]["id"])
}

/// Returns a text of an answer.
#[track_caller]
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}

/// A description that is long enough.
pub fn description(words: &str) -> String {
    format!("{words}\n\n{}", "Un equipo que investiga con rigor y con alegría. ".repeat(5))
}

/// The body of an offer: what it must have, and `more` laid over it.
#[expect(clippy::needless_pass_by_value, reason = "reads better where it is called")]
pub fn job_body(more: Value) -> Value {
    let mut body = json!({
        "title": "Investigadora postdoctoral",
        "description": description("Buscamos a alguien."),
        "category": "biology",
        "employmentType": "full_time",
    });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

impl Server {
    /// Signs up somebody who looks for work, with a proven address.
    pub fn professional(&self, email: &str) -> Client {
        let mut client = self.visitor();
        let body = json!({"name": "Ana", "email": email, "password": PASSWORD,
            "type": "professional", "profession": "Bióloga"});
        client.post("/api/auth/sign-up/email", body).expect(200);
        self.execute(&format!("UPDATE \"user\" SET email_verified = 1 WHERE email = '{email}'"));
        client
    }

    /// Signs up somebody who offers work, with an organisation of a name.
    pub fn organization(&self, email: &str, name: &str) -> Client {
        let mut client = self.visitor();
        let body = json!({"name": "Olga", "email": email, "password": PASSWORD,
            "type": "organization", "organizationName": name});
        client.post("/api/auth/sign-up/email", body).expect(200);
        client
    }

    /// Signs up somebody of an organisation's side who belongs nowhere.
    pub fn unattached(&self, email: &str) -> Client {
        let mut client = self.visitor();
        let body = json!({"name": "Nora", "email": email, "password": PASSWORD,
            "type": "organization"});
        client.post("/api/auth/sign-up/email", body).expect(200);
        client
    }

    /// Makes somebody a member of an owner's organisation, by invitation.
    pub fn member(&self, owner: &mut Client, email: &str, role: &str) -> Client {
        let path = format!("/api/organizations/{}/members", organization_of(owner));
        owner.post(&path, json!({"email": email, "role": role})).expect(201);
        let mut client = self.unattached(email);
        let token = text(&self.mail_of("organization-invite", email)["token"]);
        client.post(&format!("/api/invitations/{token}/accept"), json!({})).expect(200);
        client
    }

    /// Returns a moment some days from now, as a body has it.
    pub fn in_days(&self, days: i64) -> String {
        Clock::Manual(self.clock.clone()).now().plus_s(days * 86_400).iso()
    }

    /// Writes an offer and publishes it; returns it.
    pub fn published(&self, owner: &mut Client, more: Value) -> Value {
        let job = draft(owner, more);
        let path = format!("/api/jobs/{}/publish", text(&job["id"]));
        owner.post(&path, json!({"expiresAt": self.in_days(DAYS)})).expect(200).json()
    }
}

/// Returns the id of the organisation to which somebody belongs.
pub fn organization_of(client: &mut Client) -> String {
    text(&client.get("/api/auth/get-session").json()["user"]["organizationId"])
}

/// Writes an offer; returns it.
pub fn draft(owner: &mut Client, more: Value) -> Value {
    owner.post("/api/jobs", job_body(more)).expect(201).json()
}

/// Changes something as it was at `etag`.
#[expect(clippy::needless_pass_by_value, reason = "reads better where it is called")]
pub fn patch(client: &mut Client, path: &str, etag: &str, body: Value) -> Reply {
    client.set("if-match", etag);
    let body = body.to_string();
    let reply = client.send("PATCH", path, Some(("application/json", body.as_bytes())));
    client.unset("if-match");
    reply
}

/// Deletes something.
pub fn delete(client: &mut Client, path: &str) -> Reply {
    client.send("DELETE", path, None)
}
