//! The pages, as browsers without scripts use them.

mod access;
mod account;
mod assets;
mod charts;
mod console;
mod dealings;
mod employer;
mod errors;
mod guard;
mod jobs;
mod joining;
mod languages;
mod maintenance;
mod markup;
mod messages;
mod moderation;
mod news;
mod next;
mod offers;
mod outbox;
mod profile;
mod profile_files;
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

/// Returns the number that the frame of a page shows beside a place.
fn count_beside<'a>(page: &'a str, place: &str) -> Option<&'a str> {
    let link = page.split(&format!("<li><a href=\"{place}\"")).nth(1)?;
    let link = link.split("</a>").next()?;
    link.split("<span aria-hidden=\"true\">").nth(1)?.split('<').next()
}
