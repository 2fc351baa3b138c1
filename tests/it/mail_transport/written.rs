//! A mail as it lies in the mailbox: read with another library than the one that wrote it.

use std::path::Path;

use antesala::base::clock::Millis;
use antesala::base::locale::Locale;
use antesala::domain::email::Email;
use antesala::domain::mail::MailKind;
use antesala::mail::letter::Letter;
use antesala::mail::{MailError, Message, Transport};
use mail_parser::{MessageParser, MimeHeaders as _};

use crate::support::resend::{API_KEY, ResendServer};
use crate::support::server::config;
use crate::support::smtp::{SmtpServer, Speech};

const SUBJECT: &str = "Verificación de correo electrónico para José María Ñúñez-O’Neill en España";

fn message(subject: &str, text: &str, html: &str) -> Message {
    Message {
        id: "out_7Yx".to_owned(),
        kind: MailKind::VerifyEmail,
        to: Email::parse("ana+lista@españa.es").unwrap(),
        locale: Locale::Es,
        letter: Letter {
            subject: subject.to_owned(),
            text: text.to_owned(),
            html: html.to_owned(),
        },
        logo: None,
        headers: Vec::new(),
        url: None,
        token: None,
        otp: None,
    }
}

/// Delivers with some settings on top of a transport's own.
fn deliver(folder: &Path, settings: &[(&str, &str)], message: Message) -> Result<(), MailError> {
    let transport = Transport::of(&config(folder, settings)).unwrap();
    let now = Millis::parse_iso("2027-01-15T10:00:00Z").unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(transport.deliver(message, now)).map(|_delivered| ())
}

/// Sends a mail by SMTP and returns its bytes.
fn written(settings: &[(&str, &str)], message: Message) -> String {
    let relay = SmtpServer::start(Speech::Plain);
    let folder = tempfile::tempdir().unwrap();
    let port = relay.port().to_string();
    let own = [
        ("ANTESALA_MAIL__TRANSPORT", "smtp"),
        ("ANTESALA_MAIL__SMTP__HOST", "127.0.0.1"),
        ("ANTESALA_MAIL__SMTP__PORT", port.as_str()),
        ("ANTESALA_MAIL__SMTP__TLS", "none"),
    ];
    deliver(folder.path(), &[&own, settings].concat(), message).unwrap();
    String::from_utf8(relay.mails()[0].raw.clone()).unwrap()
}

#[test]
fn mail_has_every_header_and_text_before_html() {
    let text =
        "¡Hola, Ana!\n\n.un punto al principio\n..y dos\nhttps://acme.es/verificar?token=abc\n";
    let html = format!("<p>¡Hola!</p>\n<p>{}</p>", "línea muy larga ".repeat(200));
    let mut sent = message(SUBJECT, text, &html);
    sent.headers = vec![
        ("List-Unsubscribe", "<https://acme.es/api/waitlist/unsubscribe?code=abc>".to_owned()),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()),
    ];
    let settings = [
        ("ANTESALA_MAIL__FROM", "Compañía de Ángel <hola@acme.es>"),
        ("ANTESALA_MAIL__REPLY_TO", "ayuda@acme.es"),
        ("ANTESALA_SERVER__PUBLIC_URL", "https://acme.es"),
    ];
    let raw = written(&settings, sent);
    assert!(raw.is_ascii(), "8-bit text is encoded");
    assert!(raw.lines().all(|line| line.len() <= 998), "RFC 5322 §2.1.1");
    let mail = MessageParser::new().parse(&raw).unwrap();
    let from = mail.from().unwrap().first().unwrap();
    assert_eq!(from.name(), Some("Compañía de Ángel"));
    assert_eq!(from.address(), Some("hola@acme.es"));
    assert_eq!(mail.to().unwrap().first().unwrap().address(), Some("ana+lista@xn--espaa-rta.es"));
    assert_eq!(mail.reply_to().unwrap().first().unwrap().address(), Some("ayuda@acme.es"));
    assert_eq!(mail.subject(), Some(SUBJECT));
    assert_eq!(mail.message_id(), Some("out_7Yx@acme.es"));
    assert_eq!(mail.date().unwrap().to_rfc3339(), "2027-01-15T10:00:00Z");
    for (name, value) in [
        ("Auto-Submitted", "auto-generated"),
        ("List-Unsubscribe", "<https://acme.es/api/waitlist/unsubscribe?code=abc>"),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ("MIME-Version", "1.0"),
    ] {
        assert_eq!(mail.header_raw(name).map(str::trim), Some(value), "{name}");
    }
    let kinds: Vec<_> = mail
        .parts
        .iter()
        .filter_map(|part| part.content_type())
        .map(|kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap()))
        .collect();
    assert_eq!(kinds, ["multipart/alternative", "text/plain", "text/html"]);
    assert_eq!(mail.body_text(0).unwrap().replace("\r\n", "\n"), text);
    assert_eq!(mail.body_html(0).unwrap().replace("\r\n", "\n"), html);
}

