//! Verifying and changing addresses, and what verification opens.

use serde_json::json;

use crate::support::Server;
use crate::support::server::PASSWORD;

const SEND: &str = "/api/auth/send-verification-email";
const CHANGE: &str = "/api/auth/change-email";
const REQUIRED: (&str, &str) = ("ANTESALA_AUTH__REQUIRE_EMAIL_VERIFICATION", "true");

fn token(server: &Server, kind: &str, email: &str) -> String {
    server.mail_of(kind, email)["token"].as_str().unwrap().to_owned()
}

#[test]
fn verified_person_is_asked_at_the_old_address_first() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    let first = token(&server, "verify-email", "ana@ejemplo.es");
    ana.get(&format!("/api/auth/verify-email?token={first}")).expect(200);
    ana.post(CHANGE, json!({"newEmail": "Nueva@Ejemplo.es"})).expect(200);
    let old = token(&server, "change-email", "ana@ejemplo.es");
    assert!(server.mails().iter().all(|mail| mail["to"] != "nueva@ejemplo.es"));
    let open = |token: &str| format!("/api/auth/verify-email?token={token}");
    server.visitor().send("HEAD", &open(&old), None).expect(200);
    assert!(server.mails().iter().all(|mail| mail["to"] != "nueva@ejemplo.es"), "HEAD looks");
    server.visitor().get(&open(&old)).expect(200);
    assert_eq!(ana.get("/api/auth/get-session").json()["user"]["email"], "ana@ejemplo.es");
    let new = token(&server, "change-email", "nueva@ejemplo.es");
    let changed = ana.get(&open(&new)).expect(200);
    assert_eq!(changed.json()["user"]["email"], "nueva@ejemplo.es");
    assert!(changed.set_cookie("better-auth.session_token").is_some());
    ana.get(&open(&new)).expect(200);
    let user = ana.get("/api/auth/get-session").json()["user"].clone();
    assert_eq!(
        (&user["email"], &user["emailVerified"]),
        (&json!("nueva@ejemplo.es"), &json!(true))
    );
    server.signed_in("nueva@ejemplo.es");
}

#[test]
fn second_link_of_a_change_leads_where_the_client_said() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    let first = token(&server, "verify-email", "ana@ejemplo.es");
    ana.get(&format!("/api/auth/verify-email?token={first}")).expect(200);
    let body = json!({"newEmail": "nueva@ejemplo.es", "callbackURL": "/panel?x=1"});
    ana.post(CHANGE, body).expect(200);
    for email in ["ana@ejemplo.es", "nueva@ejemplo.es"] {
        let url = server.mail_of("change-email", email)["url"].as_str().unwrap().to_owned();
        assert!(url.ends_with("callbackURL=%2Fpanel%3Fx%3D1"), "{url}");
        let opened = server.visitor().get(server.path_of(&url)).expect(302);
        assert_eq!(opened.header("location"), Some("/panel?x=1"));
    }
}

#[test]
fn used_link_of_a_change_mails_nothing_more() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    let first = token(&server, "verify-email", "ana@ejemplo.es");
    ana.get(&format!("/api/auth/verify-email?token={first}")).expect(200);
    ana.post(CHANGE, json!({"newEmail": "nueva@ejemplo.es"})).expect(200);
    let old = token(&server, "change-email", "ana@ejemplo.es");
    for _ in 0..4 {
        server.visitor().get(&format!("/api/auth/verify-email?token={old}")).expect(200);
    }
    let new = token(&server, "change-email", "nueva@ejemplo.es");
    assert_eq!(server.number("SELECT count(*) FROM outbox WHERE kind = 'change-email'"), 2);
    ana.get(&format!("/api/auth/verify-email?token={new}")).expect(200);
    assert_eq!(ana.get("/api/auth/get-session").json()["user"]["email"], "nueva@ejemplo.es");
}

