//! The waitlist by its form.

use super::{browser, led, submit};
use crate::support::Server;

const JOIN: &str = "/lista-de-espera";

#[test]
fn joining_leads_to_ones_place_and_its_link_moves_up() {
    let server = Server::start();
    let fields = [("email", "ana@ejemplo.es"), ("role", "professional"), ("field", "Física")];
    let mut ana = browser(&server);
    let place = led(&mut ana, JOIN, &fields);
    let page = ana.get(&place).expect(200).text;
    assert!(page.contains("Ya estás en la lista") && page.contains(">1</p>"), "{page}");
    let code = place.strip_prefix("/lista-de-espera/").unwrap().split('?').next().unwrap();
    assert!(page.contains(&format!("/?ref={code}")), "{page}");
    let landing = browser(&server).get(&format!("/?ref={code}&source=boletin")).expect(200).text;
    assert!(landing.contains(&format!("name=\"ref\" value=\"{code}\"")));
    assert!(landing.contains("name=\"source\" value=\"boletin\""));
    let friend = [("email", "lia@ejemplo.es"), ("role", "empresa"), ("ref", code)];
    led(&mut browser(&server), JOIN, &friend);
    assert!(ana.get(&place).expect(200).text.contains("Una persona se ha apuntado con tu enlace"));
    browser(&server).get("/lista-de-espera/nadie").expect(404);
    assert_eq!(browser(&server).get(JOIN).expect(303).header("location"), Some("/#lista"));
}

#[test]
fn form_says_what_is_wrong_and_keeps_what_was_typed() {
    let server = Server::start();
    let fields = [("email", "ana@ejemplo.es"), ("role", "empresa"), ("company", "Lab")];
    led(&mut browser(&server), JOIN, &fields);
    let again = submit(&mut browser(&server), JOIN, &fields).expect(409).text;
    assert!(again.contains("Ya estás registrado") && again.contains("id=\"email-wrong\""));
    assert!(again.contains("value=\"Lab\"") && again.contains("value=\"empresa\" checked"));
    let wrong = submit(&mut browser(&server), JOIN, &[("email", "no")]).expect(400).text;
    assert!(wrong.contains("id=\"email-wrong\""), "{wrong}");
    let fields = [("email", "eva@ejemplo.es"), ("role", "otra")];
    let wrong = submit(&mut browser(&server), JOIN, &fields).expect(400).text;
    assert!(wrong.contains("id=\"role-wrong\""), "{wrong}");
    assert_eq!(server.count("waitlist"), 1);
}

#[test]
fn confirmation_by_mail_is_said_and_leads_to_the_place() {
    let server = Server::with(&[("ANTESALA_WAITLIST__DOUBLE_OPT_IN", "true")]);
    let mut ana = browser(&server);
    let fields = [("email", "ana@ejemplo.es"), ("role", "professional")];
    let asked = led(&mut ana, JOIN, &fields);
    assert_eq!(asked, "/?apuntado=1#lista");
    assert!(ana.get("/?apuntado=1").expect(200).text.contains("Mira tu correo"));
    let mail = server.mail_of("waitlist-confirm", "ana@ejemplo.es");
    let token = mail["token"].as_str().unwrap();
    let place = led(&mut ana, "/api/waitlist/confirm", &[("token", token)]);
    assert!(ana.get(&place).expect(200).text.contains("Tu sitio está confirmado"));
}

#[test]
fn form_and_endpoint_share_five_a_minute() {
    let server = Server::start();
    let mut visitor = browser(&server);
    for _ in 0..3 {
        submit(&mut visitor, JOIN, &[("email", "no")]).expect(400);
    }
    for _ in 0..2 {
        visitor.post("/api/waitlist", serde_json::json!({})).expect(400);
    }
    submit(&mut visitor, JOIN, &[("email", "no")]).expect(429);
}

#[test]
fn site_without_a_waitlist_has_no_form() {
    let server = Server::with(&[("ANTESALA_WAITLIST__ENABLED", "false")]);
    let page = browser(&server).get("/").expect(200).text;
    assert!(!page.contains("lista-de-espera") && page.contains("/registro"), "{page}");
    submit(&mut browser(&server), JOIN, &[("email", "a@ejemplo.es")]).expect(404);
}

#[test]
fn site_that_lives_elsewhere_is_named_and_not_spoken_for() {
    let server = Server::with(&[("ANTESALA_SERVER__FRONTEND_URL", "http://localhost:5173")]);
    for (language, heading, link) in [
        ("es", "antesala está en otra dirección</h1>", "Ir a antesala"),
        ("en", "antesala is at another address</h1>", "Go to antesala"),
    ] {
        let mut visitor = browser(&server);
        visitor.set("accept-language", language);
        let page = visitor.get("/").expect(200).text;
        assert!(page.contains(heading) && page.contains(link), "{page}");
        assert!(page.contains("href=\"http://localhost:5173\"") && !page.contains("home-t"));
        assert!(!page.contains("<form class=\"form"));
    }
}
