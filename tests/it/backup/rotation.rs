//! Archives from before a rotation, and those that were made in the middle of one.

use std::fs;

use age::x25519::Identity;

use super::archive::write_identity;
use super::{client, sign_up};
use crate::support::Client;
use crate::support::process::{Place, Running};

const COOKIE: &str = "better-auth.session_token";
const NEW: &str = "Wd8sK2pZr6yVb1nQ4tMx7cJf9hLg3eUa";

fn secrets(place: &Place, file: &str) -> String {
    fs::read_to_string(place.path(file)).unwrap_or_default()
}

fn is_signed_in(server: &Running, browser: &Client) -> bool {
    let mut again = client(server);
    again.put_cookie(COOKIE, browser.cookie(COOKIE).unwrap());
    !again.get("/api/auth/get-session").expect(200).json().is_null()
}

/// A place with somebody's session, whose secret was followed by another.
fn rotated(mut place: Place, recipient: Option<&Identity>) -> (Place, Client, String) {
    if let Some(recipient) = recipient {
        place.set("ANTESALA_BACKUP__RECIPIENT", &recipient.to_public().to_string());
    }
    let server = place.serve();
    let ana = sign_up(&server, "ana@ejemplo.es");
    server.signal(rustix::process::Signal::TERM);
    server.wait();
    place.ok(&["backup", "antes.tar.zst"]);
    let old = secrets(&place, "data/auth.secret");
    place.ok(&["secret", "rotate"]);
    (place, ana, old)
}

#[test]
fn archive_from_before_a_rotation_is_restored_where_the_earlier_secret_is_honoured() {
    let (place, ana, old) = rotated(Place::on_file(), None);
    let new = secrets(&place, "data/auth.secret");
    place.ok(&["restore", "antes.tar.zst", "--yes"]);
    assert_eq!(secrets(&place, "data/auth.secret"), new, "the new one signs on");
    assert!(is_signed_in(&place.serve(), &ana));
    // Configured it is the same, and without the earlier one nothing is restored.
    let archive = place.path("antes.tar.zst").display().to_string();
    let mut configured = Place::on_file();
    configured.set("ANTESALA_AUTH__SECRET", NEW);
    assert!(configured.fails(&["restore", &archive], 1).contains("sets another auth.secret"));
    configured.set("ANTESALA_AUTH__PREVIOUS_SECRETS", old.trim());
    configured.ok(&["restore", &archive]);
    assert!(is_signed_in(&configured.serve(), &ana));
}

#[test]
fn encrypted_archive_brings_every_secret_in_force_and_keeps_those_that_are_here() {
    let own = Identity::generate();
    let (place, ana, old) = rotated(Place::on_file(), Some(&own));
    place.ok(&["backup", "despues.tar.zst.age"]);
    let new = secrets(&place, "data/auth.secret");
    let archive = place.path("despues.tar.zst.age").display().to_string();
    let elsewhere = Place::on_file();
    write_identity(&elsewhere, "own.key", &own);
    elsewhere.ok(&["restore", &archive, "--identity", "own.key"]);
    let files = ["data/auth.secret", "data/auth.secret.previous"];
    assert_eq!(files.map(|file| secrets(&elsewhere, file)), [new.clone(), old.clone()]);
    assert!(is_signed_in(&elsewhere.serve(), &ana));
    // The archive from before brings the earlier secret back; what is signed here since
    // stays good beside it.
    write_identity(&place, "own.key", &own);
    place.ok(&["restore", "antes.tar.zst", "--identity", "own.key", "--yes"]);
    assert_eq!(files.map(|file| secrets(&place, file)), [old, new]);
    assert!(is_signed_in(&place.serve(), &ana));
}

#[test]
fn archive_whose_earlier_secrets_are_lost_says_so() {
    let (place, _ana, _old) = rotated(Place::on_file(), None);
    place.ok(&["backup", "despues.tar.zst"]);
    let elsewhere = Place::on_file();
    let archive = place.path("despues.tar.zst").display().to_string();
    let key = place.path("data/auth.secret").display().to_string();
    let output = elsewhere.run(&["restore", &archive, "--auth-secret-file", &key]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success() && said.contains("1 earlier secrets"), "{said}");
}
