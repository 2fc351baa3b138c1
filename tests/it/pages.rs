//! The pages, as browsers without scripts use them.

mod access;
mod account;
mod assets;
mod charts;
mod console;
mod errors;
mod guard;
mod jobs;
mod languages;
mod maintenance;
mod markup;
mod moderation;
mod next;
mod outbox;
mod waiting;

use crate::support::{Client, Reply, Server};

const FORM: &str = "application/x-www-form-urlencoded";

/// A visitor who reads pages.
fn browser(server: &Server) -> Client {
    reader(server.visitor())
}

/// The same person, reading pages.
fn reader(mut client: Client) -> Client {
    client.set("accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8");
    client
}

/// Sends a form.
fn submit(client: &mut Client, path: &str, fields: &[(&str, &str)]) -> Reply {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    client.send("POST", path, Some((FORM, body.as_bytes())))
}

/// Sends a form that is answered by a redirect, and returns where it leads.
#[track_caller]
fn led(client: &mut Client, path: &str, fields: &[(&str, &str)]) -> String {
    let reply = submit(client, path, fields).expect(303);
    reply.header("location").unwrap().to_owned()
}
