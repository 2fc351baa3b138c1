//! Settings that would be wrong in silence: `config check` finds what a start, or a
//! browser, would refuse.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;

use serde_json::{Value, json};

use crate::support::process::Place;

/// Returns what `config print` says that a key holds.
fn held(place: &Place, key: &str) -> Value {
    let lines: Value = serde_json::from_str(&place.ok(&["config", "print", "--json"])).unwrap();
    let line = lines.as_array().unwrap().iter().find(|line| line["key"] == key).unwrap();
    line["value"].clone()
}

#[test]
fn list_of_a_variable_may_have_commas_or_be_tomls() {
    for (key, variable, value, expected) in [
        (
            "auth.trusted_origins",
            "ANTESALA_AUTH__TRUSTED_ORIGINS",
            "https://a.es, https://b.es",
            r#"["https://a.es", "https://b.es"]"#,
        ),
        (
            "auth.trusted_origins",
            "BETTER_AUTH_TRUSTED_ORIGINS",
            r#"["https://a.es", 'https://b.es']"#,
            r#"["https://a.es", "https://b.es"]"#,
        ),
        ("mail.retry_schedule_s", "ANTESALA_MAIL__RETRY_SCHEDULE_S", " [1, 2] ", "[1, 2]"),
        ("mail.retry_schedule_s", "ANTESALA_MAIL__RETRY_SCHEDULE_S", "1,2", "[1, 2]"),
        (
            "server.trusted_proxies",
            "ANTESALA_SERVER__TRUSTED_PROXIES",
            r#"["10.0.0.0/8"]"#,
            r#"["10.0.0.0/8"]"#,
        ),
        (
            "social.acme.scopes",
            "ANTESALA_SOCIAL__ACME__SCOPES",
            r#"["openid","email"]"#,
            r#"["openid", "email"]"#,
        ),
    ] {
        let mut place = Place::on_file();
        place.set(variable, value);
        assert_eq!(held(&place, key), json!(expected), "{variable}={value}");
    }
    for (variable, value) in [
        ("ANTESALA_SERVER__TRUSTED_PROXIES", "[10.0.0.0/8]"),
        ("ANTESALA_MAIL__RETRY_SCHEDULE_S", r#"["a"]"#),
        ("ANTESALA_SOCIAL__ACME__SCOPES", "[openid, email]"),
        ("ANTESALA_SOCIAL__ACME__SCOPES", r#""openid","email""#),
    ] {
        let mut place = Place::on_file();
        place.set(variable, value);
        let said = place.fails(&["config", "check"], 64);
        assert!(said.contains(variable) && said.contains("list of TOML"), "{value}: {said}");
    }
}

#[test]
fn variable_that_is_no_utf8_is_refused_by_name() {
    let place = Place::on_file();
    for (name, is_refused) in
        [("ANTESALA_SERVER__DATA_DIR", true), ("BETTER_AUTH_SECRET", true), ("LESS", false)]
    {
        for command in [&["config", "check"][..], &["user", "list"]] {
            let mut command = place.command(command);
            command.env(name, OsStr::from_bytes(b"espa\xf1a"));
            let output = command.output().unwrap();
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert_eq!(output.status.code() == Some(64), is_refused, "{name}: {said}");
            assert_eq!(said.contains(name) && said.contains("not UTF-8"), is_refused, "{said}");
        }
    }
}

#[test]
fn quotes_and_line_ends_that_a_file_of_variables_leaves_are_told() {
    for (name, value, expected) in [
        ("ANTESALA_BRAND__NAME", "\"Acme\"", "has quotes around it"),
        ("ANTESALA_BRAND__NAME", "'Acme'", "has quotes around it"),
        ("BETTER_AUTH_SECRET", "'Zk3vT9qLx0aWm5uR8nYc2bHd7eJf4gPs'", "has quotes around it"),
        ("ANTESALA_BRAND__NAME", "Acme\r", "ends with a carriage return"),
        (
            "BETTER_AUTH_SECRETS",
            "1:Zk3vT9qLx0aWm5uR8nYc2bHd7eJf4gPs\r",
            "ends with a carriage return",
        ),
        ("DATABASE_URL", "\"sqlite:x.db\"", "has quotes around it"),
    ] {
        let mut place = Place::on_file();
        place.set(name, value);
        let said = place.fails(&["config", "check"], 64);
        assert!(said.contains(&format!("environment {name}: the value {expected}")), "{said}");
        assert!(!said.contains("Zk3v"), "{said}");
    }
    let mut place = Place::on_file();
    place.set("ANTESALA_BRAND__NAME", "\"Acme\" y \"Cía\"");
    place.set("LESS", "'x'");
    place.ok(&["config", "check"]);
}

#[test]
fn check_finds_a_database_that_a_start_would_refuse() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().join("empty.pem");
    std::fs::write(&empty, "").unwrap();
    let no_certificate = format!("postgres://a@h/b?sslrootcert={}", empty.display());
    for (url, expected) in [
        ("postgres://a:secreto@h:port/b", "port"),
        ("postgres:///b", "no host"),
        ("postgres://a@h/b?sslmode=allow", "sslmode=allow"),
        ("postgres://a@h/b?sslmode=prefer", "plain text"),
        ("postgres://a@h/b?schema=public", "schema"),
        ("postgres://a@h/b?sslmode=verify-ca", "sslrootcert=FILE"),
        ("postgres://a@h/b?sslrootcert=/nowhere.pem", "/nowhere.pem"),
        (no_certificate.as_str(), "holds no certificate"),
        ("sqlite://antesala.db", "none before one in server.data_dir"),
        ("sqlite::memory:", "a file: what is in memory"),
        ("sqlite:antesala.db?mode=rwc", "a file without parameters"),
        ("file:antesala.db", "sqlite: in the place of file:"),
    ] {
        let mut place = Place::on_file();
        place.set("ANTESALA_AUTH__SECRET", "Zk3vT9qLx0aWm5uR8nYc2bHd7eJf4gPs");
        place.set("ANTESALA_CRON__SECRET", "Wd8sK2pZr6yVb1nQ4tMx7cJf9hLg3eUa");
        place.set("ANTESALA_DATABASE__URL", url);
        let said = place.fails(&["config", "check"], 64);
        assert!(said.contains(expected) && said.contains("database.url"), "{url}: {said}");
        assert!(!said.contains("secreto"), "{said}");
    }
}

#[test]
fn path_of_a_database_file_is_whole_or_in_the_data_directory() {
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("uno.db");
    let two = folder.path().join("dos.db");
    for (url, file) in [
        (format!("sqlite:{}", whole.display()), whole),
        (format!("sqlite://{}", two.display()), two),
    ] {
        let mut place = Place::on_file();
        place.set("ANTESALA_DATABASE__URL", &url);
        place.ok(&["user", "list"]);
        assert!(file.is_file(), "{url}");
    }
    let mut place = Place::on_file();
    place.set("ANTESALA_DATABASE__URL", "sqlite:tres.db");
    place.ok(&["user", "list"]);
    assert!(place.path("data/tres.db").is_file());
}

#[test]
fn check_finds_cookies_that_browsers_would_drop() {
    let https = "https://api.acme.co.uk";
    for (site, settings, key) in [
        (https, "cookie_domain = \"acme.com\"", "auth.cookie_domain"),
        (https, "cookie_domain = \"cme.co.uk\"", "auth.cookie_domain"),
        (https, "cookie_domain = \"www.acme.co.uk\"", "auth.cookie_domain"),
        (https, "cookie_domain = \"https://acme.co.uk\"", "auth.cookie_domain"),
        (https, "cookie_domain = \"co.uk\"", "auth.cookie_domain"),
        (https, "cookie_domain = \"uk\"", "auth.cookie_domain"),
        ("https://ana.github.io", "cookie_domain = \".github.io\"", "auth.cookie_domain"),
        ("http://127.0.0.1:3000", "cookie_domain = \"0.0.1\"", "auth.cookie_domain"),
        (https, "cookie_domain = \"acme.co.uk\"\ncookie_name = \"__Host-sid\"", "auth.cookie_name"),
        (https, "cookie_secure = false\ncookie_name = \"__Host-sid\"", "auth.cookie_name"),
        (https, "cookie_secure = false\ncookie_same_site = \"none\"", "auth.cookie_secure"),
        (https, "cookie_secure = false", "auth.cookie_secure"),
        ("http://acme.es", "cookie_secure = true", "auth.cookie_secure"),
        ("http://acme.es", "cookie_prefix = \"__Secure-a\"", "auth.cookie_prefix"),
        ("http://acme.es", "cookie_same_site = \"none\"", "auth.cookie_same_site"),
    ] {
        let place = Place::bare();
        place.write(
            "antesala.toml",
            &format!("[server]\npublic_url = \"{site}\"\n[auth]\n{settings}\n"),
        );
        let said = place.fails(&["config", "check"], 64);
        assert!(
            said.contains(&format!("{key} = ")) && said.contains("browsers"),
            "{settings}: {said}"
        );
        place.fails(&["serve"], 64);
    }
    for (site, settings) in [
        (https, "cookie_domain = \".Acme.co.uk\""),
        (https, "cookie_domain = \"api.acme.co.uk\""),
        ("http://localhost:3000", "cookie_domain = \"localhost\""),
        ("http://localhost:3000", "cookie_secure = true"),
        ("http://antesala.dentro.internal", "cookie_domain = \"dentro.internal\""),
        (https, "cookie_name = \"__Host-sid\""),
    ] {
        let place = Place::bare();
        place.write(
            "antesala.toml",
            &format!("[server]\npublic_url = \"{site}\"\n[auth]\n{settings}\n"),
        );
        place.ok(&["config", "check"]);
    }
}

#[test]
fn check_reads_the_certificates_of_the_mail_server() {
    let place = Place::on_file();
    place.write(
        "antesala.toml",
        "[mail]\ntransport = \"smtp\"\nfrom = \"hola@a.es\"\n[mail.smtp]\nhost = \"smtp.a.es\"\nca_file = \"nada.pem\"\n",
    );
    let said = place.fails(&["config", "check"], 64);
    assert!(said.contains("mail.smtp.ca_file") && said.contains("nada.pem"), "{said}");
}
