//! What only a process can show: exit codes, signals, files, and the command line
//! beside a running server.

use std::io::{Read as _, Write as _};
use std::os::unix::fs::PermissionsExt as _;

use rustix::process::Signal;
use serde_json::{Value, json};

use crate::support::database::is_postgres;
use crate::support::process::Place;
use crate::support::raw::{connect, until_closed};
use crate::support::server::{PASSWORD, SITE};
use crate::support::source;
use crate::support::{Client, Database};

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn without_arguments_help_is_printed_and_usage_is_2() {
    let place = Place::new();
    let output = place.run(&[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("Usage: antesala"));
    assert!(place.ok(&["--help"]).contains("waitlist"));
    place.fails(&["nada"], 2);
    place.fails(&["user", "delete", "ana@ejemplo.es"], 1);
    assert!(place.ok(&["completions", "bash"]).contains("antesala"));
    for (command, text) in [
        (&["user", "--help"][..], "Administer people"),
        (&["help", "user", "set-role"], "<USER>"),
        (&["serve", "--help"], "--listen"),
        (&["--config", "none.toml", "serve", "--help"], "--config"),
        (&["help", "serve"], "--public-url"),
    ] {
        let said = place.ok(command);
        assert!(said.contains(text), "{command:?}: {said}");
    }
    place.fails(&["serve", "--nothing"], 2);
    assert!(json(&place.ok(&["openapi"]))["openapi"].as_str().unwrap().starts_with("3.1"));
}

#[test]
fn configuration_mistakes_are_64_and_name_everything() {
    let mut place = Place::new();
    place.write("antesala.toml", "[server]\nlisten = \"nowhere\"\n[auth]\nsesion_ttl_s = 3\n");
    let said = place.fails(&["config", "check"], 64);
    for part in
        ["antesala.toml:2", "server.listen", "nowhere", "antesala.toml:4", "auth.session_ttl_s"]
    {
        assert!(said.contains(part), "{part} in {said}");
    }
    place.write("antesala.toml", "");
    place.set("ANTESALA_AUTH__SECRET", "changeme-changeme-changeme-changeme");
    let said = place.fails(&["serve"], 64);
    assert!(said.contains("ANTESALA_AUTH__SECRET") && !said.contains("changeme"), "{said}");
    place.fails(&["--config", "nada.toml", "config", "check"], 64);
}

#[test]
fn later_sources_win_and_secrets_are_masked() {
    let mut place = Place::on_file();
    let secret = "q7Jx0pVn3RkT8mZs5LwB2yHc9DfG6uEa";
    place.write(
        "antesala.toml",
        &format!("[brand]\nname = \"Uno\"\n[auth]\nsecret = \"{secret}\"\n"),
    );
    place.set("ANTESALA_BRAND__NAME", "Dos");
    let printed = place.ok(&["config", "print", "--json"]);
    assert!(!printed.contains(secret));
    let lines = json(&printed);
    let line = |key: &str| {
        lines.as_array().unwrap().iter().find(|line| line["key"] == key).cloned().unwrap()
    };
    assert!(line("brand.name")["value"].as_str().unwrap().contains("Dos"));
    assert!(line("brand.name")["origin"].as_str().unwrap().contains("ANTESALA_BRAND__NAME"));
    assert!(line("auth.secret")["origin"].as_str().unwrap().contains("antesala.toml"));
}

#[test]
fn secrets_and_data_are_for_their_owner_alone() {
    let place = Place::on_file();
    let server = place.serve();
    let mode = |name: &str| place.path(name).metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("data"), 0o700);
    assert_eq!(mode("data/auth.secret"), 0o600);
    drop(server);
}

#[test]
fn second_server_on_a_folder_is_refused() {
    let place = Place::new();
    let first = place.serve();
    let said = place.fails(&["serve"], 1);
    assert!(said.contains("belongs to a running antesala"), "{said}");
    assert!(said.contains("server.data_dir"), "{said}");
    drop(first);
}

