//! An organisation with an offer, and people who want the job.

use serde_json::{Value, json};

use crate::support::{Client, Reply, Server};

/// A server with an organisation and its offer.
pub struct Stage {
    pub server: Server,
    /// The organisation's owner.
    pub owner: Client,
}

/// The one organisation of a stage.
pub const ORGANIZATION: &str = "org_duero";

/// Its one offer, until a test makes more.
pub const JOB: &str = "job_uno";

impl Stage {
    pub fn new() -> Self {
        Self::on(Server::with(&[("ANTESALA_RATE_LIMIT__ENABLED", "false")]))
    }

    /// Sets the stage on a server; the database may have it already.
    pub fn on(server: Server) -> Self {
        let owner = server.person("duero@ejemplo.es");
        server.execute(&format!(
            "INSERT INTO organization (id, slug, name, created_at, updated_at)
            VALUES ('{ORGANIZATION}', 'duero', 'Laboratorios Duero', 1, 1)"
        ));
        let stage = Self { server, owner };
        stage.enrol("duero@ejemplo.es", "owner");
        stage.offer(JOB, "[]");
        stage
    }

    /// Publishes an offer with some questions.
    pub fn offer(&self, id: &str, questions: &str) {
        self.server.execute(&format!(
            "INSERT INTO job (id, slug, organization_id, title, description, category,
                employment_type, is_salary_negotiable, mode, benefits, required_skills, questions,
                status, published_at, created_at, updated_at)
            VALUES ('{id}', '{id}', '{ORGANIZATION}', 'Bióloga molecular', 'Larga', 'biology',
                'full_time', 0, 'on_site', '[]', '[]', '{questions}', 'publicada', 1, 1, 1)"
        ));
    }

    fn enrol(&self, email: &str, role: &str) {
        self.server.execute(&format!(
            "INSERT INTO member (id, organization_id, user_id, role, created_at)
            SELECT 'mem_' || id, '{ORGANIZATION}', id, '{role}', created_at FROM \"user\"
            WHERE email = '{email}'"
        ));
        self.server.execute(&format!(
            "UPDATE \"user\" SET type = 'organization', organization_id = '{ORGANIZATION}'
            WHERE email = '{email}'"
        ));
    }

    /// Signs a member of the organisation up.
    pub fn member(&self, email: &str, role: &str) -> Client {
        let client = self.server.person(email);
        self.enrol(email, role);
        client
    }

    /// Signs somebody up who looks for a job, with a proven address.
    pub fn professional(&self, email: &str) -> Client {
        let client = self.server.person(email);
        self.server
            .execute(&format!("UPDATE \"user\" SET email_verified = 1 WHERE email = '{email}'"));
        client
    }

    /// Returns somebody who has applied, and their application.
    pub fn candidate(&self, email: &str) -> (Client, String) {
        let mut candidate = self.professional(email);
        let id = applied(&mut candidate);
        (candidate, id)
    }

    /// Opens the conversation of an application and returns its id.
    pub fn opened(&mut self, application: &str, content: &str) -> String {
        let path = format!("/api/applications/{application}/conversation");
        let reply = self.owner.post(&path, json!({"content": content})).expect(201);
        reply.json()["conversationId"].as_str().unwrap().to_owned()
    }
}

/// Applies for the stage's offer.
pub fn apply(candidate: &mut Client, body: Value) -> Reply {
    candidate.post(&format!("/api/jobs/{JOB}/applications"), body)
}

/// Applies for the offer and returns the application's id.
pub fn applied(candidate: &mut Client) -> String {
    let reply = apply(candidate, json!({})).expect(201);
    reply.json()["id"].as_str().unwrap().to_owned()
}

/// Leads an application to another state.
pub fn lead(client: &mut Client, id: &str, status: &str) -> Reply {
    patch(client, &format!("/api/applications/{id}/status"), &json!({"status": status}))
}

pub fn patch(client: &mut Client, path: &str, body: &Value) -> Reply {
    client.send("PATCH", path, Some(("application/json", body.to_string().as_bytes())))
}

/// Says something in a conversation and returns the message's id.
pub fn say(client: &mut Client, conversation: &str, content: &str) -> String {
    let path = format!("/api/conversations/{conversation}/messages");
    let reply = client.post(&path, json!({"content": content})).expect(201);
    reply.json()["id"].as_str().unwrap().to_owned()
}

/// Returns what a list holds.
pub fn items(client: &mut Client, path: &str) -> Vec<Value> {
    client.get(path).expect(200).json()["items"].as_array().unwrap().clone()
}
