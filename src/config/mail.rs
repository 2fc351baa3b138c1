//! `[mail]`, `[mail.smtp]`, `[mail.resend]`: whom mails are from and what carries them.
//!
//! A mailbox is parsed here once; whoever sends takes it as it is.

use std::path::PathBuf;

use lettre::Address;
use lettre::message::Mailbox;

use super::key::{Key, Kind, Use};
use super::server::Site;
use super::values::Values;
use crate::base::secret::Secret;

const fn now(path: &'static str, kind: Kind, default: &'static str) -> Key {
    Key { path, kind, default, use_: Use::Now }
}

/// The keys of these sections.
pub const KEYS: &[Key] = &[
    now("mail.transport", Kind::Choice(&["file", "smtp", "resend"]), "\"file\""),
    now("mail.file", Kind::Text, "\"mail.jsonl\""),
    now("mail.from", Kind::Mailbox, ""),
    now("mail.reply_to", Kind::Mailbox, ""),
    now("mail.retry_schedule_s", Kind::Integers(1, 604_800), "[10, 60, 300, 1800, 7200, 21600]"),
    now("mail.per_address_hourly_max", Kind::Integer(1, 1000), "5"),
    now("mail.notice_hourly_max", Kind::Integer(1, 1000), "5"),
    now("mail.hourly_max", Kind::Integer(1, 1_000_000), "500"),
    now("mail.reserve_percent", Kind::Integer(0, 90), "20"),
    now("mail.client_share_percent", Kind::Integer(1, 100), "10"),
    now("mail.person_share_percent", Kind::Integer(1, 100), "10"),
    now("mail.campaign_share_percent", Kind::Integer(1, 100), "50"),
    now("mail.smtp.host", Kind::Text, ""),
    now("mail.smtp.port", Kind::Integer(1, 65535), "587"),
    now("mail.smtp.username", Kind::Text, ""),
    now("mail.smtp.password", Kind::Secret, ""),
    now("mail.smtp.tls", Kind::Choice(&["starttls", "tls", "none"]), "\"starttls\""),
    now("mail.smtp.ca_file", Kind::Text, ""),
    now("mail.resend.api_key", Kind::Secret, ""),
    now("mail.resend.base_url", Kind::Address, "\"https://api.resend.com\""),
];

/// `[mail]`
#[derive(Clone, Debug)]
pub struct Mail {
    /// What carries mails.
    pub carrier: Carrier,
    /// Sender; without one, `no-reply@` the site's host.
    pub from: Option<Mailbox>,
    /// Where answers go.
    pub reply_to: Option<Mailbox>,
    /// Waits between tries, in seconds; after the last the mail has failed.
    pub retry_schedule_s: Vec<i64>,
    /// Mails to one address in an hour; more are suppressed.
    pub per_address_hourly_max: i64,
    /// Notices of one kind to one address in an hour; more are suppressed and audited.
    pub notice_hourly_max: i64,
    /// Mails in an hour; more wait.
    pub hourly_max: i64,
    /// Hundredths of the hour that bulk mail never touches.
    pub reserve_percent: i64,
    /// Hundredths of the hour that one client address can cause.
    pub client_share_percent: i64,
    /// Hundredths of the hour that one person can cause.
    pub person_share_percent: i64,
    /// Hundredths of the hour that one campaign takes.
    pub campaign_share_percent: i64,
}

/// What carries mails.
#[derive(Clone, Debug)]
pub enum Carrier {
    /// A file, relative to the data directory: no mail leaves the machine.
    File(PathBuf),
    /// A mail server.
    Smtp(Smtp),
    /// Resend's HTTP API.
    Resend(Resend),
}

/// `[mail.smtp]`
#[derive(Clone, Debug)]
pub struct Smtp {
    /// The server's name; its certificate must be made out to it.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// With what we sign in, if the server wants that.
    pub login: Option<Login>,
    /// How the connection is encrypted.
    pub encryption: Encryption,
    /// Certificates to trust instead of the public authorities, relative to the data directory.
    pub ca_file: Option<PathBuf>,
}

/// With what we sign in to a mail server.
#[derive(Clone, Debug)]
pub struct Login {
    /// The name.
    pub username: String,
    /// The password.
    pub password: Secret<String>,
}

/// How a connection to a mail server is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// It starts plain and must turn to TLS before anything is said.
    StartTls,
    /// It is TLS from its first byte.
    Tls,
    /// It is plain; to this machine only.
    None,
}

/// `[mail.resend]`
#[derive(Clone, Debug)]
pub struct Resend {
    /// Opens the account.
    pub api_key: Secret<String>,
    /// Where the API lives, without a slash at its end.
    pub base_url: String,
}