#[test]
fn taken_and_same_addresses_change_nothing() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    server.person("otra@ejemplo.es");
    ana.post(CHANGE, json!({"newEmail": "ANA@ejemplo.es"})).refused(400, "EMAIL_IS_SAME");
    let before = server.mails().len();
    ana.post(CHANGE, json!({"newEmail": "otra@ejemplo.es"})).expect(200);
    assert_eq!(server.mails().len(), before);
    let why = server.text("SELECT last_error FROM outbox WHERE state = 'suppressed'");
    assert_eq!(why, "somebody has an account with this address");
}

#[test]
fn address_taken_between_the_mail_and_the_click_is_refused() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    ana.post(CHANGE, json!({"newEmail": "nueva@ejemplo.es"})).expect(200);
    let link = token(&server, "change-email", "nueva@ejemplo.es");
    server.person("nueva@ejemplo.es");
    ana.get(&format!("/api/auth/verify-email?token={link}"))
        .refused(422, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL");
    let to_page =
        ana.get(&format!("/api/auth/verify-email?token={link}&callbackURL=%2Fverificado"));
    let location = to_page.expect(302);
    assert_eq!(
        location.header("location"),
        Some("/verificado?error=USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL")
    );
}

#[test]
fn somebody_elses_change_link_is_refused() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    ana.post(CHANGE, json!({"newEmail": "nueva@ejemplo.es"})).expect(200);
    let link = token(&server, "change-email", "nueva@ejemplo.es");
    let mut other = server.person("otra@ejemplo.es");
    other.get(&format!("/api/auth/verify-email?token={link}")).refused(401, "INVALID_USER");
    assert_eq!(ana.get("/api/auth/get-session").json()["user"]["email"], "ana@ejemplo.es");
}

#[test]
fn required_verification_signs_in_with_the_first_proof_alone() {
    let server = Server::with(&[REQUIRED]);
    let mut ana = server.visitor();
    let body = json!({"name": "Ana", "email": "ana@ejemplo.es", "password": PASSWORD});
    let opened = ana.post("/api/auth/sign-up/email", body.clone()).expect(200);
    assert_eq!(opened.json()["token"], json!(null));
    let sign_in = json!({"email": "ana@ejemplo.es", "password": PASSWORD, "callbackURL": "/panel"});
    ana.post("/api/auth/sign-in/email", sign_in).refused(403, "EMAIL_NOT_VERIFIED");
    let mails: Vec<_> =
        server.mails().into_iter().filter(|mail| mail["kind"] == "verify-email").collect();
    assert_eq!(mails.len(), 2, "the refused sign-in mails again");
    assert!(mails[1]["url"].as_str().unwrap().contains("callbackURL=%2Fpanel"));
    let link = server.path_of(mails[1]["url"].as_str().unwrap()).to_owned();
    let proof = ana.get(&link).expect(302);
    assert!(proof.set_cookie("better-auth.session_token").is_some());
    assert_eq!(ana.get("/api/auth/get-session").json()["user"]["emailVerified"], true);
    let again = server.visitor().get(&link).expect(302);
    assert!(
        again.set_cookie("better-auth.session_token").is_none(),
        "a forwarded link opens nothing"
    );
}

#[test]
fn required_verification_hides_a_taken_address_and_tells_its_owner() {
    let server = Server::with(&[REQUIRED]);
    let sign_up = |email: &str| {
        let body = json!({"name": "Ana", "email": email, "password": PASSWORD});
        server.visitor().post("/api/auth/sign-up/email", body).expect(200).json()
    };
    let fresh = sign_up("ana@ejemplo.es");
    let taken = sign_up("ana@ejemplo.es");
    let keys = |answer: &serde_json::Value| {
        answer["user"].as_object().unwrap().keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(keys(&fresh), keys(&taken));
    assert_eq!(fresh["token"], taken["token"]);
    assert_eq!(server.count("user"), 1);
    let told = server.mail_of("existing-account", "ana@ejemplo.es");
    assert_eq!(told["subject"], "Ya tienes una cuenta");
}

#[test]
fn asking_for_a_verification_link_tells_strangers_nothing() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    ana.post(SEND, json!({"email": "otra@ejemplo.es"})).refused(400, "EMAIL_MISMATCH");
    let link = token(&server, "verify-email", "ana@ejemplo.es");
    ana.get(&format!("/api/auth/verify-email?token={link}")).expect(200);
    ana.post(SEND, json!({"email": "ana@ejemplo.es"})).refused(400, "EMAIL_ALREADY_VERIFIED");
    let before = server.mails().len();
    for email in ["ana@ejemplo.es", "nadie@ejemplo.es"] {
        let reply = server.visitor().post(SEND, json!({"email": email})).expect(200);
        assert_eq!(reply.json(), json!({"status": true}));
    }
    assert_eq!(server.mails().len(), before);
}

