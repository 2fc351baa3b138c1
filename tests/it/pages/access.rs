//! Signing up, in and out by forms.

use serde_json::json;

use super::{browser, led, submit};
use crate::support::Server;
use crate::support::server::PASSWORD;

#[test]
fn sign_up_opens_an_account_and_leads_to_the_dashboard() {
    let server = Server::start();
    let mut ana = browser(&server);
    let fields = [("name", "Ana"), ("email", " Ana@Ejemplo.ES "), ("password", PASSWORD)];
    assert_eq!(led(&mut ana, "/registro", &fields), "/dashboard?done=welcome");
    let page = ana.get("/dashboard?done=welcome").expect(200).text;
    assert!(page.contains("Hola, Ana") && page.contains("Tu cuenta está abierta"), "{page}");
    let mail = server.mail_of("verify-email", "ana@ejemplo.es");
    let link = server.path_of(mail["url"].as_str().unwrap()).to_owned();
    assert_eq!(ana.get(&link).expect(302).header("location"), Some("/verificado"));
    assert!(!ana.get("/dashboard").expect(200).text.contains("Falta verificar"));
}

#[test]
fn sign_up_that_needs_a_verified_address_says_to_look_at_the_mail() {
    let server = Server::with(&[("ANTESALA_AUTH__REQUIRE_EMAIL_VERIFICATION", "true")]);
    let mut ana = browser(&server);
    let fields = [("name", "Ana"), ("email", "ana@ejemplo.es"), ("password", PASSWORD)];
    let end = led(&mut ana, "/registro", &fields);
    // Whoever has an account already is told the same.
    assert_eq!(led(&mut browser(&server), "/registro", &fields), end);
    assert!(ana.get(&end).expect(200).text.contains("Mira tu correo"));
    let refused = submit(&mut ana, "/login", &fields[1..]).expect(400).text;
    assert!(refused.contains("Verifica tu correo"), "{refused}");
}

#[test]
fn what_is_wrong_stands_beside_its_field_and_what_was_typed_stays() {
    let server = Server::start();
    server.person("ana@ejemplo.es");
    let mut eva = browser(&server);
    let fields = [("name", "Eva"), ("email", "ana@ejemplo.es"), ("password", "otra frase larga 1")];
    let page = submit(&mut eva, "/registro", &fields).expect(400).text;
    assert!(page.contains("id=\"email-wrong\"") && page.contains("Ya existe una cuenta"), "{page}");
    assert!(page.contains("value=\"Eva\"") && page.contains("value=\"ana@ejemplo.es\""));
    assert!(!page.contains("otra frase larga 1"), "a password is never shown again");
    let page = submit(&mut eva, "/registro", &[("name", " "), ("email", "no")]).expect(400).text;
    assert!(page.contains("id=\"name-wrong\"") && page.contains("id=\"email-wrong\""), "{page}");
    let short = [("name", "Eva"), ("email", "eva@ejemplo.es"), ("password", "x")];
    let page = submit(&mut eva, "/registro", &short).expect(400).text;
    assert!(page.contains("id=\"password-wrong\""), "{page}");
    assert_eq!(server.count("user"), 1);
}

#[test]
fn sign_in_keeps_the_session_as_long_as_asked() {
    let server = Server::start();
    server.person("ana@ejemplo.es");
    let fields = [("email", "ana@ejemplo.es"), ("password", PASSWORD), ("remember", "true")];
    let mut ana = browser(&server);
    let reply = submit(&mut ana, "/login", &fields).expect(303);
    let cookie = reply.set_cookie("better-auth.session_token").unwrap();
    assert!(cookie.contains("Max-Age=604800") && cookie.contains("HttpOnly"), "{cookie}");
    ana.get("/dashboard").expect(200);
    let mut passing = browser(&server);
    let reply = submit(&mut passing, "/login", &fields[..2]).expect(303);
    let cookie = reply.set_cookie("better-auth.session_token").unwrap();
    assert!(!cookie.contains("Max-Age"), "{cookie}");
    assert_eq!(led(&mut ana, "/salir", &[]), "/?done=signed-out");
    assert_eq!(
        ana.get("/dashboard").expect(303).header("location"),
        Some("/login?next=%2Fdashboard")
    );
    passing.get("/dashboard").expect(200);
}