#[test]
fn first_start_offers_the_first_administrator_until_there_is_one() {
    let place = Place::new();
    let mut server = place.serve();
    server.line();
    let offer = server.line();
    assert!(offer.contains(&format!("{SITE}/setup/")), "{offer}");
    drop(server);
    create(&place, "ana@ejemplo.es", "admin");
    let mut server = place.serve();
    server.line();
    server.signal(Signal::TERM);
    assert_eq!(server.line(), "");
}

fn create(place: &Place, email: &str, role: &str) {
    let arguments = ["user", "create", email, "--role", role, "--password-stdin", "--verified"];
    let output = place.with_input(&arguments, &format!("{PASSWORD}\n"));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn sigterm_finishes_what_is_in_flight_and_folds_the_log() {
    let place = Place::new();
    let server = place.serve();
    let mut slow = connect(server.address);
    let body = r#"{"email":"ana@ejemplo.es","role":"professional"}"#;
    let head = format!(
        "POST /api/waitlist HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        body.len()
    );
    slow.write_all(head.as_bytes()).unwrap();
    // The interim answer proves that the request is in flight.
    let mut interim = [0; 25];
    slow.read_exact(&mut interim).unwrap();
    assert!(interim.starts_with(b"HTTP/1.1 100"));
    server.signal(Signal::TERM);
    let refused = || std::net::TcpStream::connect(server.address).is_err();
    crate::support::server::wait_for("a closed socket", || refused().then_some(()));
    slow.write_all(body.as_bytes()).unwrap();
    let answer = String::from_utf8(until_closed(&mut slow)).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    assert_eq!(server.wait().code(), Some(0), "{}", place.log());
    let log = std::fs::metadata(place.path("data/antesala.db-wal"));
    assert_eq!(log.map_or(0, |log| log.len()), 0, "the log is folded in");
    assert_eq!(place.database().count("waitlist"), 1);
}

#[test]
fn user_commands_work_beside_a_running_server() {
    let place = Place::new();
    let server = place.serve();
    create(&place, "Ana@Ejemplo.es", "user");
    let mut ana = Client::new(&server.base(), SITE);
    let credentials = json!({"email": "ana@ejemplo.es", "password": PASSWORD});
    ana.post("/api/auth/sign-in/email", credentials.clone()).expect(200);
    let shown = json(&place.ok(&["user", "show", "ana@ejemplo.es", "--json"]));
    assert_eq!(
        (shown["role"].as_str(), shown["emailVerified"].as_bool()),
        (Some("user"), Some(true))
    );
    assert_eq!(
        json(&place.ok(&["user", "sessions", "ana@ejemplo.es", "--json"]))
            .as_array()
            .unwrap()
            .len(),
        1
    );
    place.ok(&["user", "set-role", "ana@ejemplo.es", "admin"]);
    assert_eq!(ana.get("/api/auth/get-session").json()["user"]["role"], "admin");
    // Nobody else administers this site.
    place.ok(&["user", "set-role", "ana@ejemplo.es", "user", "--yes"]);
    place.ok(&["user", "ban", "ana@ejemplo.es", "--reason", "spam", "--days", "3"]);
    assert!(ana.get("/api/auth/get-session").json().is_null());
    ana.post("/api/auth/sign-in/email", credentials.clone()).refused(403, "BANNED_USER");
    place.ok(&["user", "unban", "ana@ejemplo.es"]);
    place.ok(&["user", "disable", "ana@ejemplo.es"]);
    ana.post("/api/auth/sign-in/email", credentials.clone()).refused(401, "ACCOUNT_DISABLED");
    place.ok(&["user", "enable", shown["id"].as_str().unwrap()]);
    ana.post("/api/auth/sign-in/email", credentials).expect(200);
    place.ok(&["user", "revoke-sessions", "ana@ejemplo.es"]);
    assert!(ana.get("/api/auth/get-session").json().is_null());
    let changed = place.with_input(
        &["user", "set-password", "ana@ejemplo.es", "--password-stdin"],
        "otra frase bien larga\n",
    );
    assert!(changed.status.success());
    let said = place.fails(&["user", "delete", "ana@ejemplo.es"], 2);
    assert!(said.contains("--yes"), "{said}");
    place.ok(&["user", "delete", "ana@ejemplo.es", "--yes"]);
    assert_eq!(json(&place.ok(&["user", "list", "--json"])), json!([]));
}

#[test]
fn waitlist_travels_through_csv_and_json() {
    let place = Place::new();
    let server = place.serve();
    let mut visitor = Client::new(&server.base(), SITE);
    let join = |role: &str, n: usize| json!({"email": format!("p{n}@ejemplo.es"), "role": role, "name": "Ana, \"la\" 1ª"});
    visitor.post("/api/waitlist", join("professional", 1)).expect(201);
    visitor.post("/api/waitlist", join("empresa", 2)).expect(201);
    for file in ["list.csv", "list.json"] {
        place.ok(&["waitlist", "export", file]);
        let elsewhere = Place::new();
        std::fs::copy(place.path(file), elsewhere.path(file)).unwrap();
        let said = elsewhere.ok(&["waitlist", "import", file]);
        assert!(said.contains("2 added, 0 already there, 0 bad"), "{said}");
        let again = elsewhere.ok(&["waitlist", "import", file]);
        assert!(again.contains("0 added, 2 already there, 0 bad"), "{again}");
        let list = |place: &Place| json(&place.ok(&["waitlist", "list", "--json"]));
        assert_eq!(list(&place), list(&elsewhere));
    }
    place
        .write("bad.csv", "email,role\nok@ejemplo.es,empresa\nno-es-correo,empresa\nx@y.es,nada\n");
    let output = place.run(&["waitlist", "import", "bad.csv"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains("line 3:") && said.contains("line 4:"), "{said}");
    let stats = json(&place.ok(&["waitlist", "stats", "--json"]));
    assert_eq!((stats["total"].as_i64(), stats["empresas"].as_i64()), (Some(3), Some(2)));
    place.ok(&["waitlist", "remove", "ok@ejemplo.es", "--yes"]);
    assert_eq!(json(&place.ok(&["waitlist", "stats", "--json"]))["total"], 2);
}

#[test]
fn migrations_say_what_they_did_and_would_do() {
    let place = Place::new();
    assert!(place.ok(&["migrate", "up", "--dry-run"]).contains("would apply 0001"));
    assert!(!place.path("data/antesala.db").exists());
    assert!(place.ok(&["migrate", "up"]).contains("applied 0001"));
    assert!(place.ok(&["migrate", "up"]).contains("0 applied"));
    let status = json(&place.ok(&["migrate", "status", "--json"]));
    assert!(
        status.as_array().unwrap().iter().all(|line| line["appliedAt"].is_string()),
        "{status}"
    );
}

#[test]
fn newer_or_edited_schemas_are_refused_and_changes_are_backed_up() {
    let place = Place::new();
    place.ok(&["migrate", "up"]);
    let all = place.database().count("migration");
    let change = |sql: &str| place.database().execute(sql);
    change("INSERT INTO migration SELECT 99, 'future', 'x', 0");
    assert!(place.fails(&["serve"], 1).contains("newer"));
    change("DELETE FROM migration WHERE number = 99");
    change("UPDATE migration SET checksum = 'x' WHERE number = 1");
    assert!(place.fails(&["serve"], 1).contains("another text"));
    let old = Place::new();
    first_version(&old);
    if is_postgres() {
        let refused = old.fails(&["migrate", "up"], 1);
        assert!(refused.contains("pg_dump --format=custom"), "{refused}");
        assert!(refused.contains("migrate up --no-backup"), "{refused}");
        assert!(old.fails(&["serve"], 1).contains("pg_dump"));
        let said = old.ok(&["migrate", "up", "--no-backup"]);
        assert!(said.contains("the schema is up to date") && !said.contains("backup:"), "{said}");
        return;
    }
    old.database().execute(
        "INSERT INTO \"user\" (id, name, email, email_verified, role, is_admin, banned, is_active,
            created_at, updated_at)
        VALUES ('usr_ana', 'Ana', 'ana@ejemplo.es', 1, 'user', 0, 0, 1, 0, 0)",
    );
    let said = old.ok(&["migrate", "up"]);
    assert_eq!(said.matches("applied 0").count(), usize::try_from(all - 1).unwrap(), "{said}");
    let backup = said.lines().find_map(|line| line.strip_prefix("backup: ")).unwrap().to_owned();
    let copy = Database::File(old.data().join(backup));
    assert_eq!(copy.count("migration"), 1, "the copy is from before the change");
    let found = r#"SELECT count(*) FROM user_search WHERE user_search MATCH '"ana@ejemplo"'"#;
    assert_eq!(old.database().number(found), 1, "who was there can be found");
}

/// Makes a database as the first schema left it.
fn first_version(place: &Place) {
    use sha2::Digest as _;
    let file = source::root().join("assets/migrations/0001_accounts.sql");
    let text = std::fs::read_to_string(file).unwrap();
    let checksum = antesala::domain::token::TokenHash(sha2::Sha256::digest(text.as_bytes()).into());
    let checksum = checksum.hex();
    std::fs::create_dir_all(place.data().join("data")).unwrap();
    place.database().execute(&text);
    place.database().execute(&format!(
        "CREATE TABLE migration (number BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL,
            checksum TEXT NOT NULL, applied_at BIGINT NOT NULL);
        INSERT INTO migration VALUES (1, 'accounts', '{checksum}', 0)"
    ));
}

