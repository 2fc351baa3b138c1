//! What people change about themselves behind the sign-in.

use super::{browser, led, reader, submit};
use crate::support::Server;
use crate::support::server::PASSWORD;

const NEW_PASSWORD: &str = "otra frase bien larga";

#[test]
fn name_and_picture_are_changed_and_checked() {
    let server = Server::start();
    let mut ana = reader(server.person("ana@ejemplo.es"));
    let page = "/dashboard/cuenta";
    assert!(ana.get(page).expect(200).text.contains("value=\"Ana\""));
    let picture = "https://ejemplo.es/ana.png";
    let saved = led(&mut ana, page, &[("name", "Ana María"), ("image", picture)]);
    assert_eq!(saved, "/dashboard/cuenta?done=saved");
    let shown = ana.get(&saved).expect(200).text;
    assert!(shown.contains("Ana María") && shown.contains("ana.png"), "{shown}");
    for (name, image) in [("", picture), ("Ana", "javascript:alert(1)"), ("Ana", "ana.png")] {
        submit(&mut ana, page, &[("name", name), ("image", image)]).expect(400);
    }
    led(&mut ana, page, &[("name", "Ana"), ("image", "")]);
    assert_eq!(server.text("SELECT COALESCE(image, 'none') FROM \"user\""), "none");
}

#[test]
fn address_is_proven_before_it_changes() {
    let server = Server::start();
    let mut ana = reader(server.person("ana@ejemplo.es"));
    let page = "/dashboard/cuenta/direccion";
    submit(&mut ana, page, &[("email", "no")]).expect(400);
    let same = submit(&mut ana, page, &[("email", "ana@ejemplo.es")]).expect(400).text;
    assert!(same.contains("id=\"email-wrong\""), "{same}");
    led(&mut ana, page, &[("email", "nueva@ejemplo.es")]);
    assert_eq!(server.text("SELECT email FROM \"user\""), "ana@ejemplo.es");
    let mail = server.mail_of("change-email", "nueva@ejemplo.es");
    let link = server.path_of(mail["url"].as_str().unwrap()).to_owned();
    ana.get(&link).expect(302);
    assert_eq!(server.text("SELECT email FROM \"user\""), "nueva@ejemplo.es");
}

#[test]
fn password_changes_with_the_old_one_and_ends_other_sessions_when_asked() {
    let server = Server::start();
    server.person("ana@ejemplo.es");
    let mut other = reader(server.signed_in("ana@ejemplo.es"));
    let mut ana = reader(server.signed_in("ana@ejemplo.es"));
    let page = "/dashboard/cuenta/contrasena";
    let wrong = [("currentPassword", "no es esta"), ("newPassword", NEW_PASSWORD)];
    let shown = submit(&mut ana, page, &wrong).expect(400).text;
    assert!(shown.contains("id=\"currentPassword-wrong\"") && !shown.contains(NEW_PASSWORD));
    let short = [("currentPassword", PASSWORD), ("newPassword", "x")];
    let shown = submit(&mut ana, page, &short).expect(400).text;
    assert!(shown.contains("id=\"newPassword-wrong\""), "{shown}");
    let right = [("currentPassword", PASSWORD), ("newPassword", NEW_PASSWORD), ("revoke", "true")];
    let done = led(&mut ana, page, &right);
    assert!(ana.get(&done).expect(200).text.contains("Contraseña cambiada"));
    other.get("/dashboard").expect(303);
    let back = [("email", "ana@ejemplo.es"), ("password", NEW_PASSWORD)];
    led(&mut browser(&server), "/login", &back);
}

#[test]
fn sessions_show_where_and_are_ended_one_by_one_or_all() {
    let server = Server::start();
    server.person("ana@ejemplo.es");
    let mut phone = server.visitor();
    phone.set("user-agent", "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) Version/19.0 Safari/604.1");
    let fields = [("email", "ana@ejemplo.es"), ("password", PASSWORD)];
    led(&mut phone, "/login", &fields);
    let mut ana = reader(server.signed_in("ana@ejemplo.es"));
    let page = ana.get("/dashboard/cuenta/seguridad").expect(200).text;
    assert!(page.contains("Safari · iPhone") && page.contains("203.0.113."), "{page}");
    let handles: Vec<&str> = page
        .split("name=\"session\" value=\"ses_")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect();
    assert_eq!(handles.len(), 2, "one's own is ended by signing out");
    let named = format!("ses_{}", handles[0]);
    let mut stranger = reader(server.person("eva@ejemplo.es"));
    led(&mut stranger, "/dashboard/cuenta/sesiones", &[("session", &named)]);
    assert_eq!(server.number("SELECT count(*) FROM session"), 4, "not hers to end");
    led(&mut ana, "/dashboard/cuenta/sesiones", &[("session", &named)]);
    assert_eq!(server.number("SELECT count(*) FROM session"), 3);
    led(&mut ana, "/dashboard/cuenta/sesiones", &[("session", "others")]);
    assert_eq!(server.number("SELECT count(*) FROM session"), 2);
    ana.get("/dashboard").expect(200);
}

#[test]
fn account_is_deleted_by_whoever_means_it_and_knows_the_password() {
    let server = Server::start();
    let mut ana = reader(server.person("ana@ejemplo.es"));
    let page = "/dashboard/cuenta/eliminar";
    ana.get(page).expect(200);
    submit(&mut ana, page, &[("password", PASSWORD)]).expect(400);
    let wrong = [("password", "no es esta"), ("sure", "true")];
    assert!(submit(&mut ana, page, &wrong).expect(400).text.contains("id=\"password-wrong\""));
    assert_eq!(server.count("user"), 1);
    let sure = [("password", PASSWORD), ("sure", "true")];
    assert_eq!(led(&mut ana, page, &sure), "/?done=deleted");
    assert_eq!(server.count("user"), 0);
    ana.get(page).expect(303);
}

#[test]
fn last_way_in_stays() {
    let server = Server::start();
    let mut ana = reader(server.person("ana@ejemplo.es"));
    let page = ana.get("/dashboard/cuenta/conexiones").expect(200).text;
    assert!(page.contains("Contraseña") && !page.contains("cuenta/desvincular"), "{page}");
    let account = server.text("SELECT id FROM account");
    let back = led(&mut ana, "/dashboard/cuenta/desvincular", &[("account", &account)]);
    assert!(ana.get(&back).expect(200).text.contains("No puedes quitar tu última forma de entrar"));
    assert_eq!(server.count("account"), 1);
}
