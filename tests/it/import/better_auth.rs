//! What comes over, and what does not.

use serde_json::{Value, json};

use super::old::{COOKIE, HASH, Old, SECRET, SIGNED_UP, TOKEN, in_s};
use crate::support::Client;
use crate::support::process::Place;
use crate::support::server::{PASSWORD, SITE};

const IMPORT: [&str; 4] = ["import", "better-auth", "--from", "sqlite:old.db"];

/// A place with the old server's secret.
fn place() -> Place {
    let mut place = Place::new();
    place.set("ANTESALA_AUTH__SECRET", SECRET);
    place
}

/// What an import printed: the sum, and what it told row by row.
fn import(place: &Place, flags: &[&str], code: i32) -> (String, String) {
    let output = place.run(&[&IMPORT, flags].concat());
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let (sum, told) = (text(output.stdout), text(output.stderr));
    assert_eq!(output.status.code(), Some(code), "{sum}{told}");
    (sum, told)
}

fn credentials(email: &str) -> Value {
    json!({"email": email, "password": PASSWORD})
}

#[test]
fn imported_person_stays_signed_in_and_signs_in_and_is_hashed_anew() {
    let place = place();
    let old = Old::new(&place);
    old.person("ana1", "ana@ejemplo.es");
    old.set("ana1", "emailVerified", 1);
    old.set("ana1", "role", "user,admin");
    old.password("ana1", HASH);
    old.session("ana1", TOKEN, in_s(86_400 * 20));
    let server = place.serve();
    let (sum, told) = import(&place, &[], 0);
    assert!(sum.contains("people: 1 added, 0 already there, 0 refused"), "{sum}{told}");
    assert!(sum.contains("sessions: 1 added, 0 already there, 0 refused"), "{sum}");
    let mut ana = Client::new(&server.base(), SITE);
    ana.put_cookie("better-auth.session_token", COOKIE);
    let session = ana.get("/api/auth/get-session").json();
    assert_eq!(session["session"]["id"], "ses-U8bgQWZrsu");
    assert_eq!(session["session"]["token"], TOKEN);
    assert_eq!(session["session"]["userAgent"], "Navegador");
    let user = &session["user"];
    assert_eq!((&user["id"], &user["role"]), (&json!("ana1"), &json!("user,admin")));
    assert_eq!(user["emailVerified"], true);
    assert_eq!(user["createdAt"], SIGNED_UP.iso());
    let hash = || place.database().text("SELECT password FROM account");
    assert_eq!(hash(), HASH);
    let mut elsewhere = Client::new(&server.base(), SITE);
    elsewhere.post("/api/auth/sign-in/email", credentials("ana@ejemplo.es")).expect(200);
    assert!(hash().starts_with("$argon2id$"), "{}", hash());
    ana.get("/api/auth/list-sessions").expect(200);
    assert_eq!(place.database().text(r#"SELECT id FROM "user" WHERE is_admin = 1"#), "ana1");
}

#[test]
fn database_holds_no_token_of_an_imported_session_or_link() {
    let place = place();
    let old = Old::new(&place);
    old.person("ana1", "ana@ejemplo.es");
    old.password("ana1", HASH);
    old.session("ana1", TOKEN, in_s(86_400));
    old.link("ana1", "10769150350006150715113082367");
    old.verification("reset-password:iDj4eGtg6Qvct7f82TgPQ54Y", "ana1", &in_s(3_000));
    // What the writer has written stays in its log while somebody has the file open.
    let _server = place.serve();
    let (sum, told) = import(&place, &[], 0);
    assert!(sum.contains("verifications: 1 added"), "{sum}");
    assert!(!sum.contains("tokens"), "{sum}");
    let bytes = place.database().bytes();
    for secret in [TOKEN, "iDj4eGtg6Qvct7f82TgPQ54Y", "ya29.secret", "1//secret"] {
        let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!found, "{secret}");
        assert!(!sum.contains(secret) && !told.contains(secret), "{sum}{told}");
    }
    let linked = place
        .database()
        .rows("SELECT id, account_id, scope, user_id FROM account WHERE provider_id = 'google'");
    assert_eq!(linked, [["link-ana1", "10769150350006150715113082367", "openid,email", "ana1"]]);
}

/// What Better Auth 1.7.25 stored for `ya29.sealed` with [`SECRET`], and under another one.
pub const SEALED: &str = "fdcacdd302743cbfc7d42cacad73e522c3c8a59baea66ef111b7427abd5cb2cff01987b7ea80c2e59c62b82deb134a85087fcc";
const SEALED_BY_ANOTHER: &str = "fb3f19d675358b5c25a7bf139cc3e636368346f63079f9bb5e28705626a9143db1c9f71ebb54a58404e410e4ddcfe78bf277bb";

#[test]
fn what_providers_granted_comes_along_sealed_or_not() {
    let mut place = place();
    place.set("GOOGLE_CLIENT_ID", "antesala");
    place.set("GOOGLE_CLIENT_SECRET", "clave");
    let old = Old::new(&place);
    let numbered = format!("$ba$1${SEALED}");
    for (id, token, access) in [
        ("ana1", "ya29.secret", Some("ya29.secret")),
        ("eva1", SEALED, Some("ya29.sealed")),
        ("iris1", &numbered, Some("ya29.sealed")),
        ("lola1", SEALED_BY_ANOTHER, None),
    ] {
        old.person(id, &format!("{id}@ejemplo.es"));
        old.password(id, HASH);
        old.link(id, &format!("g-{id}"));
        old.execute(&format!(
            "UPDATE account SET accessToken = '{token}', idToken = 'eyJ.{id}.x',
                accessTokenExpiresAt = '{}', refreshTokenExpiresAt = '{}'
            WHERE id = 'link-{id}'",
            in_s(3_000),
            in_s(9_000)
        ));
        assert!(access.is_none_or(|access| access.starts_with("ya29.")));
    }
    let server = place.serve();
    let (sum, told) = import(&place, &[], 0);
    assert!(sum.contains("accounts: 8 added, 0 already there, 0 refused"), "{sum}{told}");
    assert!(sum.contains("1 accounts hold tokens of their provider that are encrypted"), "{sum}");
    assert!(told.contains("changed account link-lola1: the provider's tokens are"), "{told}");
    for (id, access) in [("ana1", "ya29.secret"), ("eva1", "ya29.sealed"), ("iris1", "ya29.sealed")]
    {
        let mut person = Client::new(&server.base(), SITE);
        person
            .post("/api/auth/sign-in/email", credentials(&format!("{id}@ejemplo.es")))
            .expect(200);
        let asked = json!({"providerId": "google"});
        let granted = person.post("/api/auth/get-access-token", asked).expect(200).json();
        assert_eq!(granted["accessToken"], access, "{id}");
        assert_eq!(granted["idToken"], format!("eyJ.{id}.x"));
        assert_eq!(granted["scopes"], json!(["openid", "email"]));
        assert!(granted["accessTokenExpiresAt"].as_str().unwrap().ends_with('Z'));
    }
    let mut lola = Client::new(&server.base(), SITE);
    lola.post("/api/auth/sign-in/email", credentials("lola1@ejemplo.es")).expect(200);
    let asked = json!({"providerId": "google"});
    lola.post("/api/auth/get-access-token", asked).refused(400, "FAILED_TO_GET_ACCESS_TOKEN");
    let bytes = place.database().bytes();
    for secret in ["ya29.", "1//secret", "eyJ.ana1.x", SEALED, SEALED_BY_ANOTHER] {
        let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!found, "{secret}");
    }
}

