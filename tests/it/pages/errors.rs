//! What goes wrong, as a page for people and as JSON for programs.

use super::{browser, reader};
use crate::support::Server;

#[test]
fn nobody_sees_a_dashboard_without_a_session() {
    let server = Server::start();
    for (path, next) in [
        ("/dashboard", "%2Fdashboard"),
        ("/dashboard/cuenta", "%2Fdashboard%2Fcuenta"),
        ("/dashboard/cuenta/seguridad?a=1", "%2Fdashboard%2Fcuenta%2Fseguridad%3Fa%3D1"),
    ] {
        let reply = browser(&server).get(path).expect(303);
        assert_eq!(reply.header("location"), Some(format!("/login?next={next}").as_str()));
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        server.visitor().get(path).refused(401, "UNAUTHORIZED");
    }
    let mut visitor = browser(&server);
    let sent = super::led(&mut visitor, "/dashboard/cuenta", &[("name", "Ana")]);
    assert_eq!(sent, "/login?next=%2Fdashboard", "what was typed is gone");
}

#[test]
fn errors_are_pages_for_browsers_with_the_same_status() {
    let server = Server::start();
    let mut visitor = browser(&server);
    let missing = visitor.get("/nada").expect(404);
    assert!(missing.header("content-type").unwrap().starts_with("text/html"));
    assert!(missing.text.contains("Esta página no existe") && missing.text.contains("NOT_FOUND"));
    server.visitor().get("/nada").refused(404, "NOT_FOUND");
    assert_eq!(visitor.get("/api/nada").expect(404).code(), "NOT_FOUND");
    let gone = visitor.get("/invitacion/nada").expect(410);
    assert!(gone.text.contains("Esta invitación ya no sirve"));
    let wrong = visitor.send("PUT", "/login", None).expect(405);
    assert_eq!(wrong.header("allow"), Some("GET, HEAD, OPTIONS, POST"));
    visitor.set("origin", "https://evil.example");
    let forged = super::submit(&mut visitor, "/login", &[("email", "a@ejemplo.es")]).expect(403);
    assert!(forged.text.contains("Aquí no puedes entrar"), "{}", forged.text);
}

#[test]
fn end_of_a_form_is_only_one_of_ours() {
    let server = Server::start();
    let mut visitor = browser(&server);
    assert!(visitor.get("/hecho/recover-sent").expect(200).text.contains("Mira tu correo"));
    visitor.get("/hecho/nada").expect(404);
    // Whatever else an address claims is not said.
    let page = visitor.get("/?done=%3Cb%3Ehola&problem=adios").expect(200).text;
    assert!(!page.contains("role=\"status\""), "{page}");
}

#[test]
fn whoever_is_signed_in_is_seen_on_public_pages() {
    let server = Server::start();
    let mut ana = reader(server.person("ana@ejemplo.es"));
    assert!(ana.get("/").expect(200).text.contains("Mi espacio"));
    assert_eq!(ana.get("/login").expect(303).header("location"), Some("/dashboard"));
    assert!(browser(&server).get("/").expect(200).text.contains("Iniciar sesión"));
}
