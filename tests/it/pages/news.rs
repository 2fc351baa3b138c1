//! Alerts, notifications, wishes of mails, and applications that are put away.

use serde_json::json;

use super::{browser, count_beside, led, reader, submit};
use crate::support::board::{id_of, server, text};
use crate::support::{Client, Server};

const ALERTS: &str = "/dashboard/alertas";
const NOTICES: &str = "/dashboard/avisos";

/// Says something to somebody inside the site.
fn tell(server: &Server, reader_id: &str, number: i64, params: &serde_json::Value) {
    server.execute(&format!(
        "INSERT INTO notification (id, user_id, kind, params, created_at)
        VALUES ('ntf_{number:03}', '{reader_id}', '{}', '{params}', {number})",
        params["kind"].as_str().unwrap()
    ));
}

fn moved(number: i64) -> serde_json::Value {
    json!({"kind": "application-status", "applicationId": format!("app_{number}"),
        "jobTitle": format!("Oferta {number}"), "status": "entrevista"})
}

#[test]
fn search_becomes_an_alert_that_shows_what_fits_now() {
    let server = server();
    let mut owner = server.organization("lab@ejemplo.es", "Laboratorio");
    server.published(&mut owner, json!({"title": "Bióloga marina"}));
    server.published(&mut owner, json!({"title": "Física teórica", "category": "physics"}));
    let search = "q=biolog&category=biology&sort=newest";
    let mut visitor = browser(&server);
    let listing = visitor.get(&format!("/empleos?{search}")).expect(200).text;
    let keep = listing.split("href=\"/dashboard/alertas/nueva").nth(1).unwrap();
    let keep = format!("{ALERTS}/nueva{}", keep.split('"').next().unwrap()).replace("&#38;", "&");
    assert_eq!(keep, "/dashboard/alertas/nueva?q=biolog&category=biology");
    let told = visitor.get(&keep).expect(303);
    assert!(told.header("location").unwrap().contains("q%3Dbiolog%26category%3Dbiology"));
    let of_owner = reader(owner).get(&format!("/empleos?{search}")).expect(200).text;
    assert!(!of_owner.contains("/dashboard/alertas/nueva"), "who offers work keeps no search");

    let mut ana = reader(server.professional("ana@ejemplo.es"));
    let form = ana.get(&keep).expect(200).text;
    assert!(form.contains("value=\"«biolog» · Biología\""), "{form}");
    assert!(form.contains("value=\"biology\" selected"), "{form}");
    let fields =
        [("name", "Mar"), ("frequency", "weekly"), ("q", "biolog"), ("category", "biology")];
    let made = led(&mut ana, ALERTS, &fields);
    let kept = ana.get("/api/alerts").json()["items"][0].clone();
    assert_eq!(kept["query"], json!({"q": "biolog", "category": "biology"}));
    assert_eq!(kept["frequency"], "weekly");
    let page = ana.get(&made).expect(200).text;
    assert!(page.contains("Bióloga marina") && !page.contains("Física teórica"), "{page}");
    assert!(page.contains("/empleos?q=biolog&#38;category=biology"), "{page}");
    assert!(ana.get(ALERTS).expect(200).text.contains("«biolog» · Biología"));
}

#[test]
fn alert_is_changed_paused_and_removed_by_its_owner_alone() {
    let server = server();
    let mut ana = reader(server.professional("ana@ejemplo.es"));
    let right = [("name", "Mar"), ("frequency", "daily"), ("organization", "lab")];
    let made = led(&mut ana, ALERTS, &right);
    let own = made.split('?').next().unwrap().to_owned();
    let mut eva = reader(server.professional("eva@ejemplo.es"));
    eva.get(&own).expect(404);
    for act in ["pause", "resume", "remove", ""] {
        let fields = [("name", "X"), ("frequency", "daily"), ("act", act)];
        submit(&mut eva, &own, &fields).expect(404);
    }
    led(&mut ana, &own, &[("act", "pause")]);
    assert_eq!(ana.get("/api/alerts").json()["items"][0]["isActive"], false);
    assert!(ana.get(&own).expect(200).text.contains("En pausa"));
    let wrong = [("name", " "), ("frequency", "daily"), ("salaryMin", "mucho"), ("mode", "moon")];
    let page = submit(&mut ana, &own, &wrong).expect(400).text;
    for field in ["name", "salaryMin", "mode"] {
        assert!(page.contains(&format!("id=\"{field}-wrong\"")), "{field}: {page}");
    }
    let changed = [("name", "Cielo"), ("frequency", "weekly"), ("organization", "lab")];
    let old = [&changed[..], &[("version", "1")]].concat();
    assert!(submit(&mut ana, &own, &old).expect(412).text.contains("en otra pestaña"));
    let new = [&changed[..], &[("version", "2"), ("q", "luz")]].concat();
    led(&mut ana, &own, &new);
    let kept = ana.get("/api/alerts").json()["items"][0].clone();
    assert_eq!((&kept["name"], &kept["isActive"]), (&json!("Cielo"), &json!(false)));
    assert_eq!(kept["query"], json!({"q": "luz", "organization": "lab"}));
    assert_eq!(led(&mut ana, &own, &[("act", "remove")]), format!("{ALERTS}?done=alert-removed"));
    ana.get(&own).expect(404);
    for _ in 0..10 {
        led(&mut ana, ALERTS, &right);
    }
    assert!(submit(&mut ana, ALERTS, &right).expect(400).text.contains("Ya tienes 10 alertas"));
    assert!(!ana.get(ALERTS).expect(200).text.contains(">Nueva alerta<"));
}

