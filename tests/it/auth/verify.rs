//! `GET /verify-email` and the mail that leads there.

use serde_json::json;

use crate::support::Server;

fn sign_up(server: &Server, extra: &serde_json::Value) -> String {
    let mut body =
        json!({"name": "Ana", "email": "ana@ejemplo.es", "password": "una frase bien larga"});
    body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    server.visitor().post("/api/auth/sign-up/email", body).expect(200);
    let link = server.mail_to("ana@ejemplo.es")["url"].as_str().unwrap().to_owned();
    server.path_of(&link).to_owned()
}

#[test]
fn link_goes_to_the_callback_twice_within_its_hour() {
    let server = Server::start();
    let path = sign_up(&server, &json!({"callbackURL": "/bienvenida?a=1&b=2"}));
    for _ in 0..2 {
        let reply = server.visitor().get(&path).expect(302);
        assert_eq!(reply.header("location"), Some("/bienvenida?a=1&b=2"));
    }
    assert_eq!(server.number("SELECT email_verified FROM \"user\""), 1);
}

#[test]
fn head_of_a_mail_scanner_changes_nothing() {
    let server = Server::start();
    let path = sign_up(&server, &json!({}));
    server.visitor().send("HEAD", &path, None).expect(302);
    assert_eq!(server.number("SELECT email_verified FROM \"user\""), 0);
}

#[test]
fn without_a_callback_the_answer_is_json() {
    let server = Server::start();
    let path = sign_up(&server, &json!({}));
    let bare = path.split("&callbackURL").next().unwrap();
    let reply = server.visitor().get(bare).expect(200).json();
    assert_eq!(reply, json!({"status": true, "user": null}));
}

#[test]
fn front_end_is_where_people_land_when_it_is_configured() {
    let server = Server::with(&[("ANTESALA_SERVER__FRONTEND_URL", "https://app.ejemplo.es")]);
    let path = sign_up(&server, &json!({}));
    let reply = server.visitor().get(&path).expect(302);
    assert!(reply.header("location").unwrap().starts_with("https://app.ejemplo.es"));
    let bare = path.split("&callbackURL").next().unwrap();
    server.visitor().get(bare).expect(302);
}

#[test]
fn old_altered_and_orphaned_links_say_so() {
    let server = Server::start();
    let path = sign_up(&server, &json!({}));
    let bare = path.split("&callbackURL").next().unwrap().to_owned();
    let altered = format!("{bare}x");
    server.visitor().get(&altered).refused(401, "INVALID_TOKEN");
    server.visitor().get("/api/auth/verify-email").refused(400, "VALIDATION_ERROR");
    let with_callback = format!("{altered}&callbackURL=%2Ffallo%3Fx%3D1");
    let reply = server.visitor().get(&with_callback).expect(302);
    assert_eq!(reply.header("location"), Some("/fallo?x=1&error=INVALID_TOKEN"));
    let foreign = format!("{bare}&callbackURL=https%3A%2F%2Fevil.example");
    server.visitor().get(&foreign).refused(403, "INVALID_CALLBACK_URL");
    server.clock.advance_s(3601);
    server.visitor().get(&bare).refused(401, "TOKEN_EXPIRED");
    assert_eq!(server.number("SELECT email_verified FROM \"user\""), 0);
}

#[test]
fn link_of_a_deleted_account_finds_nobody() {
    let server = Server::start();
    let path = sign_up(&server, &json!({}));
    server.execute("DELETE FROM \"user\"");
    let bare = path.split("&callbackURL").next().unwrap();
    server.visitor().get(bare).refused(401, "USER_NOT_FOUND");
}

#[test]
fn callback_with_letters_beyond_ascii_is_reached() {
    let server = Server::start();
    let path = sign_up(&server, &json!({"callbackURL": "/señal/a%20b?q=año#día"}));
    let reply = server.visitor().get(&path).expect(302);
    assert_eq!(reply.header("location"), Some("/se%C3%B1al/a%20b?q=a%C3%B1o#d%C3%ADa"));
}

#[test]
fn dead_link_that_names_no_place_says_so_where_it_lands() {
    let server = Server::start();
    let path = sign_up(&server, &json!({}));
    server.clock.advance_s(3_600);
    let mut visitor = server.visitor();
    let landed = visitor.get(&path).expect(302);
    assert_eq!(landed.header("location"), Some("/?error=TOKEN_EXPIRED"));
    let page = visitor.get("/?error=TOKEN_EXPIRED").expect(200).text;
    assert!(page.contains("TOKEN_EXPIRED") && page.contains("El enlace no es válido"), "{page}");
    let forged = visitor.get("/?error=%3Cb%3E").expect(200).text;
    assert!(!forged.contains("<b>") && forged.contains("capítulo"), "{forged}");
}

#[test]
fn callback_too_long_for_a_link_is_refused_before_it_is_mailed() {
    let server = Server::start();
    let long = format!("/{}", "a".repeat(2_048));
    let body = json!({"name": "Ana", "email": "ana@ejemplo.es",
        "password": "una frase bien larga", "callbackURL": long});
    let mut visitor = server.visitor();
    visitor.post("/api/auth/sign-up/email", body.clone()).refused(400, "VALIDATION_ERROR");
    visitor.post("/api/auth/sign-in/email", body).refused(400, "VALIDATION_ERROR");
    assert_eq!(server.count("user"), 0);
}