#[test]
fn no_text_starts_a_header() {
    let evil = "Hola\r\nBcc: eva@malo.es\r\n\r\ncuerpo\u{2028}\u{85}X-Mas: 1\nX: y\rZ: w";
    let mut sent = message(evil, "texto", "<p>html</p>");
    sent.headers = vec![("List-Unsubscribe", evil.to_owned())];
    let settings = [("ANTESALA_BRAND__NAME", "Acme\r\nBcc: eva@malo.es")];
    let raw = written(&settings, sent);
    let head = raw.split_once("\r\n\r\n").unwrap().0;
    let names: Vec<_> = head
        .lines()
        .filter(|line| !line.starts_with([' ', '\t']))
        .map(|line| line.split(':').next().unwrap())
        .collect();
    assert_eq!(
        names,
        [
            "Date",
            "Message-ID",
            "From",
            "To",
            "Subject",
            "List-Unsubscribe",
            "Auto-Submitted",
            "MIME-Version",
            "Content-Type"
        ]
    );
    let mail = MessageParser::new().parse(&raw).unwrap();
    assert!(mail.subject().unwrap().starts_with("Hola  Bcc: eva@malo.es"), "{raw}");
    assert_eq!(mail.body_text(0).unwrap().trim(), "texto");
    assert_eq!(mail.from().unwrap().first().unwrap().address(), Some("no-reply@localhost"));
}

#[test]
fn headers_are_one_line_for_every_transport() {
    let resend = ResendServer::start();
    let folder = tempfile::tempdir().unwrap();
    let mut sent = message("Hola\r\nBcc: eva@malo.es", "t", "h");
    sent.headers = vec![("List-Unsubscribe", "<https://acme.es/a>\nBcc: x".to_owned())];
    let settings = [
        ("ANTESALA_MAIL__TRANSPORT", "resend"),
        ("ANTESALA_MAIL__FROM", "hola@acme.es"),
        ("ANTESALA_MAIL__RESEND__API_KEY", API_KEY),
        ("ANTESALA_MAIL__RESEND__BASE_URL", &resend.base_url()),
    ];
    deliver(folder.path(), &settings, sent).unwrap();
    let body = &resend.accepted()[0].body;
    assert_eq!(body["subject"], "Hola  Bcc: eva@malo.es");
    assert_eq!(body["headers"]["List-Unsubscribe"], "<https://acme.es/a> Bcc: x");
    assert_eq!(body["to"][0], "ana+lista@xn--espaa-rta.es");
    deliver(folder.path(), &[], message("Hola\r\nBcc: x", "t", "h")).unwrap();
    let line = std::fs::read_to_string(folder.path().join("mail.jsonl")).unwrap();
    assert!(line.contains(r#""subject":"Hola  Bcc: x""#), "{line}");
}

#[test]
fn file_holds_what_a_mail_carries() {
    use antesala::base::secret::Secret;
    let folder = tempfile::tempdir().unwrap();
    let mut sent = message("Hola", "t", "h");
    sent.headers = vec![("List-Unsubscribe", "<https://acme.es/a>".to_owned())];
    sent.otp = Some(Secret::new("123456".to_owned()));
    let settings = [("ANTESALA_MAIL__REPLY_TO", "Ayuda <ayuda@acme.es>")];
    deliver(folder.path(), &settings, sent).unwrap();
    let line = std::fs::read_to_string(folder.path().join("mail.jsonl")).unwrap();
    let mail: serde_json::Value = serde_json::from_str(&line).unwrap();
    assert_eq!(mail["otp"], "123456");
    assert_eq!(mail["from"], "antesala <no-reply@localhost>");
    let headers = serde_json::json!({
        "Reply-To": "Ayuda <ayuda@acme.es>",
        "List-Unsubscribe": "<https://acme.es/a>",
    });
    assert_eq!(mail["headers"], headers);
    assert_eq!((mail.get("url"), mail.get("token")), (None, None));
}

#[test]
fn certificates_that_cannot_be_read_are_said_with_their_place() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("no.pem"), "no certificate").unwrap();
    for (file, reason) in [("gone.pem", "No such file"), ("no.pem", "no certificates in PEM")] {
        let settings = [
            ("ANTESALA_MAIL__TRANSPORT", "smtp"),
            ("ANTESALA_MAIL__FROM", "hola@acme.es"),
            ("ANTESALA_MAIL__SMTP__HOST", "smtp.acme.es"),
            ("ANTESALA_MAIL__SMTP__CA_FILE", file),
        ];
        let error = Transport::of(&config(folder.path(), &settings)).err().unwrap().to_string();
        let place = folder.path().join(file).display().to_string();
        assert!(error.contains("mail.smtp.ca_file"), "{error}");
        assert!(error.contains(&place) && error.contains(reason), "{error}");
    }
}
