//! Links in mails from before a rotation, mails that waited through it, and sign-ins that
//! were away at a provider.

use serde_json::json;

use super::{NEW, OLD, again, base, signing};
use crate::support::Server;
use crate::support::openid::{CLIENT_ID, CLIENT_SECRET, Provider, depart, person};
use crate::support::server::wait_for;

/// What a mail provider sends for its button. Source: RFC 8058 §3.1.
const ONE_CLICK: Option<(&str, &[u8])> =
    Some(("application/x-www-form-urlencoded", b"List-Unsubscribe=One-Click"));

fn token(server: &Server, kind: &str, email: &str) -> String {
    server.mail_of(kind, email)["token"].as_str().unwrap().to_owned()
}

/// What mails carry that were sent before the rotation.
struct Mailed {
    verify: String,
    reset: String,
    leave: String,
}

fn mailed(server: &Server) -> Mailed {
    let ana = server.person("ana@ejemplo.es");
    drop(ana);
    let mut visitor = server.visitor();
    let ask = json!({"email": "ana@ejemplo.es"});
    visitor.post("/api/auth/request-password-reset", ask).expect(200);
    let join = json!({"email": "bea@ejemplo.es", "role": "professional"});
    visitor.post("/api/waitlist", join).expect(201);
    let welcome = server.mail_of("waitlist-welcome", "bea@ejemplo.es");
    let leave = welcome["headers"]["List-Unsubscribe"].as_str().unwrap().trim_matches(['<', '>']);
    Mailed {
        verify: token(server, "verify-email", "ana@ejemplo.es"),
        reset: token(server, "reset-password", "ana@ejemplo.es"),
        leave: server.path_of(leave).to_owned(),
    }
}

#[test]
fn mailed_links_of_an_earlier_secret_work() {
    let server = Server::with(&signing(OLD, ""));
    let mails = mailed(&server);
    let server = again(server, &signing(NEW, OLD));
    let mut visitor = server.visitor();
    // Before the address is proven, which ends every link that resets the password.
    let body = json!({"newPassword": "otra frase bien larga", "token": mails.reset});
    visitor.post("/api/auth/reset-password", body).expect(200);
    visitor.get(&format!("/api/auth/verify-email?token={}", mails.verify)).expect(200);
    assert_eq!(server.number("SELECT email_verified FROM \"user\""), 1);
    visitor.get(&mails.leave).expect(200);
    visitor.send("POST", &mails.leave, ONE_CLICK).expect(200);
    assert_eq!(server.number("SELECT count(unsubscribed_at) FROM waitlist"), 1);
}

#[test]
fn mailed_links_of_a_secret_that_is_gone_open_nothing_that_was_signed() {
    let server = Server::with(&signing(OLD, ""));
    let mails = mailed(&server);
    let server = again(server, &signing(NEW, ""));
    let mut visitor = server.visitor();
    let verify = format!("/api/auth/verify-email?token={}", mails.verify);
    visitor.get(&verify).refused(401, "INVALID_TOKEN");
    visitor.send("POST", &mails.leave, ONE_CLICK).refused(410, "WAITLIST_LINK_INVALID");
    assert_eq!(server.number("SELECT count(unsubscribed_at) FROM waitlist"), 0);
    // The database knows this one by its hash, which no secret has made.
    let body = json!({"newPassword": "otra frase bien larga", "token": mails.reset});
    visitor.post("/api/auth/reset-password", body).expect(200);
}

#[test]
fn address_change_that_began_before_a_rotation_ends_after_it() {
    let server = Server::with(&signing(OLD, ""));
    let browser = server.person("ana@ejemplo.es");
    let first = token(&server, "verify-email", "ana@ejemplo.es");
    let mut ana = browser.at(&base(&server));
    ana.get(&format!("/api/auth/verify-email?token={first}")).expect(200);
    ana.post("/api/auth/change-email", json!({"newEmail": "nueva@ejemplo.es"})).expect(200);
    let agreed = token(&server, "change-email", "ana@ejemplo.es");
    let server = again(server, &signing(NEW, OLD));
    let mut ana = ana.at(&base(&server));
    ana.get(&format!("/api/auth/verify-email?token={agreed}")).expect(200);
    let proven = token(&server, "change-email", "nueva@ejemplo.es");
    let changed = ana.get(&format!("/api/auth/verify-email?token={proven}")).expect(200).json();
    assert_eq!(changed["user"]["email"], "nueva@ejemplo.es");
}

