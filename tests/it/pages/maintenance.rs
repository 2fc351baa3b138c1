//! The site closed for a while: who is told what, who gets in, and how it opens again.

use serde_json::{Value, json};

use super::{browser, led, reader, submit};
use crate::support::pair::Pair;
use crate::support::process::Place;
use crate::support::server::{PASSWORD, SITE, wait_for};
use crate::support::{Client, Server};

const SYSTEM: &str = "/dashboard/admin/sistema";

fn close(admin: &mut Client, minutes: &str) {
    let done = led(admin, SYSTEM, &[("minutes", minutes)]);
    assert_eq!(done, format!("{SYSTEM}?done=site-closed"));
}

fn open(admin: &mut Client) {
    assert_eq!(led(admin, SYSTEM, &[("act", "open")]), format!("{SYSTEM}?done=site-opened"));
}

#[test]
fn everybody_is_told_in_their_way_and_language_when_to_come_back() {
    let server = Server::start();
    let mut admin = reader(server.admin());
    let mut ana = reader(server.person("ana@ejemplo.es"));
    close(&mut admin, "30");
    let mut visitor = browser(&server);
    for path in ["/", "/login", "/empleos", "/dashboard", "/dashboard/admin", "/lista-de-espera/x"]
    {
        let page = visitor.get(path).expect(503);
        assert_eq!(page.header("retry-after"), Some("1800"), "{path}");
        assert_eq!(page.header("cache-control"), Some("no-store"), "{path}");
        assert!(page.header("content-type").unwrap().starts_with("text/html"), "{path}");
        for said in ["Volvemos enseguida", "hacia el 15 ene 2027", "MAINTENANCE", "Volver a probar"]
        {
            assert!(page.text.contains(said), "{path}: {said} in {}", page.text);
        }
        assert!(page.text.contains(&format!("class=\"button\" href=\"{path}\"")), "{}", page.text);
        assert!(!page.text.contains("only administrators") && !page.text.contains("solo entra"));
    }
    visitor.set("accept-language", "en");
    let page = visitor.get("/").expect(503);
    assert!(page.text.contains("We will be right back"), "{}", page.text);
    let typed = [("email", "ana@ejemplo.es"), ("password", PASSWORD)];
    assert_eq!(
        submit(&mut visitor, "/login", &typed).expect(503).header("retry-after"),
        Some("1800")
    );
    let body = json!({"email": "ana@ejemplo.es", "password": PASSWORD});
    let told = server.visitor().post("/api/auth/sign-in/email", body).expect(503);
    assert_eq!((told.code().as_str(), told.header("retry-after")), ("MAINTENANCE", Some("1800")));
    server.visitor().get("/api/jobs").refused(503, "MAINTENANCE");
    server.visitor().get("/api/auth/get-session").refused(503, "MAINTENANCE");
    ana.get("/dashboard").expect(503);
    let missing = visitor.get("/nada").expect(404);
    assert!(!missing.text.contains("nada\""), "{}", missing.text);
    open(&mut admin);
    visitor.get("/").expect(200);
    ana.get("/dashboard").expect(200);
}

#[test]
fn the_page_itself_probes_machines_and_administrators_get_through() {
    let server = Server::with(&[("ANTESALA_RATE_LIMIT__ENABLED", "false")]);
    let mut admin = reader(server.admin());
    server.person("ana@ejemplo.es");
    close(&mut admin, "");
    let mut visitor = browser(&server);
    let page = visitor.get("/").expect(503);
    assert_eq!(page.header("retry-after"), Some("120"), "nobody has said when");
    let sheet = page.text.split("rel=\"stylesheet\" href=\"").nth(1).unwrap();
    visitor.get(sheet.split('"').next().unwrap()).expect(200);
    led(&mut visitor, "/preferencias", &[("language", "en")]);
    assert!(visitor.get("/").expect(503).text.contains("We will be right back"));
    assert_eq!(server.visitor().get("/healthz").expect(200).json()["status"], "ok");
    let ready = server.visitor().get("/readyz").expect(200).json();
    assert_eq!((&ready["status"], &ready["maintenance"]), (&json!("ok"), &json!(true)));
    server.machine().get("/api/cron?task=clean_sessions").expect(200);
    for path in ["/", "/empleos", "/dashboard", "/dashboard/admin/personas"] {
        let page = admin.get(path).expect(200).text;
        assert!(page.contains("solo entra quien administra"), "{path}: {page}");
    }
    let id = server.text("SELECT id FROM \"user\" WHERE email = 'ana@ejemplo.es'");
    led(&mut admin, &format!("/dashboard/admin/personas/{id}/actuar"), &[]);
    admin.get("/dashboard").expect(200);
    led(&mut admin, "/dashboard/volver", &[]);
    assert!(admin.get(SYSTEM).expect(200).text.contains("Cerrado desde el"));
    open(&mut admin);
    assert_eq!(server.visitor().get("/readyz").expect(200).json()["maintenance"], false);
    led(&mut admin, SYSTEM, &[("act", "open")]);
    let acts = "SELECT count(*) FROM audit WHERE act LIKE 'maintenance-%'";
    assert_eq!(server.number(acts), 2, "what is open is not opened again");
    for wrong in ["0", "-5", "10081", "pronto"] {
        let page = submit(&mut admin, SYSTEM, &[("minutes", wrong)]).expect(400).text;
        assert!(page.contains("id=\"minutes-wrong\""), "{wrong}: {page}");
    }
    visitor.get("/").expect(200);
}