#[test]
fn wrong_password_and_unknown_address_look_alike() {
    let server = Server::start();
    server.person("ana@ejemplo.es");
    let mut visitor = browser(&server);
    let wrong = |email: &str, visitor: &mut crate::support::Client| {
        let fields = [("email", email), ("password", "no es esta, seguro")];
        submit(visitor, "/login", &fields).expect(400).text.replace(email, "")
    };
    let known = wrong("ana@ejemplo.es", &mut visitor);
    assert!(known.contains("El correo o la contraseña no son correctos"), "{known}");
    assert_eq!(known, wrong("nadie@ejemplo.es", &mut visitor));
}

#[test]
fn form_and_endpoint_share_one_window() {
    let server = Server::start();
    let mut visitor = browser(&server);
    let fields = [("email", "nadie@ejemplo.es"), ("password", "no es esta, seguro")];
    for _ in 0..5 {
        submit(&mut visitor, "/login", &fields).expect(400);
        let body = json!({"email": "nadie@ejemplo.es", "password": "no es esta, seguro"});
        visitor.post("/api/auth/sign-in/email", body).expect(401);
    }
    let page = submit(&mut visitor, "/login", &fields).expect(429);
    assert!(page.text.contains("Un momento, por favor"), "{}", page.text);
    // Looking at the form is counted by itself.
    visitor.get("/login").expect(200);
}

#[test]
fn closed_sign_up_shows_no_form_and_takes_none() {
    let server = Server::with(&[("ANTESALA_AUTH__SIGNUP", "closed")]);
    let mut visitor = browser(&server);
    let page = visitor.get("/registro").expect(200).text;
    assert!(page.contains("El registro está cerrado") && !page.contains("name=\"password\""));
    let fields = [("name", "Ana"), ("email", "ana@ejemplo.es"), ("password", PASSWORD)];
    submit(&mut visitor, "/registro", &fields).expect(400);
    assert_eq!(server.count("user"), 0);
}

#[test]
fn provider_is_left_for_by_a_page_that_goes_on_by_itself() {
    let server = Server::with(&[
        ("ANTESALA_SOCIAL__GOOGLE__CLIENT_ID", "id"),
        ("ANTESALA_SOCIAL__GOOGLE__CLIENT_SECRET", "secret"),
    ]);
    let mut ana = browser(&server);
    assert!(ana.get("/login").expect(200).text.contains("Continuar con Google"));
    let reply = submit(&mut ana, "/login/proveedor", &[("provider", "google")]).expect(200);
    assert!(
        reply.text.contains(
            "http-equiv=\"refresh\" content=\"0;url=https:&#x2F;&#x2F;accounts.google.com"
        ) || reply.text.contains("content=\"0;url=https://accounts.google.com"),
        "{}",
        reply.text
    );
    assert!(reply.set_cookie("better-auth.state").is_some());
    let unknown = led(&mut ana, "/login/proveedor", &[("provider", "nadie")]);
    assert_eq!(unknown, "/login?problem=PROVIDER_NOT_FOUND");
    assert!(ana.get(&unknown).expect(200).text.contains("No hay ningún proveedor"));
}

#[test]
fn account_is_opened_on_either_side() {
    let server = Server::with(&[("ANTESALA_RATE_LIMIT__ENABLED", "false")]);
    let fields =
        |kind, email| [("type", kind), ("name", "Olga"), ("email", email), ("password", PASSWORD)];
    let nameless = fields("organization", "olga@ejemplo.es");
    let page = submit(&mut browser(&server), "/registro", &nameless).expect(400).text;
    assert!(page.contains("id=\"organizationName-wrong\""), "{page}");
    assert_eq!(server.count("organization"), 0);
    let mut olga = browser(&server);
    let named = [&nameless[..], &[("organizationName", " Laboratorio "), ("profession", "x")]];
    led(&mut olga, "/registro", &named.concat());
    assert_eq!(server.text("SELECT name FROM organization"), "Laboratorio");
    let home = olga.get("/dashboard?done=welcome").expect(303);
    assert_eq!(home.header("location"), Some("/dashboard/organizacion?done=welcome"));
    assert!(olga.get("/dashboard/organizacion").expect(200).text.contains("<h1>Laboratorio</h1>"));
    let mut ana = browser(&server);
    let fields = [&fields("professional", "ana@ejemplo.es")[..], &[("profession", "Bióloga")]];
    led(&mut ana, "/registro", &fields.concat());
    let page = ana.get("/dashboard/cuenta").expect(200).text;
    assert!(
        page.contains("value=\"Bióloga\"") && page.contains("/dashboard/cuenta/datos"),
        "{page}"
    );
    led(&mut ana, "/dashboard/cuenta", &[("name", "Ana"), ("profession", "Física")]);
    assert_eq!(
        server.text("SELECT profession FROM \"user\" WHERE email = 'ana@ejemplo.es'"),
        "Física"
    );
}
