//! The waitlist's mails: welcome, confirmation, invitation, and the way out.

use serde_json::{Value, json};

use crate::support::server::{PASSWORD, wait_for};
use crate::support::{Client, Reply, Server};

const FORM: &str = "application/x-www-form-urlencoded";
const DOUBLE: (&str, &str) = ("ANTESALA_WAITLIST__DOUBLE_OPT_IN", "true");

fn join(server: &Server, email: &str, referral: &str) -> Reply {
    let body = json!({"email": email, "role": "professional", "name": "Ana", "ref": referral});
    server.visitor().post("/api/waitlist", body)
}

fn path(server: &Server, mail: &Value) -> String {
    server.path_of(mail["url"].as_str().unwrap()).to_owned()
}

fn press(client: &mut Client, token: &str, page: &str) -> Reply {
    client.set("accept", "text/html");
    let reply = client.send("POST", page, Some((FORM, format!("token={token}").as_bytes())));
    client.unset("accept");
    reply
}

#[test]
fn welcome_tells_place_and_link_once() {
    let server = Server::start();
    join(&server, "ana@ejemplo.es", "").expect(201);
    let joined = join(&server, "eva@ejemplo.es", "").expect(201).json();
    let mail = server.mail_of("waitlist-welcome", "eva@ejemplo.es");
    let text = mail["text"].as_str().unwrap();
    assert!(text.contains("Tu puesto en la lista: 2"), "{text}");
    assert!(text.contains(joined["referralUrl"].as_str().unwrap()), "{text}");
    assert_eq!(mail["headers"]["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click");
    server.clock.advance_s(60);
    server.person("otra@ejemplo.es");
    let welcomes = server.mails().iter().filter(|mail| mail["kind"] == "waitlist-welcome").count();
    assert_eq!(welcomes, 2);
}

#[test]
fn one_click_ends_the_mails_and_looking_does_not() {
    let server = Server::start();
    join(&server, "ana@ejemplo.es", "").expect(201);
    let mail = server.mail_of("waitlist-welcome", "ana@ejemplo.es");
    let link = mail["headers"]["List-Unsubscribe"].as_str().unwrap();
    let link = server.path_of(link.trim_matches(['<', '>'])).to_owned();
    server.visitor().get(&link).expect(200);
    assert_eq!(server.number("SELECT count(unsubscribed_at) FROM waitlist"), 0);
    let mut provider = server.visitor();
    provider.unset("origin");
    let one_click = Some((FORM, b"List-Unsubscribe=One-Click".as_slice()));
    provider.send("POST", &link, one_click).expect(200);
    provider.send("POST", &link, one_click).expect(200);
    assert_eq!(server.number("SELECT count(unsubscribed_at) FROM waitlist"), 1);
    let altered = format!("{link}x");
    provider.send("POST", &altered, one_click).refused(410, "WAITLIST_LINK_INVALID");
    server.visitor().get(&altered).expect(410);
}

#[test]
fn double_opt_in_counts_only_what_was_confirmed() {
    let server = Server::with(&[DOUBLE]);
    let first = join(&server, "ana@ejemplo.es", "").expect(201).json();
    assert!(first.get("position").is_none());
    let code = &server.text("SELECT id FROM waitlist");
    join(&server, "eva@ejemplo.es", code).expect(201);
    let referrals = || {
        let place = server.visitor().get(&format!("/api/waitlist/{code}")).expect(200).json();
        place["referrals"].as_i64().unwrap()
    };
    assert_eq!(referrals(), 0);
    let again = join(&server, "EVA@ejemplo.es", code).expect(201).json();
    assert!(again.get("position").is_none());
    let asked: Vec<Value> = server
        .mails()
        .into_iter()
        .filter(|mail| mail["kind"] == "waitlist-confirm" && mail["to"] == "eva@ejemplo.es")
        .collect();
    assert_eq!(asked.len(), 2, "a repeat is mailed again");
    let link = path(&server, &asked[0]);
    let mut eva = server.visitor();
    for method in ["HEAD", "GET", "GET"] {
        eva.send(method, &link, None).expect(200);
    }
    assert_eq!(referrals(), 0, "a scanner confirms nobody");
    let token = asked[0]["token"].as_str().unwrap();
    press(&mut eva, token, "/api/waitlist/confirm").expect(303);
    press(&mut eva, token, "/api/waitlist/confirm").expect(303);
    assert_eq!(referrals(), 1);
    let body = json!({"token": asked[1]["token"]});
    let told = eva.post("/api/waitlist/confirm", body).expect(200).json();
    assert_eq!((&told["success"], &told["position"]), (&json!(true), &json!(2)));
    server.mail_of("waitlist-welcome", "eva@ejemplo.es");
    assert_eq!(join(&server, "eva@ejemplo.es", "").expect(201).json(), first);
    server.clock.advance_s(8 * 86_400);
    eva.get(&link).expect(410);
}

#[test]
fn invitation_opens_a_verified_account_once() {
    let server = Server::with(&[("ANTESALA_AUTH__SIGNUP", "invite")]);
    let mut admin = server.admin();
    join(&server, "ana@ejemplo.es", "").expect(201);
    join(&server, "eva@ejemplo.es", "").expect(201);
    let sign_up = json!({"name": "Eva", "email": "eva@ejemplo.es", "password": PASSWORD});
    let stranger = server.visitor().post("/api/auth/sign-up/email", sign_up.clone());
    stranger.refused(403, "INVITATION_REQUIRED");
    let invite = "/api/admin/waitlist/invite";
    server.visitor().post(invite, json!({"count": 1})).refused(401, "UNAUTHORIZED");
    let told = admin.post(invite, json!({"emails": ["ana@ejemplo.es", "x@ejemplo.es", "no"]}));
    assert_eq!(
        told.expect(200).json(),
        json!({"success": true, "invited": 1, "skipped": [
            {"email": "x@ejemplo.es", "code": "WAITLIST_NOT_FOUND"},
            {"email": "no", "code": "INVALID_EMAIL"},
        ]})
    );
    let mail = server.mail_of("waitlist-invite", "ana@ejemplo.es");
    let link = path(&server, &mail);
    let mut ana = server.visitor();
    assert!(ana.get(&link).expect(200).text.contains("ana@ejemplo.es"));
    let form = |name: &str| format!("name={name}&password={}", PASSWORD.replace(' ', "+"));
    ana.send("POST", &link, Some((FORM, form("").as_bytes()))).expect(400);
    ana.send("POST", &link, Some((FORM, form("Ana").as_bytes()))).expect(303);
    let user = ana.get("/api/auth/get-session").json()["user"].clone();
    assert_eq!((&user["name"], &user["emailVerified"]), (&json!("Ana"), &json!(true)));
    server.visitor().get(&link).expect(410);
    let next = admin.post(invite, json!({"count": 5, "role": "professional"})).expect(200).json();
    assert_eq!(next["invited"], 1, "whoever is invited is not invited again");
    let token = server.mail_of("waitlist-invite", "eva@ejemplo.es")["token"].clone();
    let wrong =
        json!({"name": "X", "email": "x@ejemplo.es", "password": PASSWORD, "invitation": token});
    server.visitor().post("/api/auth/sign-up/email", wrong).refused(410, "INVITATION_INVALID");
    let without = server.visitor().post("/api/auth/sign-up/email", sign_up).expect(200).json();
    assert_eq!(without["user"]["emailVerified"], false, "the address was invited, not proven");
}

#[test]
fn closed_sign_up_lets_nobody_in_and_invitations_run_out() {
    let server = Server::with(&[("ANTESALA_WAITLIST__INVITE_TTL_S", "3600")]);
    let mut admin = server.admin();
    join(&server, "ana@ejemplo.es", "").expect(201);
    admin.post("/api/admin/waitlist/invite", json!({"count": 1})).expect(200);
    let mail = server.mail_of("waitlist-invite", "ana@ejemplo.es");
    server.clock.advance_s(3_600);
    server.visitor().get(&path(&server, &mail)).expect(410);
    let closed = Server::with(&[("ANTESALA_AUTH__SIGNUP", "closed")]);
    let body = json!({"name": "A", "email": "a@ejemplo.es", "password": PASSWORD});
    closed.visitor().post("/api/auth/sign-up/email", body).refused(403, "SIGN_UP_CLOSED");
}

#[test]
fn next_ones_are_invited_by_position_and_filter() {
    let server = Server::with(&[
        ("ANTESALA_WAITLIST__REFERRAL_BONUS", "5"),
        ("ANTESALA_RATE_LIMIT__ENABLED", "false"),
    ]);
    let mut admin = server.admin();
    for n in 0..3 {
        join(&server, &format!("p{n}@ejemplo.es"), "").expect(201);
    }
    let last = join(&server, "ultima@ejemplo.es", "").expect(201).json();
    join(&server, "amiga@ejemplo.es", last["referralCode"].as_str().unwrap()).expect(201);
    let lab = json!({"email": "lab@ejemplo.es", "role": "empresa", "source": "feria"});
    server.visitor().post("/api/waitlist", lab).expect(201);
    let invite = |admin: &mut Client, body: Value| {
        let told = admin.post("/api/admin/waitlist/invite", body).expect(200).json();
        told["invited"].as_i64().unwrap()
    };
    assert_eq!(invite(&mut admin, json!({"count": 1})), 1);
    let first = server.text("SELECT email FROM waitlist WHERE invited_at IS NOT NULL");
    assert_eq!(first, "ultima@ejemplo.es", "a referral moved her to the front");
    assert_eq!(invite(&mut admin, json!({"count": 9, "source": "feria"})), 1);
    assert_eq!(invite(&mut admin, json!({"count": 9, "role": "empresa"})), 0);
    assert_eq!(invite(&mut admin, json!({"count": 9})), 4);
    admin.post("/api/admin/waitlist/invite", json!({})).refused(400, "VALIDATION_ERROR");
    let invited = || server.mails().iter().filter(|m| m["kind"] == "waitlist-invite").count();
    wait_for("the invitations", || (invited() == 6).then_some(()));
}

#[test]
fn one_click_of_parts_ends_the_mails_as_a_form_does() {
    let server = Server::start();
    join(&server, "ana@ejemplo.es", "").expect(201);
    let mail = server.mail_of("waitlist-welcome", "ana@ejemplo.es");
    let link = mail["headers"]["List-Unsubscribe"].as_str().unwrap();
    let link = server.path_of(link.trim_matches(['<', '>'])).to_owned();
    let body = "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\n\
        One-Click\r\n--x--\r\n";
    let parts = Some(("multipart/form-data; boundary=x", body.as_bytes()));
    let mut provider = server.visitor();
    provider.unset("origin");
    provider.send("POST", &link, parts).expect(200);
    assert_eq!(server.number("SELECT count(unsubscribed_at) FROM waitlist"), 1);
    provider.send("POST", "/api/waitlist/confirm", parts).refused(415, "UNSUPPORTED_MEDIA_TYPE");
}

/// Opens an invited person's account by the form.
fn accept(server: &Server, email: &str) -> (Reply, Client) {
    join(server, email, "").expect(201);
    let mut admin = server.admin();
    admin.post("/api/admin/waitlist/invite", json!({"emails": [email]})).expect(200);
    let link = path(server, &server.mail_of("waitlist-invite", email));
    let mut browser = server.visitor();
    let form = format!("name=Ana&password={}", PASSWORD.replace(' ', "+"));
    (browser.send("POST", &link, Some((FORM, form.as_bytes()))), browser)
}

#[test]
fn invited_person_who_has_an_account_is_told_so() {
    let server = Server::with(&[("ANTESALA_AUTH__REQUIRE_EMAIL_VERIFICATION", "true")]);
    server.person("ana@ejemplo.es");
    let (page, mut browser) = accept(&server, "ana@ejemplo.es");
    assert!(page.expect(400).text.contains("Ya hay una cuenta con este correo"));
    assert_eq!(browser.get("/api/auth/get-session").json(), json!(null));
    assert!(server.mails().iter().all(|mail| mail["kind"] != "existing-account"));
}

#[test]
fn page_does_not_say_signed_in_where_a_sign_up_does_not_sign_in() {
    let server = Server::with(&[("ANTESALA_AUTH__AUTO_SIGN_IN", "false")]);
    let (page, mut browser) = accept(&server, "ana@ejemplo.es");
    let page = page.expect(303).header("location").unwrap().to_owned();
    let text = browser.get(&page).expect(200).text;
    assert!(text.contains("Cuenta abierta") && !text.contains("has iniciado sesión"), "{text}");
    assert_eq!(browser.get("/api/auth/get-session").json(), json!(null));
    server.signed_in("ana@ejemplo.es");
}

#[test]
fn mail_says_how_long_its_link_works_and_not_longer() {
    for (ttl_s, said) in [
        ("60", "durante un minuto."),
        ("5400", "durante 90 minutos."),
        ("86399", "durante 23 horas."),
        ("86400", "durante un día."),
        ("604800", "durante 7 días."),
    ] {
        let server = Server::with(&[("ANTESALA_WAITLIST__INVITE_TTL_S", ttl_s)]);
        join(&server, "ana@ejemplo.es", "").expect(201);
        let mut admin = server.admin();
        admin.post("/api/admin/waitlist/invite", json!({"count": 1})).expect(200);
        let mail = server.mail_of("waitlist-invite", "ana@ejemplo.es");
        let text = mail["text"].as_str().unwrap();
        assert!(text.contains(said), "{ttl_s}: {text}");
    }
}