#[test]
fn mailed_links_that_still_count_work_on() {
    let place = place();
    let old = Old::new(&place);
    old.person("ana1", "ana@ejemplo.es");
    old.password("ana1", HASH);
    old.verification("reset-password:iDj4eGtg6Qvct7f82TgPQ54Y", "ana1", &in_s(3_000));
    old.verification("reset-password:tooLateTooLateTooLate123", "ana1", &in_s(-1));
    old.verification("reset-password:nobodysNobodysNobodys123", "nobody", &in_s(3_000));
    old.verification("sign-in-otp-ana@ejemplo.es", "894869:0", &in_s(200));
    let (sum, _) = import(&place, &[], 0);
    assert!(
        sum.contains("verifications: 1 added, 0 already there, 0 refused, 3 left out"),
        "{sum}"
    );
    let server = place.serve();
    let mut ana = Client::new(&server.base(), SITE);
    let reset = |token: &str| json!({"newPassword": "otra frase bien larga", "token": token});
    ana.post("/api/auth/reset-password", reset("tooLateTooLateTooLate123"))
        .refused(400, "INVALID_TOKEN");
    ana.post("/api/auth/reset-password", reset("iDj4eGtg6Qvct7f82TgPQ54Y")).expect(200);
    let new = json!({"email": "ana@ejemplo.es", "password": "otra frase bien larga"});
    ana.post("/api/auth/sign-in/email", new).expect(200);
}