#[test]
fn a_process_that_starts_closed_is_closed_to_the_first_who_asks() {
    let server = Server::start();
    server.execute("UPDATE maintenance SET is_on = 1");
    let server = Server::in_folder(server.stop(), &[]);
    std::thread::scope(|all| {
        for _ in 0..8 {
            all.spawn(|| browser(&server).get("/").expect(503));
        }
    });
}

#[test]
fn a_process_hears_of_it_within_a_second_and_what_is_late_stays_closed() {
    let server = Server::start();
    let mut visitor = browser(&server);
    visitor.get("/").expect(200);
    let until = antesala::base::clock::Clock::Manual(server.clock.clone()).now().plus_s(60).0;
    server.execute(&format!("UPDATE maintenance SET is_on = 1, ends_at = {until}"));
    visitor.get("/").expect(200);
    server.clock.advance_s(1);
    visitor.get("/").expect(503);
    server.clock.advance_s(120);
    let late = visitor.get("/").expect(503);
    assert_eq!(late.header("retry-after"), Some("120"));
    assert!(!late.text.contains("hacia el"), "a promise that was not kept is not repeated");
    server.execute("UPDATE maintenance SET is_on = 0, ends_at = NULL");
    server.clock.advance_s(1);
    visitor.get("/").expect(200);
}

#[test]
fn one_instance_closes_them_all() {
    let Some(pair) = Pair::start() else { return };
    // The link of the first start is that of whoever started last.
    let mut admin = reader(pair.second.admin());
    close(&mut admin, "5");
    pair.first.clock.advance_s(1);
    browser(&pair.first).get("/").expect(503);
    open(&mut admin);
    pair.first.clock.advance_s(1);
    browser(&pair.first).get("/").expect(200);
}

#[test]
fn operator_closes_and_opens_beside_a_running_server() {
    let mut place = Place::on_file();
    place.set("ANTESALA_RATE_LIMIT__ENABLED", "false");
    let server = place.serve();
    assert_eq!(place.ok(&["maintenance", "status"]).trim(), "the site is open");
    let mut visitor = Client::new(&server.base(), SITE);
    assert!(place.ok(&["maintenance", "on", "--minutes", "10"]).contains("is closed, until "));
    wait_for("a closed site", || (visitor.get("/api/jobs").status == 503).then_some(()));
    let told: Value =
        serde_json::from_str(&place.ok(&["maintenance", "status", "--json"])).unwrap();
    assert_eq!(told["isOn"], true);
    assert!(told["beganAt"].is_string() && told["endsAt"].is_string(), "{told}");
    place.ok(&["user", "list"]);
    place.fails(&["maintenance", "on", "--minutes", "0"], 2);
    assert_eq!(place.ok(&["maintenance", "off"]).trim(), "the site is open");
    wait_for("an open site", || (visitor.get("/api/jobs").status == 200).then_some(()));
    let acts = place.ok(&["audit", "list"]);
    assert!(acts.contains("maintenance-began") && acts.contains("command-line"), "{acts}");
}

#[test]
fn who_asks_too_often_is_told_in_their_way_and_language() {
    let server = Server::start();
    let mut visitor = browser(&server);
    let typed = [("email", "ana@ejemplo.es"), ("password", "no es esta frase")];
    for _ in 0..10 {
        submit(&mut visitor, "/login", &typed);
    }
    for (language, said, again) in [
        ("es", "Un momento, por favor", "Volver a probar"),
        ("en", "One moment, please", "Try again"),
    ] {
        visitor.set("accept-language", language);
        let page = submit(&mut visitor, "/login", &typed).expect(429);
        assert!(page.header("content-type").unwrap().starts_with("text/html"));
        let wait: u64 = page.header("retry-after").unwrap().parse().unwrap();
        assert!(
            (1..=60).contains(&wait) && page.text.contains(&format!(" {wait} ")),
            "{}",
            page.text
        );
        assert!(page.text.contains(said) && page.text.contains(again), "{}", page.text);
    }
    visitor.set("accept", "application/json");
    let told = submit(&mut visitor, "/login", &typed).expect(429);
    assert_eq!(told.code(), "TOO_MANY_REQUESTS");
    assert!(told.header("retry-after").is_some());
}