#[test]
fn notices_are_counted_everywhere_read_one_by_one_and_all() {
    let server = server();
    let mut ana = reader(server.professional("ana@ejemplo.es"));
    let id = id_of(&mut ana);
    for number in 0..25 {
        tell(&server, &id, number, &moved(number));
    }
    let count = |ana: &mut Client, page: &str| {
        let text = ana.get(page).expect(200).text;
        count_beside(&text, NOTICES).unwrap_or_default().to_owned()
    };
    for page in ["/dashboard", "/dashboard/cuenta", "/dashboard/candidaturas", NOTICES] {
        assert_eq!(count(&mut ana, page), "25", "{page}");
    }
    let first = ana.get(NOTICES).expect(200).text;
    assert!(first.contains("Oferta 24") && !first.contains("Oferta 4<"), "{first}");
    assert!(first.contains("Tu candidatura pasa a: Entrevista"));
    let next = first.split("rel=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    let second = ana.get(&next.replace("&#38;", "&")).expect(200).text;
    assert!(second.contains("Oferta 4<") && !second.contains("Oferta 24"), "{second}");
    let open = [("id", "ntf_024"), ("next", "/dashboard/candidaturas/app_24")];
    assert_eq!(led(&mut ana, NOTICES, &open), "/dashboard/candidaturas/app_24");
    assert_eq!(count(&mut ana, NOTICES), "24");
    let unread = ana.get(&format!("{NOTICES}?ver=nuevos")).expect(200).text;
    assert!(!unread.contains("Oferta 24") && unread.contains("Oferta 23"), "{unread}");
    let away = [("id", "ntf_023"), ("next", "https://evil.example/")];
    assert_eq!(led(&mut ana, NOTICES, &away), format!("{NOTICES}?done=notices-read"));
    let mut eva = reader(server.professional("eva@ejemplo.es"));
    led(&mut eva, NOTICES, &[("id", "ntf_022")]);
    led(&mut eva, NOTICES, &[]);
    assert_eq!(count(&mut ana, NOTICES), "23", "nobody reads for others");
    led(&mut ana, NOTICES, &[]);
    assert_eq!(count(&mut ana, NOTICES), "");
    ana.get(&format!("{NOTICES}?cursor=x")).expect(400);
    for number in 100..220 {
        tell(&server, &id, number, &moved(number));
    }
    assert_eq!(count(&mut ana, "/dashboard"), "99+");
}

#[test]
fn each_kind_of_notice_leads_to_its_page_on_either_side() {
    let server = server();
    let mut owner = server.organization("lab@ejemplo.es", "Laboratorio");
    let job = server.published(&mut owner, json!({"title": "Bióloga"}));
    let mut ana = server.professional("ana@ejemplo.es");
    let path = format!("/api/jobs/{}/applications", text(&job["id"]));
    let made = text(&ana.post(&path, json!({})).expect(201).json()["id"]);
    let opened = format!("/api/applications/{made}/conversation");
    let opened = owner.post(&opened, json!({"content": "Hola"})).expect(201).json();
    let conversation = server.text("SELECT id FROM conversation");
    assert!(!opened.is_null());
    let received = json!({"kind": "application-received", "jobId": "job_1",
        "jobTitle": "Bióloga", "count": 3});
    let message = json!({"kind": "new-message", "conversationId": conversation,
        "counterpart": "Laboratorio", "jobTitle": "Bióloga"});
    let lost = json!({"kind": "new-message", "conversationId": "con_x",
        "counterpart": "Nadie", "jobTitle": "Nada"});
    let owner_id = id_of(&mut owner);
    tell(&server, &owner_id, 1, &received);
    let ana_id = id_of(&mut ana);
    tell(&server, &ana_id, 2, &message);
    tell(&server, &ana_id, 3, &lost);
    let page = reader(owner).get(NOTICES).expect(200).text;
    assert!(page.contains("3 personas se han presentado a tu oferta"), "{page}");
    assert!(page.contains("value=\"/dashboard/ofertas/job_1/candidaturas\""), "{page}");
    let page = reader(ana).get(NOTICES).expect(200).text;
    assert!(page.contains("Mensaje de Laboratorio"), "{page}");
    assert!(page.contains(&format!("value=\"/dashboard/mensajes/{made}\"")), "{page}");
    assert!(page.contains("value=\"/dashboard/mensajes\""), "{page}");
}

#[test]
fn wishes_are_those_of_ones_side_and_others_stay() {
    let server = server();
    let page = "/dashboard/cuenta/correo";
    let mut ana = reader(server.professional("ana@ejemplo.es"));
    let form = ana.get(page).expect(200).text;
    assert!(form.contains("name=\"job-alert\"") && !form.contains("name=\"offer-expiring\""));
    let refused = json!({"weekly-report": false}).to_string();
    let path = "/api/notifications/preferences";
    ana.send("PUT", path, Some(("application/json", refused.as_bytes()))).expect(200);
    let asked = "job-alert application-status new-message reset-password";
    let fields = [("asked", asked), ("new-message", "true"), ("reset-password", "true")];
    led(&mut ana, page, &fields);
    let wishes = ana.get(path).expect(200).json();
    for (kind, wants) in [
        ("job-alert", false),
        ("application-status", false),
        ("new-message", true),
        ("weekly-report", false),
        ("offer-expiring", true),
    ] {
        assert_eq!(wishes[kind], wants, "{kind}");
    }
    let form = ana.get(page).expect(200).text;
    assert!(form.contains("name=\"new-message\" value=\"true\" checked"), "{form}");
    assert!(!form.contains("name=\"job-alert\" value=\"true\" checked"), "{form}");
    let mut owner = reader(server.organization("lab@ejemplo.es", "Laboratorio"));
    let form = owner.get(page).expect(200).text;
    assert!(form.contains("name=\"offer-expiring\"") && !form.contains("name=\"job-alert\""));
}

#[test]
fn data_is_taken_along_and_the_way_out_stands_beside_it() {
    let server = server();
    let mut ana = reader(server.professional("ana@ejemplo.es"));
    let page = ana.get("/dashboard/cuenta/datos").expect(200).text;
    assert!(page.contains("href=\"/api/account/export\" download"), "{page}");
    assert!(page.contains("href=\"/dashboard/cuenta/eliminar\""), "{page}");
    let copy = ana.get("/api/account/export").expect(200);
    assert!(copy.header("content-disposition").unwrap().starts_with("attachment"));
    assert!(copy.text.contains("ana@ejemplo.es"));
}

#[test]
fn applications_are_chosen_by_state_and_those_put_away_are_found() {
    let server = server();
    let mut owner = server.organization("lab@ejemplo.es", "Laboratorio");
    let mut ana = reader(server.professional("ana@ejemplo.es"));
    for title in ["Bióloga", "Física", "Química"] {
        let job = server.published(&mut owner, json!({"title": format!("{title} de prueba")}));
        led(&mut ana, &format!("/dashboard/solicitar/{}", text(&job["slug"])), &[]);
    }
    let of = |title: &str| {
        server.text(&format!(
            "SELECT a.id FROM application a JOIN job j ON j.id = a.job_id
            WHERE j.title = '{title} de prueba'"
        ))
    };
    led(&mut ana, &format!("/dashboard/candidaturas/{}", of("Física")), &[]);
    let away = of("Química");
    server.execute(&format!("UPDATE application SET archived_at = 1 WHERE id = '{away}'"));
    for (query, shown) in [
        ("", ["Bióloga", "Física"].as_slice()),
        ("?ver=nada", &["Bióloga", "Física"]),
        ("?ver=pendiente", &["Bióloga"]),
        ("?ver=retirado", &["Física"]),
        ("?ver=archivadas", &["Química"]),
        ("?ver=contratado", &[]),
    ] {
        let page = ana.get(&format!("/dashboard/candidaturas{query}")).expect(200).text;
        for title in ["Bióloga", "Física", "Química"] {
            let is_shown = page.contains(&format!("{title} de prueba"));
            assert_eq!(is_shown, shown.contains(&title), "{query} {title}: {page}");
        }
    }
    let own = format!("/dashboard/candidaturas/{away}");
    assert!(ana.get(&own).expect(200).text.contains("Química"), "and reached");
}
