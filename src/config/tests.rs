//! The configuration as operators meet it: precedence, messages, the example.

use std::collections::BTreeMap;
use std::fs;

use super::*;

fn load(
    file: &str,
    environment: &[(&str, &str)],
    flags: &[(&'static str, &str)],
) -> Result<Config, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("antesala.toml");
    fs::write(&path, file).unwrap();
    let environment: BTreeMap<_, _> =
        environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let flags = flags
        .iter()
        .map(|(path, value)| Flag { name: "--flag", path, value: (*value).to_owned() })
        .collect();
    Config::load(&Sources { file: Some(path.clone()), environment, flags, ..Sources::default() })
        .map_err(|error| error.to_string().replace(&path.display().to_string(), "antesala.toml"))
}

#[test]
fn nothing_set_is_a_whole_configuration() {
    let config = load("", &[], &[]).unwrap();
    assert_eq!(config.server.listen.to_string(), "127.0.0.1:3000");
    assert_eq!(config.server.trusted_proxies.len(), 2);
    assert_eq!(config.auth.session_ttl_s, 604_800);
    assert_eq!(config.mail.retry_schedule_s, [10, 60, 300, 1800, 7200, 21600]);
    assert_eq!(config.unused, Vec::<String>::new());
}

#[test]
fn later_wins_over_earlier() {
    let file = "[auth]\nsession_ttl_s = 100000\n";
    let name = "ANTESALA_AUTH__SESSION_TTL_S";
    let ttl = |config: Result<Config, String>| config.unwrap().auth.session_ttl_s;
    assert_eq!(ttl(load("", &[], &[])), 604_800);
    assert_eq!(ttl(load(file, &[], &[])), 100_000);
    assert_eq!(ttl(load(file, &[(name, "200000")], &[])), 200_000);
    let flag = [("auth.session_ttl_s", "300000")];
    assert_eq!(ttl(load(file, &[(name, "200000")], &flag)), 300_000);
}

#[test]
fn well_known_names_count_below_ours() {
    let config = load(
        "",
        &[
            ("PORT", "8080"),
            ("BETTER_AUTH_SECRET", "Zk3vT9qLx0aWm5uR8nYc2bHd7eJf4gPs"),
            ("BETTER_AUTH_TRUSTED_ORIGINS", "https://a.es, https://*.b.es"),
            ("FRONTEND_URL", "https://www.a.es"),
            ("EMAIL_FROM", "A <a@a.es>"),
        ],
        &[],
    )
    .unwrap();
    assert_eq!(config.server.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(config.server.public_url.origin(), "http://localhost:8080");
    assert_eq!(config.auth.trusted_origins, ["https://a.es", "https://*.b.es"]);
    assert_eq!(config.mail_from().to_string(), "A <a@a.es>");
    assert_eq!(config.server.frontend_url.unwrap().origin(), "https://www.a.es");
    let both = [("EMAIL_FROM", "a@a.es"), ("ANTESALA_MAIL__FROM", "b@b.es")];
    assert_eq!(load("", &both, &[]).unwrap().mail_from().to_string(), "b@b.es");
    let url = [("PORT", "1"), ("BETTER_AUTH_URL", "https://c.es"), ("DATABASE_URL", "sqlite:x.db")];
    let config = load("", &url, &[]).unwrap();
    assert_eq!(config.server.public_url.origin(), "https://c.es");
    let Database::Sqlite(file) = config.database else { panic!("no file") };
    assert_eq!(file, std::path::Path::new("x.db"));
}

#[test]
fn secret_may_stand_in_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    fs::write(&path, "Zk3vT9qLx0aWm5uR8nYc2bHd7eJf4gPs\n").unwrap();
    let path = path.to_str().unwrap();
    let config = load("", &[("ANTESALA_AUTH__SECRET_FILE", path)], &[]).unwrap();
    assert_eq!(config.auth.secret.unwrap().expose(), "Zk3vT9qLx0aWm5uR8nYc2bHd7eJf4gPs");
    let error = load("", &[("ANTESALA_AUTH__SECRET_FILE", "/no/such")], &[]).unwrap_err();
    assert!(error.contains("ANTESALA_AUTH__SECRET_FILE: /no/such cannot be read"), "{error}");
}

#[test]
fn mistakes_are_named_with_place_found_and_allowed_all_at_once() {
    let file = "[auth]\nsession_tll_s = 5\nsession_ttl_s = \"7 días\"\nsignup = \"abierto\"\n\n[sever]\nlisten = \"x\"\n";
    let error = load(file, &[("ANTESALA_LOG__LEVEL", "loud")], &[]).unwrap_err();
    for expected in [
        "antesala.toml:2: auth.session_tll_s is no key; did you mean auth.session_ttl_s?",
        "antesala.toml:3: auth.session_ttl_s = \"7 días\": expected a whole number from 60 to 34560000",
        "antesala.toml:4: auth.signup = \"abierto\": expected one of \"open\", \"invite\", \"closed\"",
        "antesala.toml:7: sever.listen is no key; did you mean server.listen?",
        "environment ANTESALA_LOG__LEVEL: log.level = \"loud\": expected one of",
    ] {
        assert!(error.contains(expected), "{expected}\nin\n{error}");
    }
}

#[test]
fn wrong_types_and_values_are_refused() {
    for (file, expected) in [
        ("[server]\nlisten = 3000", "an address and a port"),
        ("[server]\nlisten = \"localhost\"", "an address and a port"),
        ("[server]\npublic_url = \"https://a.es/app\"", "a site"),
        ("[server]\npublic_url = \"ftp://a.es\"", "a site"),
        ("[server]\ntrusted_proxies = [\"10.0.0.0/33\"]", "a list of networks"),
        ("[server]\nbody_bytes_max = 1.5", "a whole number"),
        ("[auth]\nrequire_email_verification = \"yes\"", "true or false"),
        ("[auth]\ncookie_name = \"a b\"", "a cookie name"),
        ("[auth]\ncookie_same_site = \"none\"", "because browsers take \"none\" over https alone"),
        (
            "[auth]\npassword_length_min = 100\npassword_length_max = 64",
            "at most auth.password_length_max",
        ),
        ("[auth]\nsecret = \"corto\"", "openssl rand"),
        ("[auth]\nsecret = \"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"", "openssl rand"),
        ("[auth]\nsecret = \"better-auth-secret-123456789012345\"", "openssl rand"),
        ("[auth]\nbase_path = \"/api/../auth\"", "a path such as /api/auth"),
        (
            "[auth]\nargon2_memory_kib = 64\n[server]\npublic_url = \"https://a.es\"",
            "at least 19456",
        ),
        ("[auth]\ntrusted_origins = [\"https://\"]", "a list of origins"),
        ("[social.google]\nclient_id = \"x\"", "beside social.google.client_secret"),
        (
            "[social.acme]\nclient_id = \"x\"\nclient_secret = \"y\"",
            "beside social.acme.issuer, or beside authorization_url",
        ),
        ("[social.acme]\nissuer = \"http://id.acme.es\"", "an https address"),
        ("[social.credential]\nclient_id = \"x\"", "under another name"),
        ("[cron]\ntimezone = \"Europe/Atlantis\"", "an IANA time zone"),
        ("[cron.nothing]\nenabled = true", "a task: one of"),
        ("[cron.backup]\nschedule = \"0 0 30 2 *\"", "a cron expression whose moment comes"),
        ("[cron.backup]\nschedule = \"0 8, 20 * * *\"", "lists without spaces, such as 8,20"),
        ("[cron.backup]\nschedule = \"*/90 * * * *\"", "name the hours instead"),
        ("[cron]\nping_url = \"http://hc.a.es/x\"", "an https address"),
        ("[backup]\nrecipient = \"age1nadie\"", "an age recipient"),
        ("[backup]\ns3_url = \"http://s3.a.es/b\"", "an https address"),
        ("[backup]\ns3_url = \"https://s3.a.es\"", "an address with a bucket"),
        ("[brand]\ncolor = \"green\"", "a colour"),
        ("[database]\nurl = \"mysql://x\"", "sqlite:FILE or postgres://"),
        ("[auth", "not TOML"),
        ("[auth]\nsignup = \"open\"\nsignup = \"closed\"", "not TOML"),
    ] {
        let error = load(file, &[], &[]).unwrap_err();
        assert!(error.contains(expected), "{file}\n{error}");
        assert!(error.contains("antesala.toml"), "{error}");
    }
}

#[test]
fn mail_settings_that_cannot_work_are_refused() {
    let smtp = "[mail]\ntransport = \"smtp\"\n[mail.smtp]\n";
    let resend = "[mail]\ntransport = \"resend\"\nfrom = \"a@a.es\"\n[mail.resend]\n";
    for (section, rest, expected) in [
        (smtp, "", "mail.smtp.host = nothing: expected the mail server's name"),
        (smtp, "host = \"smtp.a.es\"", "mail.from = nothing: expected a mailbox of a domain of"),
        (smtp, "host = \"smtp.a.es:587\"", "mail.smtp.host = \"smtp.a.es:587\": expected"),
        (smtp, "host = \"smtp.a.es\"\ntls = \"none\"", "because mail.smtp.host is another machine"),
        (smtp, "host = \"localhost.a.es\"\ntls = \"none\"", "mail.smtp.host is another machine"),
        (smtp, "host = \"smtp.a.es\"\nusername = \"u\"", "mail.smtp.password = nothing: expected"),
        (smtp, "host = \"smtp.a.es\"\npassword = \"p\"", "mail.smtp.username = nothing: expected"),
        (smtp, "host = \"::1\"\ntls = \"none\"\nca_file = \"x\"", "mail.smtp.ca_file = \"x\""),
        (resend, "", "mail.resend.api_key = nothing: expected the key"),
        (resend, "api_key = \"re_1\\n2\"", "mail.resend.api_key = ********: expected the key"),
        (resend, "api_key = \"re_1\"\nbase_url = \"http://a.es\"", "expected an https address"),
        (
            "",
            "[mail]\ntransport = \"resend\"",
            "mail.from = nothing: expected a mailbox of a domain",
        ),
        ("", "[mail]\nfrom = \"A <a@a.es\"", "expected a mailbox such as"),
        ("", "[mail]\nfrom = \"a@a.es\\r\\nBcc: b@b.es\"", "expected a mailbox such as"),
        ("", "[mail]\nreply_to = \"a@a.es, b@b.es\"", "expected a mailbox such as"),
    ] {
        let error = load(&format!("{section}{rest}"), &[], &[]).unwrap_err();
        assert!(error.contains(expected), "{expected}\nin\n{error}");
        assert!(!error.contains("re_1"), "{error}");
    }
}

#[test]
fn mail_settings_of_each_transport_are_read() {
    let carrier = |file: &str| load(file, &[], &[]).unwrap().mail.carrier;
    let plain = "[mail]\ntransport = \"smtp\"\n[mail.smtp]\nhost = \"127.0.0.1\"\ntls = \"none\"";
    let Carrier::Smtp(smtp) = carrier(plain) else { panic!("no smtp") };
    assert_eq!((smtp.port, smtp.encryption, smtp.login.is_some()), (587, Encryption::None, false));
    let file = "[mail]\ntransport = \"smtp\"\nfrom = \"a@a.es\"\n[mail.smtp]\nhost = \"smtp.a.es\"\nusername = \"u\"\npassword = \"p\"";
    let Carrier::Smtp(smtp) = carrier(file) else { panic!("no smtp") };
    assert_eq!((smtp.encryption, smtp.login.is_some()), (Encryption::StartTls, true));
    let config = load(
        "[mail]\ntransport = \"resend\"\n",
        &[("RESEND_API_KEY", "re_123"), ("EMAIL_FROM", "Acme <hola@acme.es>")],
        &[],
    )
    .unwrap();
    assert_eq!(config.mail_from().to_string(), "Acme <hola@acme.es>");
    let Carrier::Resend(resend) = config.mail.carrier else { panic!("no resend") };
    assert_eq!(resend.base_url, "https://api.resend.com");
    assert!(!format!("{resend:?}").contains("re_123"));
}

#[test]
fn secrets_are_never_shown() {
    let secret = "Zk3vT9qLx0aWm5uR8nYc2bHd7eJf4gPs";
    let config = load("", &[("ANTESALA_AUTH__SECRET", secret)], &[]).unwrap();
    assert!(!format!("{config:?}").contains(secret));
    let error = load("", &[("ANTESALA_AUTH__SECRET", "corto-y-secreto")], &[]).unwrap_err();
    assert!(!error.contains("corto-y-secreto"), "{error}");
    let line = config.lines.iter().find(|line| line.key == "auth.secret").unwrap();
    assert_eq!(
        (line.value.as_str(), line.origin.as_str()),
        ("********", "environment ANTESALA_AUTH__SECRET")
    );
}

#[test]
fn what_this_version_does_not_use_is_said() {
    let file = "[auth]\nsignup = \"closed\"\n[uploads]\nurl = \"x\"\n[cron.job_statistics]\nenabled = false\n[cron.backup]\nenabled = false\n";
    let unused = load(file, &[], &[]).unwrap().unused;
    assert_eq!(unused, ["uploads.url is not used by this version"]);
}

#[test]
fn example_lists_every_key_and_is_accepted() {
    let example = include_str!("../../config.example.toml");
    load(example, &[], &[]).unwrap();
    // With every commented key switched on it still parses, and each key is there.
    let all: String = example
        .lines()
        .map(|line| match line.strip_prefix("# ") {
            Some(rest) if rest.contains(" = ") && !rest.ends_with('.') => format!("{rest}\n"),
            Some(rest) if rest.starts_with('[') => format!("{rest}\n"),
            _ => format!("{line}\n"),
        })
        .collect();
    let settings = origin::of_file(Path::new("x"), &all).unwrap_or_else(|error| panic!("{error}"));
    for key in keys() {
        let is_there =
            settings.iter().any(|setting| values::key_of(&[key], &setting.path).is_some());
        assert!(is_there, "{} is missing in config.example.toml", key.path);
    }
    for setting in settings {
        let key = values::key_of(&keys(), &setting.path)
            .unwrap_or_else(|| panic!("{} is no key", setting.path));
        assert!(key.kind.read(&setting.raw).is_some(), "{} holds what it may not", setting.path);
        if !key.default.is_empty() && !key.path.contains('*') {
            let mut problems = Vec::new();
            let by_default = Values::collect(&[key], Vec::new(), &mut problems);
            let held = by_default.held(key.path).unwrap().value.clone().unwrap();
            assert_eq!(
                key.kind.read(&setting.raw),
                Some(held),
                "{} shows another default",
                key.path
            );
        }
    }
}

#[test]
fn generated_secrets_are_kept_and_guarded() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let data_dir = folder.path().join("data");
    let environment = [("ANTESALA_SERVER__DATA_DIR", data_dir.to_str().unwrap())];
    let resolved = || {
        let mut config = load("", &environment, &[]).unwrap();
        let mut drawn = 0;
        secrets::resolve(&mut config, || {
            drawn += 1;
            format!("{drawn}{}", "Zk3vT9qLx0aWm5uR8nYc2bHd7eJf4gPs")
        })
        .map(|()| config.auth.secret.unwrap().expose().clone())
    };
    let first = resolved().unwrap();
    assert_eq!(resolved().unwrap(), first);
    let file = data_dir.join("auth.secret");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    assert!(resolved().unwrap_err().to_string().contains("chmod 600"));
}

#[test]
fn providers_are_read_whole_and_only_when_they_are_on() {
    let file = "[social.acme]\nclient_id = \"x\"\nclient_secret = \"secreto\"\nissuer = \"http://localhost:4000\"\ntoken_auth = \"basic\"\n[social.off]\nscopes = [\"email\"]\n";
    let environment = [("GOOGLE_CLIENT_ID", "g"), ("GOOGLE_CLIENT_SECRET", "h")];
    let config = load(file, &environment, &[]).unwrap();
    assert_eq!(config.social.keys().collect::<Vec<_>>(), ["acme", "google"]);
    let acme = config.social.get("acme").unwrap();
    assert_eq!((acme.kind, acme.token_auth), (ProviderKind::Other, TokenAuth::Basic));
    assert_eq!(config.social.get("google").unwrap().kind, ProviderKind::Google);
    assert!(!format!("{config:?}").contains("secreto"));
    // Whoever names an issuer gets what that issuer says, whatever the section is called.
    let issuer = [("ANTESALA_SOCIAL__GOOGLE__ISSUER", "https://accounts.google.com")];
    let discovered = load("", &[environment.as_slice(), &issuer].concat(), &[]).unwrap();
    assert_eq!(discovered.social.get("google").unwrap().kind, ProviderKind::Other);
}

const OLD: &str = "kq3vT9qLx0aWm5uR8nYc2bHd7eJf4gPs";
const NEW: &str = "Wd8sK2pZr6yVb1nQ4tMx7cJf9hLg3eUa";

fn in_force(config: Result<Config, String>) -> Vec<String> {
    let secrets = config.unwrap().auth.secrets().unwrap();
    secrets.all().map(|secret| secret.expose().clone()).collect()
}

#[test]
fn earlier_secrets_come_from_file_variables_and_better_auths_list() {
    let file = format!("[auth]\nsecret = \"{NEW}\"\nprevious_secrets = [\"{OLD}\", \"x,{OLD}\"]\n");
    assert_eq!(in_force(load(&file, &[], &[])), [NEW, OLD, &format!("x,{OLD}")]);
    let third = format!("{OLD}{NEW}");
    let ours = [
        ("ANTESALA_AUTH__SECRET", NEW),
        ("ANTESALA_AUTH__PREVIOUS_SECRETS", &format!("{OLD}, {third}")),
    ];
    assert_eq!(in_force(load("", &ours, &[])), [NEW, OLD, &third]);
    let folder = tempfile::tempdir().unwrap();
    let lines = folder.path().join("previous");
    fs::write(&lines, format!("{OLD}\n{third}\n")).unwrap();
    let named = ("ANTESALA_AUTH__PREVIOUS_SECRETS_FILE", lines.to_str().unwrap());
    assert_eq!(in_force(load("", &[ours[0], named], &[])), [NEW, OLD, &third]);
    let list = ("BETTER_AUTH_SECRETS", &*format!(" 2:{NEW} ,1:{OLD}"));
    assert_eq!(in_force(load("", &[list], &[])), [NEW, OLD]);
    // The single variable is the secret from before there was a list.
    for (single, all) in [(OLD, vec![NEW, OLD]), (third.as_str(), vec![NEW, OLD, &third])] {
        assert_eq!(in_force(load("", &[list, ("BETTER_AUTH_SECRET", single)], &[])), all);
    }
}

#[test]
fn secrets_that_do_not_follow_one_another_are_refused_and_never_shown() {
    let file = |previous: &[&str]| {
        format!("[auth]\nsecret = \"{NEW}\"\nprevious_secrets = {previous:?}\n")
    };
    let many = ["a", "b", "c", "d", "e"].map(|letter| format!("{letter}{OLD}"));
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    for (previous, said) in [
        (vec![NEW], "each secret once"),
        (vec![OLD, OLD], "each secret once"),
        (vec!["corto"], "of at least 32 random bytes, unlike no. 1"),
        (vec![OLD, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"], "unlike no. 2"),
        (many, "at most 4"),
    ] {
        let error = load(&file(&previous), &[], &[]).unwrap_err();
        assert!(error.contains("antesala.toml:3: auth.previous_secrets"), "{error}");
        assert!(error.contains(said), "{error}");
        assert!(previous.iter().all(|secret| !error.contains(secret)), "{error}");
    }
    for list in [NEW, "x:", "1:", "-1:abc", &format!("1:{NEW},1:{OLD}"), &format!("1:{NEW},")] {
        let error = load("", &[("BETTER_AUTH_SECRETS", list)], &[]).unwrap_err();
        assert!(error.contains("environment BETTER_AUTH_SECRETS"), "{error}");
        assert!(error.contains("2:NEW,1:OLD") && !error.contains(NEW), "{error}");
    }
    let config = load(&file(&[OLD]), &[], &[]).unwrap();
    let line = config.lines.iter().find(|line| line.key == "auth.previous_secrets").unwrap();
    assert_eq!(line.value, "[********]");
    assert!(!format!("{config:?}").contains(OLD));
}