#[test]
fn ban_comes_along_and_lifts_itself_when_it_would_have() {
    let place = place();
    let old = Old::new(&place);
    for (id, until) in [("ever", None), ("soon", Some(in_s(600))), ("past", Some(in_s(-600)))] {
        old.person(id, &format!("{id}@ejemplo.es"));
        old.password(id, HASH);
        old.set(id, "banned", 1);
        old.set(id, "banReason", "spam");
        old.set(id, "banExpires", until);
        old.session(id, id, in_s(86_400));
    }
    let (sum, _) = import(&place, &[], 0);
    assert!(sum.contains("sessions: 1 added, 0 already there, 0 refused, 2 left out"), "{sum}");
    let server = place.serve();
    let mut visitor = Client::new(&server.base(), SITE);
    for banned in ["ever@ejemplo.es", "soon@ejemplo.es"] {
        visitor.post("/api/auth/sign-in/email", credentials(banned)).refused(403, "BANNED_USER");
    }
    visitor.post("/api/auth/sign-in/email", credentials("past@ejemplo.es")).expect(200);
}

#[test]
fn second_factor_bars_the_person_until_the_operator_says_otherwise() {
    let place = place();
    let old = Old::new(&place);
    old.person("ana1", "ana@ejemplo.es");
    old.set("ana1", "twoFactorEnabled", 1);
    old.password("ana1", HASH);
    old.session("ana1", TOKEN, in_s(86_400));
    let (sum, told) = import(&place, &[], 0);
    assert!(told.contains("changed user ana1: ana@ejemplo.es has a second factor on"), "{told}");
    assert!(sum.contains("1 of them came turned off"), "{sum}");
    assert!(sum.contains("sessions: 0 added, 0 already there, 0 refused, 1 left out"), "{sum}");
    let server = place.serve();
    let mut ana = Client::new(&server.base(), SITE);
    ana.put_cookie("better-auth.session_token", COOKIE);
    assert!(ana.get("/api/auth/get-session").json().is_null());
    let mut visitor = Client::new(&server.base(), SITE);
    visitor
        .post("/api/auth/sign-in/email", credentials("ana@ejemplo.es"))
        .refused(401, "ACCOUNT_DISABLED");
    place.ok(&["user", "enable", "ana1"]);
    visitor.post("/api/auth/sign-in/email", credentials("ana@ejemplo.es")).expect(200);
}

#[test]
fn second_factor_that_is_dropped_leaves_the_person_signed_in() {
    let place = place();
    let old = Old::new(&place);
    old.person("ana1", "ana@ejemplo.es");
    old.set("ana1", "twoFactorEnabled", 1);
    old.session("ana1", TOKEN, in_s(86_400));
    import(&place, &["--drop-two-factor"], 0);
    let server = place.serve();
    let mut ana = Client::new(&server.base(), SITE);
    ana.put_cookie("better-auth.session_token", COOKIE);
    assert_eq!(ana.get("/api/auth/get-session").json()["user"]["id"], "ana1");
}

#[test]
fn rows_that_cannot_be_taken_are_told_and_hurt_nobody_else() {
    let place = place();
    let old = Old::new(&place);
    old.crowd(600);
    for (id, email) in
        [("bad", "no es correo"), ("dup1", "Eva@ejemplo.es"), ("dup2", "eva@EJEMPLO.es")]
    {
        old.person(id, email);
        old.password(id, HASH);
        old.session(id, id, in_s(86_400));
    }
    old.person("strange", "raro@ejemplo.es");
    old.password("strange", "md5$1234");
    old.password("nobody", HASH);
    old.session("nobody", "orphan", in_s(86_400));
    old.session("strange", "expired", in_s(-1));
    old.session("strange", "unreadable", "mañana");
    old.session("strange", "acting", in_s(86_400));
    old.execute("UPDATE session SET impersonatedBy = 'dup1' WHERE token = 'acting'");
    old.execute("INSERT INTO passkey VALUES ('p', 'k', 'strange')");
    let before = old.bytes();
    let (dry, dry_told) = import(&place, &["--dry-run", "--report", "dry.jsonl"], 1);
    assert!(dry.contains("people: 602 added, 0 already there, 2 refused"), "{dry}");
    assert_eq!(place.database().count("user"), 0);
    let (sum, told) = import(&place, &["--report", "report.jsonl"], 1);
    let counted = |sum: &str| -> Vec<String> {
        sum.lines().filter(|line| line.contains("added,")).map(str::to_owned).collect()
    };
    assert_eq!(
        counted(&sum),
        [
            "people: 602 added, 0 already there, 2 refused",
            "accounts: 601 added, 0 already there, 2 refused, 2 left out",
            "sessions: 601 added, 0 already there, 2 refused, 4 left out",
            "verifications: 0 added, 0 already there, 0 refused",
        ]
    );
    assert_eq!(counted(&dry), counted(&sum));
    assert!(sum.contains("1 rows of passkey were not taken"), "{sum}");
    for line in [
        "refused user bad: \"no es correo\" is no mail address",
        "refused user dup2: the address eva@ejemplo.es already belongs to dup1",
        "refused account acc-strange: the password's hash is of no known format",
        "refused account acc-nobody: belongs to nobody",
        "refused session ses-orphan: belongs to nobody",
        "refused session ses-unreadable:",
        "some rows were refused and everything else is done",
    ] {
        assert!(told.contains(line), "{line}\n{told}");
    }
    let reported = std::fs::read_to_string(place.path("report.jsonl")).unwrap();
    let lines: Vec<Value> =
        reported.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 6, "{reported}");
    assert!(dry_told.contains("refused user dup2: the address eva@ejemplo.es"), "{dry_told}");
    assert_eq!(place.database().count("user"), 602);
    assert_eq!(old.bytes(), before);
}