#[test]
fn mail_that_waits_through_a_rotation_carries_its_token() {
    // The mail of the sign-up is the hour's only one.
    let one = ("ANTESALA_MAIL__HOURLY_MAX", "1");
    let server = Server::with(&[signing(OLD, ""), vec![one]].concat());
    server.person("ana@ejemplo.es");
    token(&server, "verify-email", "ana@ejemplo.es");
    let ask = json!({"email": "ana@ejemplo.es"});
    server.visitor().post("/api/auth/request-password-reset", ask).expect(200);
    let waits = "SELECT count(*) FROM outbox WHERE secret IS NOT NULL AND sent_at IS NULL";
    assert_eq!(server.number(waits), 1);
    let server = again(server, &signing(NEW, OLD));
    server.clock.advance_s(3_600);
    wait_for("the mail", || {
        // In small steps: the link's own hour runs from the mail on.
        server.clock.advance_s(1);
        (server.number(waits) == 0).then_some(())
    });
    let token = token(&server, "reset-password", "ana@ejemplo.es");
    let body = json!({"newPassword": "otra frase bien larga", "token": token});
    server.visitor().post("/api/auth/reset-password", body).expect(200);
}

#[test]
fn sign_in_that_was_away_at_a_provider_comes_back_after_a_rotation() {
    let provider = Provider::start();
    let issuer = provider.issuer();
    let acme = vec![
        ("ANTESALA_SOCIAL__ACME__CLIENT_ID", CLIENT_ID),
        ("ANTESALA_SOCIAL__ACME__CLIENT_SECRET", CLIENT_SECRET),
        ("ANTESALA_SOCIAL__ACME__ISSUER", issuer.as_str()),
    ];
    let knowing = |secrets| [secrets, acme.clone()].concat();
    let server = Server::with(&knowing(signing(OLD, NEW)));
    let mut away = server.visitor();
    let url = depart(&mut away, json!({"provider": "acme"}));
    let back = provider.consent(&url, person("a-1", "ana@ejemplo.es"));
    let server = again(server, &knowing(signing(NEW, OLD)));
    let mut ana = away.at(&base(&server));
    let landed = ana.get(&back).expect(302);
    assert!(
        !landed.header("location").unwrap().contains("error"),
        "{:?}",
        landed.header("location")
    );
    // What was granted is sealed with the new secret now, and with it alone opens.
    let server = again(server, &knowing(signing(NEW, "")));
    let mut ana = ana.at(&base(&server));
    let asked = json!({"providerId": "acme"});
    let granted = ana.post("/api/auth/get-access-token", asked).expect(200).json();
    assert_eq!(granted["accessToken"], "acceso-1");
}

#[test]
fn card_link_of_an_earlier_secret_is_drawn() {
    let signed = ("ANTESALA_OG__REQUIRE_SIGNATURE", "true");
    let links = |secret: &str, previous: &str| {
        let folder = tempfile::tempdir().unwrap();
        let config = crate::support::server::config(
            folder.path(),
            &[signing(secret, previous), vec![signed]].concat(),
        );
        antesala::og::link::Links::new(&config, &config.auth.secrets().unwrap())
    };
    let pairs = [("template", "job"), ("title", "Físico")];
    let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let card = antesala::domain::card::CardLink::parse(&pairs).unwrap();
    let link = links(OLD, "").signed(card);
    assert!(links(NEW, OLD).may_draw(&link));
    assert!(!links(NEW, "").may_draw(&link));
}
