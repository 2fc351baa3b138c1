//! Administrators, and what they do to other people.

mod audit;
mod audit_list;
mod audit_tries;
mod borrowed;
mod impersonate;
mod last;
mod list;
mod overtaken;
mod people;
mod refusals;
mod sessions;
mod standing;

use serde_json::{Value, json};

use crate::support::{Client, Server};

/// A server on which nobody runs into a limit of requests.
fn server() -> Server {
    Server::with(&[("ANTESALA_RATE_LIMIT__ENABLED", "false")])
}

/// Returns the id of whoever is signed in.
fn id_of(client: &mut Client) -> String {
    client.get("/api/auth/get-session").json()["user"]["id"].as_str().unwrap().to_owned()
}

/// Asks an administrator's endpoint about a person.
fn about(admin: &mut Client, verb: &str, id: &str) -> crate::support::Reply {
    with(admin, verb, id, json!({}))
}

/// As [`about`], with more in the body.
#[expect(clippy::needless_pass_by_value, reason = "reads better where it is called")]
fn with(admin: &mut Client, verb: &str, id: &str, more: Value) -> crate::support::Reply {
    let mut body = json!({"userId": id});
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    admin.post(&format!("/api/auth/admin/{verb}"), body)
}