#[test]
fn columns_are_found_however_the_adapter_named_and_typed_them() {
    let place = place();
    let old = Old::new(&place);
    old.execute(
        r#"DROP TABLE "user"; DROP TABLE session; DROP TABLE account; DROP TABLE verification;
        CREATE TABLE users (id integer primary key, name text, email text, email_verified integer,
            created_at integer, updated_at integer);
        CREATE TABLE sessions (id integer primary key, expires_at integer, token text,
            user_id integer);
        CREATE TABLE accounts (id integer primary key, account_id text, provider_id text,
            user_id integer, password text);
        INSERT INTO users VALUES (7, 'Ana', 'ana@ejemplo.es', 1, 1767225600, 1767225600120);
        INSERT INTO users VALUES (11, 'Eva', 'eva@ejemplo.es', 0, 1767225600, 1767225600120);
        INSERT INTO sessions VALUES (1, 4102444800, 'U8bgQWZrsuF00oxYRcq23WIZgXFiStVQ', 7);
        INSERT INTO accounts VALUES (1, '11', 'google', 11, NULL);"#,
    );
    let (sum, told) = import(&place, &[], 0);
    assert!(sum.contains("people: 2 added"), "{sum}{told}");
    let people = place
        .database()
        .rows(r#"SELECT id, email_verified, created_at, updated_at FROM "user" ORDER BY email"#);
    assert_eq!(people[0], ["7", "1", "1767225600000", "1767225600120"]);
    let (account, session) = ("SELECT user_id FROM account", "SELECT user_id FROM session");
    assert_eq!(place.database().text(account), "11");
    assert_eq!(place.database().text(session), "7");
}

#[test]
fn what_is_too_long_is_cut_and_told() {
    let place = place();
    let old = Old::new(&place);
    old.person("ana1", "ana@ejemplo.es");
    old.set("ana1", "name", "ñ".repeat(201));
    old.set("ana1", "image", format!("data:image/png;base64,{}", "A".repeat(3_000)));
    let (_, told) = import(&place, &[], 0);
    assert!(told.contains("changed user ana1: the name is longer than 200"), "{told}");
    assert!(told.contains("changed user ana1: the image is longer than 2048"), "{told}");
    let row = place.database().rows(r#"SELECT name, image FROM "user""#);
    assert_eq!(row, [["ñ".repeat(200), String::new()]]);
}

#[test]
fn source_that_is_none_is_named_with_what_is_missing() {
    let place = place();
    place.ok(&["migrate", "up"]);
    rusqlite::Connection::open(place.path("empty.db")).unwrap().execute_batch("VACUUM").unwrap();
    std::fs::write(place.path("text.db"), "no es una base de datos, ni de lejos").unwrap();
    for (from, code, said) in [
        ("sqlite:nowhere.db", 1, "nowhere.db does not exist"),
        ("sqlite:empty.db", 1, "it has no table user"),
        ("sqlite:text.db", 1, "file is not a database"),
        ("mysql://ana:clave@host/db", 2, "--from is neither sqlite:FILE nor postgres://"),
        ("old.db", 2, "--from is neither"),
        ("postgres://ana:clave@localhost/db?sslmode=maybe", 2, "--from has sslmode=maybe"),
    ] {
        let told = place.fails(&["import", "better-auth", "--from", from], code);
        assert!(told.contains(said) && !told.contains("clave"), "{from}: {told}");
    }
    let own = Place::on_file();
    own.ok(&["migrate", "up"]);
    let from = format!("sqlite:{}", own.path("data/antesala.db").display());
    let told = place.fails(&["import", "better-auth", "--from", &from], 1);
    assert!(told.contains("its table session has no column token"), "{told}");
}
