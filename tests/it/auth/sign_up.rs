//! `POST /sign-up/email`.

use std::thread;

use serde_json::json;

use crate::support::Server;

const SIGN_UP: &str = "/api/auth/sign-up/email";

#[test]
fn sign_up_opens_account_session_and_mail() {
    let server = Server::start();
    let mut ana = server.visitor();
    let reply = ana
        .post(SIGN_UP, json!({"name": "Ana Ruiz", "email": "Ana@Ejemplo.es", "password": "una frase bien larga"}))
        .expect(200);
    let body = reply.json();
    assert_eq!(body["user"]["email"], "ana@ejemplo.es");
    assert_eq!(body["user"]["name"], "Ana Ruiz");
    assert_eq!(body["user"]["emailVerified"], false);
    assert_eq!(body["user"]["role"], "user");
    assert!(body["user"]["image"].is_null());
    assert!(body["user"]["id"].as_str().unwrap().starts_with("usr_"));
    assert!(body["session"]["id"].as_str().unwrap().starts_with("ses_"));
    assert_eq!(body["session"]["expiresAt"], "2027-01-22T10:00:00.000Z");
    assert_eq!(reply.header("cache-control"), Some("no-store"));

    let session = ana.get("/api/auth/get-session").expect(200).json();
    assert_eq!(session["user"], body["user"]);
    assert_eq!(session["session"]["token"], body["token"]);

    let mail = server.mail_to("ana@ejemplo.es");
    assert_eq!(mail["kind"], "verify-email");
    assert_eq!(mail["locale"], "es");
    assert_eq!(mail["subject"], "Verificación de correo electrónico");
    assert!(mail["text"].as_str().unwrap().contains(mail["url"].as_str().unwrap()));
    assert!(mail["html"].as_str().unwrap().contains("Ana Ruiz"));
}

#[test]
fn taken_address_in_any_case_is_refused_and_changes_nothing() {
    let server = Server::start();
    server.person("ana@ejemplo.es");
    for email in ["ana@ejemplo.es", "ANA@EJEMPLO.ES", " Ana@Ejemplo.es "] {
        let body = json!({"name": "Otra", "email": email, "password": "una frase bien larga"});
        server.visitor().post(SIGN_UP, body).refused(422, "USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL");
    }
    assert_eq!(server.count("user"), 1);
    assert_eq!(server.count("account"), 1);
}

#[test]
fn parallel_sign_ups_of_one_address_make_one_account() {
    let server = Server::start();
    let statuses: Vec<u16> = thread::scope(|scope| {
        let tries: Vec<_> = (0..20)
            .map(|n| {
                let mut visitor = server.visitor();
                let email = if n % 2 == 0 { "ana@ejemplo.es" } else { "ANA@ejemplo.es" };
                let body =
                    json!({"name": "Ana", "email": email, "password": "una frase bien larga"});
                scope.spawn(move || visitor.post(SIGN_UP, body).status)
            })
            .collect();
        tries.into_iter().map(|each| each.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 422).count(), 19, "{statuses:?}");
    assert_eq!((server.count("user"), server.count("account"), server.count("session")), (1, 1, 1));
}

#[test]
fn role_can_never_be_chosen() {
    let server = Server::start();
    for field in ["role", "banned", "banReason", "banExpires"] {
        let mut body =
            json!({"name": "Ana", "email": "ana@ejemplo.es", "password": "una frase bien larga"});
        body[field] = json!("admin");
        let reply = server.visitor().post(SIGN_UP, body).refused(400, "FIELD_NOT_ALLOWED");
        assert_eq!(reply.json()["message"], format!("{field} is not allowed to be set"));
    }
    assert_eq!(server.count("user"), 0);
}

#[test]
fn password_that_everybody_tries_is_refused_with_the_reason() {
    let server = Server::start();
    for password in
        ["password123", "PASSWORD123", "ana@ejemplo.es", "contraseña", "antesala", "12345678"]
    {
        let body = json!({"name": "Ana", "email": "ana@ejemplo.es", "password": password});
        server.visitor().post(SIGN_UP, body).refused(400, "PASSWORD_TOO_COMMON");
    }
    assert_eq!(server.count("user"), 0);
}

#[test]
fn closed_sign_up_lets_nobody_in() {
    let server = Server::with(&[("ANTESALA_AUTH__SIGNUP", "closed")]);
    let body =
        json!({"name": "Ana", "email": "ana@ejemplo.es", "password": "una frase bien larga"});
    server.visitor().post(SIGN_UP, body).refused(403, "SIGN_UP_CLOSED");
}

#[test]
fn required_verification_signs_nobody_in_and_tells_nothing() {
    let server = Server::with(&[("ANTESALA_AUTH__REQUIRE_EMAIL_VERIFICATION", "true")]);
    let body =
        json!({"name": "Ana", "email": "ana@ejemplo.es", "password": "una frase bien larga"});
    let first = server.visitor().post(SIGN_UP, body.clone()).expect(200);
    let again = server.visitor().post(SIGN_UP, body).expect(200);
    for reply in [&first, &again] {
        assert!(reply.json()["token"].is_null());
        assert!(reply.json()["session"].is_null());
        // What it keeps is for the verification link alone, whoever has the address.
        assert_eq!(reply.all("set-cookie").count(), 1);
        assert!(reply.set_cookie("better-auth.verification").is_some());
        assert_eq!(reply.json()["user"]["email"], "ana@ejemplo.es");
    }
    assert_eq!(server.count("user"), 1);
    assert_eq!(server.count("session"), 0);
}

#[test]
fn form_encoded_body_is_accepted() {
    let server = Server::start();
    let form =
        b"name=Ana+Ruiz&email=ana%40ejemplo.es&password=una+frase+bien+larga&rememberMe=false";
    let mut ana = server.visitor();
    let reply =
        ana.send("POST", SIGN_UP, Some(("application/x-www-form-urlencoded", form))).expect(200);
    assert_eq!(reply.json()["user"]["name"], "Ana Ruiz");
    let cookie = reply.set_cookie("better-auth.session_token").unwrap();
    assert!(!cookie.contains("Max-Age"), "{cookie}");
}