#[test]
fn language_is_the_persons_then_the_requests() {
    let server = Server::start();
    let mut ana = server.visitor();
    ana.set("accept-language", "en");
    let body = json!({"name": "Ana", "email": "ana@ejemplo.es", "password": PASSWORD});
    ana.post("/api/auth/sign-up/email", body).expect(200);
    assert_eq!(server.mail_of("verify-email", "ana@ejemplo.es")["locale"], "en");
    let mut spanish = server.visitor();
    spanish.set("accept-language", "es");
    spanish
        .post("/api/auth/request-password-reset", json!({"email": "ana@ejemplo.es"}))
        .expect(200);
    let mail = server.mail_of("reset-password", "ana@ejemplo.es");
    assert_eq!((&mail["locale"], &mail["subject"]), (&json!("en"), &json!("Reset your password")));
}

#[test]
fn taken_address_is_not_told_by_the_mail_to_ones_own() {
    let server = Server::with(&[REQUIRED]);
    let mut ana = server.visitor();
    for email in ["ana@ejemplo.es", "otra@ejemplo.es"] {
        let body = json!({"name": "Ana", "email": email, "password": PASSWORD});
        ana.post("/api/auth/sign-up/email", body).expect(200);
    }
    let proof = token(&server, "verify-email", "ana@ejemplo.es");
    ana.get(&format!("/api/auth/verify-email?token={proof}")).expect(200);
    ana.post(CHANGE, json!({"newEmail": "otra@ejemplo.es"})).expect(200);
    // The mail comes as it does for a free address; opening it writes to nobody.
    let agreed = token(&server, "change-email", "ana@ejemplo.es");
    let reply = ana.get(&format!("/api/auth/verify-email?token={agreed}")).expect(200);
    assert_eq!(reply.json(), json!({"status": true}));
    assert!(
        server
            .mails()
            .iter()
            .all(|mail| mail["kind"] != "change-email" || mail["to"] != "otra@ejemplo.es")
    );
}

#[test]
fn mail_to_a_new_address_does_not_name_the_present_one() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    ana.post(CHANGE, json!({"newEmail": "equivocada@ejemplo.es"})).expect(200);
    let mail = server.mail_of("change-email", "equivocada@ejemplo.es");
    for part in ["text", "html"] {
        let text = mail[part].as_str().unwrap();
        assert!(
            text.contains("equivocada@ejemplo.es") && !text.contains("ana@ejemplo.es"),
            "{text}"
        );
    }
}

#[test]
fn answer_takes_its_time_whether_a_mail_was_written_down_or_not() {
    let server = Server::start();
    server.person("ana@ejemplo.es");
    for path in [SEND, "/api/auth/request-password-reset"] {
        for email in ["ana@ejemplo.es", "nadie@ejemplo.es"] {
            let asked = std::time::Instant::now();
            server.visitor().post(path, json!({"email": email})).expect(200);
            assert!(asked.elapsed().as_millis() >= 50, "{path} {email}: {:?}", asked.elapsed());
        }
    }
}

#[test]
fn proof_opened_in_somebody_elses_browser_leaves_their_session() {
    let server = Server::with(&[REQUIRED]);
    let mut admin = server.admin();
    server.person("eva@ejemplo.es");
    let link = token(&server, "verify-email", "eva@ejemplo.es");
    let proof = admin.get(&format!("/api/auth/verify-email?token={link}")).expect(200);
    assert!(proof.set_cookie("better-auth.session_token").is_none());
    assert_eq!(admin.get("/api/auth/get-session").json()["user"]["email"], "root@ejemplo.es");
    server.signed_in("eva@ejemplo.es");
}