#[test]
fn logs_are_one_line_a_request_without_secrets() {
    let place = Place::new();
    let server = place.serve();
    let mut ana = Client::new(&server.base(), SITE);
    let email = "ana-secreta@ejemplo.es";
    let body = json!({"name": "Ana", "email": email, "password": PASSWORD});
    let token = ana.post("/api/auth/sign-up/email", body).expect(200).json()["token"]
        .as_str()
        .unwrap()
        .to_owned();
    ana.post("/api/auth/sign-in/email", json!({"email": email, "password": "mal"})).expect(401);
    ana.get("/api/auth/get-session?token=nada").expect(200);
    server.signal(Signal::TERM);
    assert!(server.wait().success());
    let log = place.log();
    for secret in [PASSWORD, token.as_str(), email, "?token=nada"] {
        assert!(!log.contains(secret), "{secret} was logged");
    }
    let lines: Vec<Value> = log.lines().map(json).collect();
    let requests = lines.iter().filter(|line| line["message"] == "request");
    assert_eq!(requests.count(), 3, "{log}");
    assert!(lines.iter().any(|line| line["message"] == "sign-in failed"), "{log}");
}

#[test]
fn sample_configurations_are_right_and_serve_what_they_say() {
    for (file, cookie) in [
        ("empleos.toml", "__Secure-better-auth.session_token=;"),
        ("inmobiliaria.toml", "inmobiliaria_session=;"),
    ] {
        let path = crate::support::source::root().join("docs/examples").join(file);
        let mut place = Place::bare();
        place.set("ANTESALA_SERVER__LISTEN", "127.0.0.1:0");
        place.set("RESEND_API_KEY", "re_una_clave_cualquiera");
        place.write("antesala.toml", &std::fs::read_to_string(path).unwrap());
        let said = place.ok(&["config", "check"]);
        assert!(said.contains("the configuration is fine"), "{said}");
        let server = place.serve();
        let mut visitor = Client::new(&server.base(), "https://otro.example");
        visitor.unset("origin");
        let reply = visitor.send("POST", "/api/auth/sign-out", None).expect(200);
        let cleared: Vec<_> = reply.all("set-cookie").collect();
        assert!(cleared.iter().any(|line| line.starts_with(cookie)), "{cleared:?}");
        assert!(cleared.iter().all(|line| line.contains("; Secure")), "{cleared:?}");
    }
}
