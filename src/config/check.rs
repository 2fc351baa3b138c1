//! What keys demand of each other, and what a secret must be.

use std::collections::BTreeSet;
use std::net::IpAddr;

use url::Url;

use super::cookies;
use super::cron::{TASKS, TASKS_LATER};
use super::error::Problem;
use super::key::Kind;
use super::og;
use super::server::Site;
use super::social;
use super::values::{Values, key_of, shown};
use crate::base::bounds::PREVIOUS_SECRETS_MAX;
use crate::base::loopback;

/// Fewest bytes of a secret that signs. Source: OWASP, 256 bits for HMAC-SHA256.
const SECRET_BYTES_MIN: usize = 32;

/// Fewest bytes of a secret that is only compared.
const TOKEN_BYTES_MIN: usize = 16;

/// Fewest different characters of a secret; less is no draw but a keyboard.
const SECRET_LETTERS_MIN: usize = 8;

/// Words that stand in examples; whoever deploys them has deployed no secret.
const EXAMPLES: [&str; 6] =
    ["changeme", "change-me", "your-secret", "better-auth-secret", "replace-me", "example-secret"];

/// Least Argon2 memory for each number of passes, in KiB.
/// Source: OWASP Password Storage Cheat Sheet, equivalent settings.
const ARGON2_FLOORS: [(i64, i64); 5] =
    [(1, 47_104), (2, 19_456), (3, 12_288), (4, 9_216), (5, 7_168)];

/// Reports what does not go together.
pub fn relations(values: &Values, problems: &mut Vec<Problem>) {
    let site = Site::parse(&values.text("server.public_url"));
    let is_loopback = site.as_ref().is_some_and(Site::is_loopback);
    let mut report = |path: &str, allowed: String| {
        if let Some(held) = values.held(path) {
            let kind = key_of(&super::keys(), path).map_or(Kind::Secret, |key| key.kind);
            let found = held.value.as_ref().map_or_else(nothing, |value| shown(kind, value));
            let origin = held.origin.clone();
            problems.push(Problem::Bad { origin, path: path.to_owned(), found, allowed });
        }
    };
    cookies::relations(values, site.as_ref(), &mut report);
    secret(values, "auth.secret", SECRET_BYTES_MIN, &mut report);
    previous_secrets(values, &mut report);
    secret(values, "cron.secret", TOKEN_BYTES_MIN, &mut report);
    secret(values, "metrics.token", TOKEN_BYTES_MIN, &mut report);
    let (min, max) =
        (values.integer("auth.password_length_min"), values.integer("auth.password_length_max"));
    if min > max {
        report("auth.password_length_min", format!("at most auth.password_length_max, {max}"));
    }
    if values.integer("auth.session_refresh_age_s") > values.integer("auth.session_ttl_s") {
        report("auth.session_refresh_age_s", "at most auth.session_ttl_s".to_owned());
    }
    if !is_loopback {
        argon2(values, &mut report);
    }
    if let Some(allowed) = og::wrong_image(values) {
        report("og.image", allowed);
    }
    if let Some(allowed) = og::wrong_logo(values) {
        report("brand.logo", allowed);
    }
    base_path(values, &mut report);
    match values.text("mail.transport").as_str() {
        "smtp" => smtp(values, site.as_ref(), &mut report),
        "resend" => resend(values, &mut report),
        _ => {}
    }
    tasks(values, &mut report);
    bucket(values, &mut report);
    social::check(values, &mut report);
    let ping = Url::parse(&values.text("cron.ping_url"));
    if ping.is_ok_and(|url| !is_safe(&url)) {
        report("cron.ping_url", "an https address; http is for this machine alone".to_owned());
    }
    shared_secrets(values, problems);
}

