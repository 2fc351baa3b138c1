//! A forgotten password: asked, mailed, set, told.

use serde_json::json;

use crate::support::server::PASSWORD;
use crate::support::{Client, Server};

const REQUEST: &str = "/api/auth/request-password-reset";
const RESET: &str = "/api/auth/reset-password";
const NEW: &str = "otra frase bien larga";

fn ask(server: &Server, email: &str) -> String {
    server.visitor().post(REQUEST, json!({"email": email})).expect(200);
    server.mail_of("reset-password", email)["token"].as_str().unwrap().to_owned()
}

fn set(client: &mut Client, token: &str) -> crate::support::Reply {
    client.post(RESET, json!({"newPassword": NEW, "token": token}))
}

#[test]
fn reset_ends_sessions_kills_elder_links_and_tells_the_owner() {
    let server = Server::start();
    let mut ana = server.person("ana@ejemplo.es");
    let elder = ask(&server, "ana@ejemplo.es");
    let token = ask(&server, "ana@ejemplo.es");
    assert_ne!(elder, token);
    let reply = set(&mut server.visitor(), &token).expect(200).json();
    assert_eq!(reply, json!({"status": true, "message": "Password has been reset successfully"}));
    assert_eq!(ana.get("/api/auth/get-session").json(), json!(null));
    set(&mut server.visitor(), &token).refused(400, "INVALID_TOKEN");
    set(&mut server.visitor(), &elder).refused(400, "INVALID_TOKEN");
    let mut visitor = server.visitor();
    let sign_in = |password: &str| json!({"email": "ana@ejemplo.es", "password": password});
    visitor.post("/api/auth/sign-in/email", sign_in(PASSWORD)).expect(401);
    visitor.post("/api/auth/sign-in/email", sign_in(NEW)).expect(200);
    let told = server.mail_of("password-changed", "ana@ejemplo.es");
    assert_eq!(told["subject"], "Tu contraseña ha cambiado");
    assert!(told.get("token").is_none());
}

#[test]
fn reset_may_leave_sessions_alone() {
    let server = Server::with(&[("ANTESALA_AUTH__REVOKE_SESSIONS_ON_PASSWORD_RESET", "false")]);
    let mut ana = server.person("ana@ejemplo.es");
    let token = ask(&server, "ana@ejemplo.es");
    let form = server.visitor().get(&format!("/restablecer?token={token}")).expect(200).text;
    assert!(form.contains("el enlace deja de servir.") && !form.contains("se cierran"), "{form}");
    set(&mut server.visitor(), &token).expect(200);
    assert_eq!(ana.get("/api/auth/get-session").json()["user"]["name"], "Ana");
    let told = server.mail_of("password-changed", "ana@ejemplo.es");
    let text = told["text"].as_str().unwrap();
    assert!(text.contains("cierra las sesiones que no conozcas") && !text.contains("se cerrarán"));
}

#[test]
fn link_leads_to_the_form_and_looking_spends_nothing() {
    let server = Server::start();
    server.person("ana@ejemplo.es");
    let mail = {
        server.visitor().post(REQUEST, json!({"email": "ana@ejemplo.es"})).expect(200);
        server.mail_of("reset-password", "ana@ejemplo.es")
    };
    let link = server.path_of(mail["url"].as_str().unwrap()).to_owned();
    let token = mail["token"].as_str().unwrap();
    let mut visitor = server.visitor();
    for method in ["HEAD", "GET", "GET"] {
        let reply = visitor.send(method, &link, None).expect(302);
        let onward = reply.header("location").unwrap().to_owned();
        assert_eq!(server.path_of(&onward), format!("/restablecer?token={token}"));
        let form = visitor.send(method, server.path_of(&onward), None).expect(200);
        assert_eq!(form.header("referrer-policy"), Some("same-origin"));
    }
    let form = format!("token={token}&password={}", NEW.replace(' ', "+"));
    let form = ("application/x-www-form-urlencoded", form.as_bytes());
    visitor.send("POST", "/restablecer", Some(form)).expect(303);
    visitor.send("POST", "/restablecer", Some(form)).expect(410);
    visitor.get(server.path_of(mail["url"].as_str().unwrap())).expect(302);
}

#[test]
fn links_run_out_after_their_hour_and_bad_lengths_spend_nothing() {
    let server = Server::start();
    server.person("ana@ejemplo.es");
    let token = ask(&server, "ana@ejemplo.es");
    let mut visitor = server.visitor();
    let short = json!({"newPassword": "corta", "token": token});
    visitor.post(RESET, short).refused(400, "PASSWORD_TOO_SHORT");
    let common = json!({"newPassword": "password1", "token": token});
    visitor.post(RESET, common).refused(400, "PASSWORD_TOO_COMMON");
    let both = json!({"newPassword": NEW, "password": "another one here", "token": token});
    visitor.post(RESET, both).refused(400, "PASSWORDS_DIFFER");
    let neither = visitor.post(RESET, json!({"token": token})).refused(400, "VALIDATION_ERROR");
    assert!(neither.text.contains("[body.newPassword]"), "{}", neither.text);
    server.clock.advance_s(3_600);
    set(&mut visitor, &token).refused(400, "INVALID_TOKEN");
    let late = ask(&server, "ana@ejemplo.es");
    let other_name = json!({"password": NEW, "token": late});
    visitor.post(RESET, other_name).expect(200);
}