impl Mail {
    /// Reads the section; `None` when something is missing, which was reported already.
    pub(super) fn read(values: &Values) -> Option<Self> {
        let mailbox_of = |path: &str| values.text_or_none(path).and_then(|text| mailbox(&text));
        Some(Self {
            carrier: match values.text("mail.transport").as_str() {
                "smtp" => Carrier::Smtp(Smtp::read(values)?),
                "resend" => Carrier::Resend(Resend::read(values)?),
                _ => Carrier::File(PathBuf::from(values.text("mail.file"))),
            },
            from: mailbox_of("mail.from"),
            reply_to: mailbox_of("mail.reply_to"),
            retry_schedule_s: values.integers("mail.retry_schedule_s"),
            per_address_hourly_max: values.integer("mail.per_address_hourly_max"),
            notice_hourly_max: values.integer("mail.notice_hourly_max"),
            hourly_max: values.integer("mail.hourly_max"),
            reserve_percent: values.integer("mail.reserve_percent"),
            client_share_percent: values.integer("mail.client_share_percent"),
            person_share_percent: values.integer("mail.person_share_percent"),
            campaign_share_percent: values.integer("mail.campaign_share_percent"),
        })
    }
}

impl Smtp {
    fn read(values: &Values) -> Option<Self> {
        let username = values.text_or_none("mail.smtp.username");
        let password = values.text_or_none("mail.smtp.password").map(Secret::new);
        Some(Self {
            host: values.text_or_none("mail.smtp.host")?,
            port: u16::try_from(values.integer("mail.smtp.port")).ok()?,
            login: username.zip(password).map(|(username, password)| Login { username, password }),
            encryption: match values.text("mail.smtp.tls").as_str() {
                "tls" => Encryption::Tls,
                "none" => Encryption::None,
                _ => Encryption::StartTls,
            },
            ca_file: values.text_or_none("mail.smtp.ca_file").map(PathBuf::from),
        })
    }
}

impl Resend {
    fn read(values: &Values) -> Option<Self> {
        let base_url = values.text("mail.resend.base_url");
        Some(Self {
            api_key: Secret::new(values.text_or_none("mail.resend.api_key")?),
            base_url: base_url.trim_end_matches('/').to_owned(),
        })
    }
}

/// Reads one mailbox, `name@host` or `Name <name@host>`, with the host in ASCII.
///
/// `None` for a list, for what follows the mailbox, and for control characters.
#[must_use]
pub fn mailbox(text: &str) -> Option<Mailbox> {
    let text = text.trim();
    if text.chars().any(char::is_control) {
        return None;
    }
    let parsed: Mailbox = text.parse().ok()?;
    // The parser stops after the first mailbox; what is left over is a mistake.
    let address = parsed.email.to_string();
    let is_whole = text == address || text.ends_with(&format!("<{address}>"));
    let domain = idna::domain_to_ascii(parsed.email.domain()).ok()?;
    let address = Address::new(parsed.email.user(), domain).ok()?;
    let name = parsed.name.map(|name| name.trim().to_owned()).filter(|name| !name.is_empty());
    is_whole.then(|| Mailbox::new(name, address))
}

/// Returns the sender of a site that names none.
#[must_use]
pub fn no_reply(name: &str, site: &Site) -> Mailbox {
    let name: String = name.chars().filter(|c| !c.is_control()).collect();
    // The URL parser has accepted the host: it holds nothing that a header must not.
    let address = Address::new_dangerous("no-reply", site.mail_host());
    Mailbox::new(Some(name).filter(|name| !name.is_empty()), address)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mailbox_is_one_name_and_one_address() {
        for (text, shown) in [
            ("hola@example.com", "hola@example.com"),
            (" Ana Ruiz <ana@example.com> ", "Ana Ruiz <ana@example.com>"),
            ("\"Acme, Inc.\" <a@example.com>", "\"Acme, Inc.\" <a@example.com>"),
            ("España <a@españa.es>", "España <a@xn--espaa-rta.es>"),
            ("<a@example.com>", "a@example.com"),
            ("no-reply@localhost", "no-reply@localhost"),
        ] {
            let parsed = mailbox(text).map(|mailbox| mailbox.to_string());
            assert_eq!(parsed.as_deref(), Some(shown), "{text}");
        }
    }

    #[test]
    fn what_is_not_one_mailbox_is_none() {
        for text in [
            "",
            "Ana",
            "a@example.com, b@example.com",
            "Ana <a@example.com> and more",
            "Ana <a@example.com",
            "Ana\r\nBcc: b@example.com <a@example.com>",
            "a@example.com\nBcc: b@example.com",
            "<a@example.com> <b@example.com>",
        ] {
            assert_eq!(mailbox(text), None, "{text:?}");
        }
    }

    #[test]
    fn sender_of_a_site_without_one_is_safe_in_a_header() {
        for (name, url, shown) in [
            ("Acme", "https://acme.es", "Acme <no-reply@acme.es>"),
            ("", "https://acme.es", "no-reply@acme.es"),
            ("Acme, S.L.", "http://localhost:3000", "\"Acme, S.L.\" <no-reply@localhost>"),
            ("A\r\nBcc: b@c.es", "http://127.0.0.1", "\"ABcc: b@c.es\" <no-reply@[127.0.0.1]>"),
            ("Acme", "http://[::1]:3000", "Acme <no-reply@[IPv6:::1]>"),
        ] {
            let site = Site::parse(url).unwrap();
            assert_eq!(no_reply(name, &site).to_string(), shown);
        }
    }
}