/// Instances on one database must agree on their secrets, so none draws its own.
fn shared_secrets(values: &Values, problems: &mut Vec<Problem>) {
    if values.text("database.url").starts_with("sqlite:") {
        return;
    }
    for path in ["auth.secret", "cron.secret"] {
        let Some(held) = values.held(path).filter(|held| held.value.is_none()) else { continue };
        problems.push(Problem::Bad {
            origin: held.origin.clone(),
            path: path.to_owned(),
            found: String::from("nothing"),
            allowed: String::from(
                "a random text that every instance has, because database.url names a server; \
                 make one with: openssl rand -base64 32",
            ),
        });
    }
}

/// Tells whether what is sent to an address is encrypted, or stays on this machine.
pub(super) fn is_safe(url: &Url) -> bool {
    url.scheme() == "https" || url.host_str().is_some_and(loopback::is_loopback)
}

fn nothing() -> String {
    String::from("nothing")
}

fn secret(values: &Values, path: &str, bytes_min: usize, report: &mut impl FnMut(&str, String)) {
    let Some(secret) = values.text_or_none(path) else { return };
    if is_weak(&secret, bytes_min) {
        let make = "make one with: openssl rand -base64 32";
        report(path, format!("a random text of at least {bytes_min} bytes; {make}"));
    }
}

fn is_weak(secret: &str, bytes_min: usize) -> bool {
    let letters: BTreeSet<char> = secret.chars().collect();
    let folded = secret.to_lowercase();
    let is_example = EXAMPLES.iter().any(|word| folded.contains(word));
    secret.len() < bytes_min || letters.len() < SECRET_LETTERS_MIN || is_example
}

/// A secret that is still honoured opens as much as the one that signs.
fn previous_secrets(values: &Values, report: &mut impl FnMut(&str, String)) {
    let path = "auth.previous_secrets";
    let previous = values.list(path);
    if previous.len() > PREVIOUS_SECRETS_MAX {
        let allowed = format!("at most {PREVIOUS_SECRETS_MAX}; take out those that have run out");
        report(path, allowed);
    }
    if let Some(n) = previous.iter().position(|secret| is_weak(secret, SECRET_BYTES_MIN)) {
        let allowed =
            format!("each of at least {SECRET_BYTES_MIN} random bytes, unlike no. {}", n + 1);
        report(path, allowed);
    }
    let current = values.text_or_none("auth.secret");
    let different: BTreeSet<&String> = current.iter().chain(&previous).collect();
    if different.len() < previous.len() + current.iter().count() {
        report(path, String::from("each secret once, and none that auth.secret holds"));
    }
}

/// A cheap hash is for tests on this machine, never for people's passwords.
fn argon2(values: &Values, report: &mut impl FnMut(&str, String)) {
    let memory_kib = values.integer("auth.argon2_memory_kib");
    let iterations = values.integer("auth.argon2_iterations");
    let floor = ARGON2_FLOORS.iter().rev().find(|(passes, _)| *passes <= iterations);
    let floor_kib = floor.map_or(0, |(_, memory_kib)| *memory_kib);
    if memory_kib < floor_kib {
        let allowed = format!("at least {floor_kib} with auth.argon2_iterations = {iterations}");
        report("auth.argon2_memory_kib", allowed);
    }
}

fn base_path(values: &Values, report: &mut impl FnMut(&str, String)) {
    let path = values.text("auth.base_path");
    let letters = |part: &str| {
        !part.is_empty()
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
            && part.bytes().any(|byte| byte != b'.')
    };
    let is_path = path.strip_prefix('/').is_some_and(|path| path.split('/').all(letters));
    if !is_path {
        report("auth.base_path", "a path such as /api/auth, without a slash at its end".to_owned());
    }
}