#[test]
fn asking_tells_nobody_whether_there_is_an_account() {
    let server = Server::start();
    server.person("ana@ejemplo.es");
    let known = server.visitor().post(REQUEST, json!({"email": "ana@ejemplo.es"})).expect(200);
    let unknown = server.visitor().post(REQUEST, json!({"email": "nadie@ejemplo.es"})).expect(200);
    assert_eq!(known.text, unknown.text);
    let names = |reply: &crate::support::Reply| {
        reply.headers.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>()
    };
    assert_eq!(names(&known), names(&unknown));
    let writes = |email: &str| {
        let rows =
            server.number(&format!("SELECT count(*) FROM outbox WHERE recipient = '{email}'"));
        let quota =
            server.number(&format!("SELECT count(*) FROM mail_quota WHERE recipient = '{email}'"));
        (rows, quota)
    };
    // The same writes, so the same time; only one of the mails goes.
    assert_eq!(writes("nadie@ejemplo.es"), (1, 1));
    assert_eq!(
        server.number("SELECT count(*) FROM verification WHERE identifier = 'reset-password'"),
        2
    );
    let why = server.text("SELECT last_error FROM outbox WHERE recipient = 'nadie@ejemplo.es'");
    assert_eq!(why, "nobody has an account with this address");
    assert!(server.mails().iter().all(|mail| mail["to"] != "nadie@ejemplo.es"));
    let forget =
        server.visitor().post("/api/auth/forget-password", json!({"email": "x@ejemplo.es"}));
    assert_eq!(
        forget.expect(200).json(),
        json!({"message": "If an account exists with that email, a password reset link has been sent", "status": 200})
    );
}

#[test]
fn untrusted_targets_are_refused_and_trusted_ones_get_the_token() {
    let server = Server::with(&[("ANTESALA_AUTH__TRUSTED_ORIGINS", "https://app.example.com")]);
    server.person("ana@ejemplo.es");
    let evil = json!({"email": "ana@ejemplo.es", "redirectTo": "https://evil.example/x"});
    server.visitor().post(REQUEST, evil).refused(403, "INVALID_REDIRECT_URL");
    let good = json!({"email": "ana@ejemplo.es", "redirectTo": "https://app.example.com/x?y=1"});
    server.visitor().post(REQUEST, good).expect(200);
    let mail = server.mail_of("reset-password", "ana@ejemplo.es");
    let link = server.path_of(mail["url"].as_str().unwrap()).to_owned();
    let onward = server.visitor().get(&link).expect(302);
    let token = mail["token"].as_str().unwrap();
    let expected = format!("https://app.example.com/x?y=1&token={token}");
    assert_eq!(onward.header("location"), Some(expected.as_str()));
    let dead = server.visitor().get("/api/auth/reset-password/nada?callbackURL=%2Fx").expect(302);
    assert_eq!(dead.header("location"), Some("http://localhost:3000/x?error=INVALID_TOKEN"));
    server
        .visitor()
        .get("/api/auth/reset-password/nada?callbackURL=https%3A%2F%2Fevil.example")
        .refused(403, "INVALID_CALLBACK_URL");
}

#[test]
fn page_asks_for_a_link_without_telling() {
    let server = Server::start();
    server.person("ana@ejemplo.es");
    let mut visitor = server.visitor();
    visitor.get("/recuperar").expect(200);
    let mut send = |form: &str| {
        let form = ("application/x-www-form-urlencoded", form.as_bytes());
        visitor.send("POST", "/recuperar", Some(form))
    };
    let known = send("email=ana%40ejemplo.es").expect(303);
    let unknown = send("email=nadie%40ejemplo.es").expect(303);
    assert_eq!(known.header("location"), Some("/hecho/recover-sent"));
    assert_eq!(known.header("location"), unknown.header("location"));
    assert!(send("email=%3Cb%3Enada").expect(400).text.contains("&#60;b&#62;nada"));
    assert!(server.mail_of("reset-password", "ana@ejemplo.es")["url"].is_string());
}

#[test]
fn person_who_asks_too_often_gets_a_page_and_a_program_json() {
    let server = Server::start();
    let mut visitor = server.visitor();
    let form = Some(("application/x-www-form-urlencoded", b"email=nadie%40ejemplo.es".as_slice()));
    for _ in 0..10 {
        visitor.send("POST", "/recuperar", form).expect(303);
    }
    visitor.send("POST", "/recuperar", form).refused(429, "TOO_MANY_REQUESTS");
    visitor.set("accept", "text/html,application/xhtml+xml");
    let page = visitor.send("POST", "/recuperar", form).expect(429);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(page.header("retry-after").is_some());
    assert!(page.header("content-security-policy").unwrap().contains("style-src 'self'"));
    assert!(page.text.contains("Demasiados intentos. Intenta más tarde."), "{}", page.text);
    let missing = visitor.get("/nada%3Cb%3E").expect(404);
    assert!(missing.text.contains("No encontrado") && !missing.text.contains("nada"));
    assert_eq!(visitor.get("/api/nada").expect(404).code(), "NOT_FOUND");
}
