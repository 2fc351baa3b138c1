//! A wrong password costs the same work whoever it is for: no account, one of our own
//! making, one that came from elsewhere.

use std::collections::BTreeMap;

use serde_json::json;

use crate::support::process::{Place, Running};
use crate::support::server::{PASSWORD, SITE};
use crate::support::{Client, Reply};

/// Hashes of [`PASSWORD`] that people bring, and the kinds that they are counted as.
const IMPORTED: [(&str, &str); 4] = [
    ("scrypt", include_str!("../../golden/hash-better-auth-scrypt.txt")),
    ("bcrypt", include_str!("../../golden/hash-bcrypt.txt")),
    ("pbkdf2", include_str!("../../golden/hash-pbkdf2-sha256.txt")),
    ("argon2", include_str!("../../golden/hash-argon2i.txt")),
];

type Work = BTreeMap<String, u64>;

/// A place whose server counts no requests, with somebody of our own making.
fn place() -> Place {
    let mut place = Place::new();
    place.set("ANTESALA_RATE_LIMIT__ENABLED", "false");
    let create = ["user", "create", "native@ejemplo.es", "--password-stdin"];
    assert!(place.with_input(&create, PASSWORD).status.success());
    place
}

fn import(place: &Place, people: &[(&str, &str)]) {
    let mut lines = vec![String::from("email,password_hash,emailVerified")];
    lines.extend(
        people.iter().map(|(name, hash)| format!("{name}@ejemplo.es,\"{}\",true", hash.trim())),
    );
    place.write("people.csv", &lines.join("\n"));
    place.ok(&["import", "users", "--from", "people.csv"]);
}

fn sign_in(server: &Running, name: &str, password: &str) -> Reply {
    let body = json!({"email": format!("{name}@ejemplo.es"), "password": password});
    Client::new(&server.base(), SITE).post("/api/auth/sign-in/email", body)
}

/// Hashes made and compared so far, by kind; kinds of which there were none are left out.
fn work(server: &Running) -> Work {
    let text = Client::new(&server.base(), SITE).get("/metrics").expect(200).text;
    let lines = text.lines().filter_map(|line| line.strip_prefix("antesala_password_hashes_total"));
    lines
        .filter_map(|line| {
            let (kind, count) = line.strip_prefix("{kind=\"")?.split_once("\"} ")?;
            Some((kind.to_owned(), count.parse().unwrap()))
        })
        .filter(|(_, count)| *count > 0)
        .collect()
}

/// The work of one wrong password.
fn wrong(server: &Running, name: &str) -> Work {
    let before = work(server);
    sign_in(server, name, "no es esta frase").refused(401, "INVALID_EMAIL_OR_PASSWORD");
    let after = work(server);
    let done = |(kind, count): (String, u64)| {
        let done = count - before.get(&kind).copied().unwrap_or(0);
        (done > 0).then_some((kind, done))
    };
    after.into_iter().filter_map(done).collect()
}

fn one_each(kinds: &[&str]) -> Work {
    kinds.iter().map(|kind| ((*kind).to_owned(), 1)).collect()
}

#[test]
fn unknown_native_and_imported_accounts_take_the_same_work() {
    let place = place();
    import(&place, &IMPORTED[..1]);
    let server = place.serve();
    let expected = one_each(&["argon2id", "scrypt"]);
    for name in ["nadie", "native", "scrypt"] {
        assert_eq!(wrong(&server, name), expected, "{name}");
    }
    // More come while the server runs: it is felt at once, by everybody.
    import(&place, &IMPORTED[1..]);
    let expected = one_each(&["argon2", "argon2id", "bcrypt", "pbkdf2", "scrypt"]);
    for name in ["scrypt", "bcrypt", "pbkdf2", "argon2", "native", "nadie"] {
        assert_eq!(wrong(&server, name), expected, "{name}");
    }
    for (name, _) in IMPORTED {
        sign_in(&server, name, PASSWORD).expect(200);
        assert_eq!(wrong(&server, name), expected, "{name} is one of ours now");
    }
    sign_in(&server, "native", PASSWORD).expect(200);
}

#[test]
fn sign_in_is_cheap_again_when_no_imported_password_is_left() {
    let place = place();
    import(&place, &IMPORTED[1..2]);
    let server = place.serve();
    sign_in(&server, "bcrypt", PASSWORD).expect(200);
    assert_eq!(wrong(&server, "nadie"), one_each(&["argon2id", "bcrypt"]));
    place.ok(&["cron", "run", "optimize"]);
    assert_eq!(wrong(&server, "nadie"), one_each(&["argon2id"]));
    assert_eq!(wrong(&server, "bcrypt"), one_each(&["argon2id"]));
}

#[test]
fn accounts_older_than_the_settings_take_the_same_work() {
    let mut place = place();
    let server = place.serve();
    let noted = || (place.database().count("password_format") == 1).then_some(());
    crate::support::server::wait_for("the costs of today to be noted", noted);
    drop(server);
    place.set("ANTESALA_AUTH__ARGON2_ITERATIONS", "2");
    let server = place.serve();
    sign_in(&server, "nadie", "no es esta frase").refused(401, "INVALID_EMAIL_OR_PASSWORD");
    let twice: Work = BTreeMap::from([(String::from("argon2id"), 2)]);
    for name in ["nadie", "native"] {
        assert_eq!(wrong(&server, name), twice, "{name}: of before and of today");
    }
}

#[test]
fn passwords_stored_by_an_older_version_are_read_at_the_first_start() {
    let place = place();
    import(&place, &IMPORTED[..2]);
    place.database().execute("DELETE FROM password_format");
    place.database().execute("INSERT INTO password_format (decoy, seen_at) VALUES ('unread', 0)");
    let server = place.serve();
    let count =
        || place.database().number("SELECT count(*) FROM password_format WHERE decoy <> 'unread'");
    crate::support::server::wait_for("the passwords to be read", || (count() == 3).then_some(()));
    let expected = one_each(&["argon2id", "bcrypt", "scrypt"]);
    for name in ["nadie", "native", "scrypt", "bcrypt"] {
        assert_eq!(wrong(&server, name), expected, "{name}");
    }
    let left = "SELECT count(*) FROM password_format WHERE decoy = 'unread'";
    assert_eq!(place.database().number(left), 0);
}

#[test]
fn password_put_there_behind_our_back_is_noted_by_the_first_who_tries() {
    let place = place();
    let server = place.serve();
    let hash = IMPORTED[1].1.trim();
    place.database().execute(&format!("UPDATE account SET password = '{hash}'"));
    wrong(&server, "native");
    let expected = one_each(&["argon2id", "bcrypt"]);
    for name in ["nadie", "native"] {
        assert_eq!(wrong(&server, name), expected, "{name}");
    }
}