fn smtp(values: &Values, site: Option<&Site>, report: &mut impl FnMut(&str, String)) {
    let host = values.text("mail.smtp.host");
    let is_host = host.parse::<IpAddr>().is_ok() || url::Host::parse(&host).is_ok();
    let tls = values.text("mail.smtp.tls");
    if !is_host {
        report("mail.smtp.host", "the mail server's name, such as smtp.example.com".to_owned());
    } else if tls == "none" && !loopback::is_loopback(&host) {
        report(
            "mail.smtp.tls",
            "\"starttls\" or \"tls\", because mail.smtp.host is another machine".to_owned(),
        );
    }
    sender(values, (site, &host), report);
    let login = ["mail.smtp.username", "mail.smtp.password"];
    let [username, password] = login.map(|path| values.text_or_none(path).is_some());
    if username != password {
        let [missing, there] = if username { [login[1], login[0]] } else { login };
        report(missing, format!("something, because {there} is set: a login needs both"));
    }
    if tls == "none" && values.text_or_none("mail.smtp.ca_file").is_some() {
        report("mail.smtp.ca_file", "nothing, because mail.smtp.tls is \"none\"".to_owned());
    }
}

/// Without a sender mails are from `no-reply@` the site's host, which another machine takes
/// for nobody's address when it is this machine's own name or has no domain.
fn sender(
    values: &Values,
    (site, host): (Option<&Site>, &str),
    report: &mut impl FnMut(&str, String),
) {
    let Some(site) = site else { return };
    let is_nobodys = site.is_loopback() || !(site.is_address() || site.host().contains('.'));
    let is_set = values.text_or_none("mail.from").is_some();
    if is_nobodys && !is_set && !host.is_empty() && !loopback::is_loopback(host) {
        let allowed = format!(
            "a mailbox of a domain of yours, because mail.smtp.host is another machine and takes \
             no mail from no-reply@{}, which server.public_url gives",
            site.host()
        );
        report("mail.from", allowed);
    }
}

fn resend(values: &Values, report: &mut impl FnMut(&str, String)) {
    let key = values.text("mail.resend.api_key");
    if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        report("mail.resend.api_key", "the key that resend.com shows once, re_…".to_owned());
    }
    if values.text_or_none("mail.from").is_none() {
        report("mail.from", "a mailbox of a domain that Resend has verified".to_owned());
    }
    let base_url = Url::parse(&values.text("mail.resend.base_url"));
    if !base_url.is_ok_and(|url| is_safe(&url)) {
        report("mail.resend.base_url", "an https address: the key travels with it".to_owned());
    }
}

fn tasks(values: &Values, report: &mut impl FnMut(&str, String)) {
    let known = || TASKS.iter().chain(&TASKS_LATER).copied();
    for (path, _held) in values.iter() {
        let task = path.strip_prefix("cron.").and_then(|rest| rest.split_once('.'));
        let Some((task, _key)) = task else { continue };
        if !known().any(|name| name == task) {
            let names: Vec<_> = known().collect();
            report(path, format!("a task: one of {}", names.join(", ")));
        }
    }
}

/// Archives hold people's data: they travel encrypted, signed, and to a bucket.
fn bucket(values: &Values, report: &mut impl FnMut(&str, String)) {
    let Some(text) = values.text_or_none("backup.s3_url") else { return };
    let Ok(url) = Url::parse(&text) else { return };
    let is_plain = url.query().is_none() && url.fragment().is_none();
    if url.path().trim_matches('/').is_empty() || !is_plain {
        report("backup.s3_url", "an address with a bucket: https://host/bucket".to_owned());
    }
    if !is_safe(&url) {
        report("backup.s3_url", "an https address; http is for this machine alone".to_owned());
    }
    let is_encrypted = values.text_or_none("backup.recipient").is_some();
    if !is_encrypted && !values.flag("backup.plaintext_to_s3") {
        report(
            "backup.recipient",
            "an age recipient, because backup.s3_url is set and whoever runs the bucket could \
             read the archives; make one with age-keygen, or send them readable all the same \
             with backup.plaintext_to_s3 = true"
                .to_owned(),
        );
    }
    for key in ["backup.s3_access_key", "backup.s3_secret_key"] {
        if values.text_or_none(key).is_none() {
            report(key, "the bucket's key, because backup.s3_url is set".to_owned());
        }
    }
}
