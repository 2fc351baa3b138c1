//! `brand.logo` inside a mail: shown without anything being fetched.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use mail_parser::{MessageParser, MimeHeaders as _};
use tempfile::TempDir;

use crate::support::Server;
use crate::support::process::Place;
use crate::support::resend::{API_KEY, ResendServer};
use crate::support::smtp::{SmtpServer, Speech};

/// A drawing of some width and height.
fn drawing(width: u32, height: u32) -> String {
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\">\
         <rect width=\"{width}\" height=\"{height}\" fill=\"#0a7\"/></svg>"
    )
}

/// Starts a server whose logo is `picture`.
fn branded(picture: &str, settings: &[(&str, &str)]) -> Server {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("logo.svg");
    std::fs::write(&path, picture).unwrap();
    let path = path.display().to_string();
    let own = [("ANTESALA_BRAND__LOGO", path.as_str()), ("ANTESALA_BRAND__NAME", "Acme & Co")];
    Server::in_folder(folder, &[&own, settings].concat())
}

/// Reads width and height of a PNG.
fn sides(png: &[u8]) -> [u32; 2] {
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n"));
    [16, 20].map(|at| u32::from_be_bytes(png[at..at + 4].try_into().unwrap()))
}

#[test]
fn logo_travels_inside_a_mail_by_resend() {
    let resend = ResendServer::start();
    let settings = [
        ("ANTESALA_MAIL__TRANSPORT", "resend"),
        ("ANTESALA_MAIL__FROM", "hola@acme.es"),
        ("RESEND_API_KEY", API_KEY),
        ("ANTESALA_MAIL__RESEND__BASE_URL", &resend.base_url()),
    ];
    let server = branded(&drawing(50, 40), &settings);
    server.person("ana@ejemplo.es");
    let body = resend.mail_to("ana@ejemplo.es").body;
    let inline = &body["attachments"][0];
    assert_eq!((&inline["content_id"], &inline["filename"]), (&"logo".into(), &"logo.png".into()));
    assert_eq!(inline["content_type"], "image/png");
    let png = STANDARD.decode(inline["content"].as_str().unwrap()).unwrap();
    assert_eq!(sides(&png), [100, 80]);
    let html = body["html"].as_str().unwrap();
    assert!(html.contains(r#"<img src="cid:logo" width="50" height="40" alt="""#), "{html}");
    assert!(html.contains(r#"margin-right:10px">Acme &#38; Co"#), "{html}");
    assert!(!html.contains("src=\"http"), "nothing is fetched");
}

#[test]
fn logo_travels_beside_the_html_by_smtp() {
    let relay = SmtpServer::start(Speech::Plain);
    let port = relay.port().to_string();
    let settings = [
        ("ANTESALA_MAIL__TRANSPORT", "smtp"),
        ("ANTESALA_MAIL__SMTP__HOST", "127.0.0.1"),
        ("ANTESALA_MAIL__SMTP__PORT", port.as_str()),
        ("ANTESALA_MAIL__SMTP__TLS", "none"),
    ];
    let server = branded(&drawing(900, 90), &settings);
    server.person("ana@ejemplo.es");
    let raw = relay.mail_to("ana@ejemplo.es").raw;
    let mail = MessageParser::new().parse(&raw).unwrap();
    let kinds: Vec<_> = mail
        .parts
        .iter()
        .filter_map(|part| part.content_type())
        .map(|kind| format!("{}/{}", kind.ctype(), kind.subtype().unwrap()))
        .collect();
    assert_eq!(
        kinds,
        ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"]
    );
    let picture = mail.parts.last().unwrap();
    assert_eq!(picture.content_id(), Some("logo"));
    assert!(picture.content_disposition().unwrap().is_inline());
    assert_eq!(sides(picture.contents()), [440, 44], "as large as its place");
    assert!(mail.body_text(0).unwrap().starts_with("Hola, Ana:"));
    let html = mail.body_html(0).unwrap();
    // It is so wide that it says the name itself; who sees no pictures reads it.
    assert!(html.contains(r#"width="220" height="22" alt="Acme &#38; Co""#), "{html}");
    assert_eq!(html.matches("Acme &#38; Co").count(), 2, "{html}");
}

#[test]
fn logo_that_cannot_be_drawn_is_said_and_holds_no_mail_back() {
    let server = branded("this is no picture", &[]);
    server.person("ana@ejemplo.es");
    let mail = server.mail_of("verify-email", "ana@ejemplo.es");
    assert!(!mail["html"].as_str().unwrap().contains("<img"));
    assert!(server.log().contains("mails go without the logo"), "{}", server.log());
}

#[test]
fn preview_shows_the_logo_by_itself() {
    let mut place = Place::new();
    place.write("logo.svg", &drawing(40, 40));
    place.set("ANTESALA_BRAND__LOGO", "logo.svg");
    let html = place.ok(&["mail", "preview", "new-device", "--html"]);
    assert!(html.contains(r#"<img src="data:image/png;base64,iVBOR"#), "{html}");
    assert!(!html.contains("cid:"), "{html}");
}
