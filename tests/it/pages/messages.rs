//! Messages of both sides, without scripts.

use serde_json::json;

use super::dealings::House;
use super::{count_beside, led, reader, submit};
use crate::support::server::wait_for;

fn talk(id: &str) -> String {
    format!("/dashboard/mensajes/{id}")
}

/// How many unread messages the frame of a page tells of.
fn unread(page: &str) -> &str {
    count_beside(page, "/dashboard/mensajes").unwrap_or("0")
}

#[test]
fn two_sides_write_read_and_count() {
    let mut house = House::new();
    let (mut ana, id) = house.applicant("ana@ejemplo.es", json!({}));
    assert!(ana.get("/dashboard/mensajes").expect(200).text.contains("Aún no hay conversaciones"));
    let page = ana.get(&talk(&id)).expect(200).text;
    assert!(page.contains("tiene que escribir primero") && !page.contains("<textarea"), "{page}");
    let page = submit(&mut ana, &talk(&id), &[("content", "¿Hola?")]).expect(400).text;
    assert!(page.contains("La empresa tiene que escribir primero"), "{page}");
    assert!(page.contains("¿Hola?</textarea>"), "{page}");
    let onward = led(&mut house.owner, &talk(&id), &[("content", " Hola, Ana.\r\n¿Qué tal? ")]);
    assert_eq!(onward, format!("{}#talk", talk(&id)));
    assert_eq!(house.server.text("SELECT content FROM message"), "Hola, Ana.\n¿Qué tal?");
    // Every page behind the sign-in tells of it, until it is read.
    assert_eq!(unread(&ana.get("/dashboard").expect(200).text), "1");
    assert_eq!(unread(&house.owner.get("/dashboard/organizacion").expect(200).text), "0");
    let list = ana.get("/dashboard/mensajes").expect(200).text;
    for said in ["Laboratorio Alborán", "Bióloga marina", "Hola, Ana.", "Un mensaje sin leer"] {
        assert!(list.contains(said), "{said}: {list}");
    }
    ana.send("HEAD", &talk(&id), None).expect(200);
    assert_eq!(unread(&ana.get("/dashboard/cuenta").expect(200).text), "1", "a HEAD reads nothing");
    let page = ana.get(&talk(&id)).expect(200).text;
    assert!(page.contains("Hola, Ana.\n¿Qué tal?") && page.contains("Laboratorio Alborán"));
    assert_eq!(unread(&page), "0", "what the page shows is read");
    assert_eq!(unread(&ana.get("/dashboard").expect(200).text), "0");
    let page = house.owner.get(&talk(&id)).expect(200).text;
    assert!(page.contains("class=\"seen\"") && page.contains(">Tú</span>"), "{page}");
    led(&mut ana, &talk(&id), &[("content", "Muy bien")]);
    let list = house.owner.get("/dashboard/mensajes").expect(200).text;
    assert!(list.contains("Muy bien") && unread(&list) == "1", "{list}");
    // The page of the application shows it, too; whoever writes there stays there.
    let received = format!("/dashboard/recibidas/{id}");
    let page = house.owner.get(&received).expect(200).text;
    assert!(page.contains("Muy bien") && unread(&page) == "0", "{page}");
    let fields = [("content", "Nos vemos"), ("next", received.as_str())];
    assert_eq!(led(&mut house.owner, &talk(&id), &fields), format!("{received}#talk"));
    let away = [("content", "Y más"), ("next", "//evil.example")];
    assert_eq!(led(&mut house.owner, &talk(&id), &away), format!("{}#talk", talk(&id)));
}

#[test]
fn what_cannot_be_sent_stays_in_its_field() {
    let mut house = House::new();
    let (_ana, id) = house.applicant("ana@ejemplo.es", json!({}));
    let page = submit(&mut house.owner, &talk(&id), &[("content", " \r\n ")]).expect(400).text;
    assert!(page.contains("id=\"content-wrong\"") && page.contains("Escribe algo"), "{page}");
    let long = format!("Empieza{}", "x".repeat(4_994));
    let page = submit(&mut house.owner, &talk(&id), &[("content", &long)]).expect(400).text;
    assert!(page.contains("demasiado largo") && page.contains(&long), "{page}");
    // A line end is one character, however a browser sends it.
    led(&mut house.owner, &talk(&id), &[("content", &"a\r\n".repeat(2_500))]);
    submit(&mut house.owner, &talk(&id), &[("content", "campana\u{7}")]).expect(400);
    house.server.execute("UPDATE application SET erased_at = 1");
    let page = submit(&mut house.owner, &talk(&id), &[("content", "Tarde")]).expect(400).text;
    assert!(page.contains("se borraron al cumplirse su plazo"), "{page}");
    assert_eq!(house.server.count("message"), 1);
}

#[test]
fn long_conversations_and_lists_go_on() {
    let mut house = House::new();
    let mut ids = Vec::new();
    for number in 0..2 {
        let (_one, id) = house.applicant(&format!("ana{number}@ejemplo.es"), json!({}));
        led(&mut house.owner, &talk(&id), &[("content", "Hola")]);
        ids.push(id);
    }
    for number in 1..=20 {
        led(&mut house.owner, &talk(&ids[0]), &[("content", &format!("Número {number:02}"))]);
    }
    let page = house.owner.get(&talk(&ids[0])).expect(200).text;
    assert!(page.find("Número 01") < page.find("Número 20"), "in order: {page}");
    assert!(!page.contains("said-text\">Hola"), "{page}");
    let earlier = page.split("?antes=").nth(1).unwrap().split('"').next().unwrap();
    let page = house.owner.get(&format!("{}?antes={earlier}", talk(&ids[0]))).expect(200).text;
    assert!(page.contains("said-text\">Hola") && !page.contains("Número 01"), "{page}");
    assert!(!page.contains("?antes="), "{page}");
    let first = house.owner.get("/dashboard/mensajes?limit=1").expect(200).text;
    assert!(first.contains(&ids[0]) && !first.contains(&ids[1]), "the newest first: {first}");
    let next = first.split("rel=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(house.owner.get(next).expect(200).text.contains(&ids[1]), "{next}");
    house.owner.get("/dashboard/mensajes?cursor=x").expect(400);
}

#[test]
fn viewers_read_for_themselves_alone() {
    let mut house = House::new();
    let (mut ana, id) = house.applicant("ana@ejemplo.es", json!({}));
    led(&mut house.owner, &talk(&id), &[("content", "Hola")]);
    led(&mut ana, &talk(&id), &[("content", "Hola, buenas")]);
    let mut viewer = house.member("mira@ejemplo.es", "viewer");
    let page = viewer.get(&talk(&id)).expect(200).text;
    assert!(page.contains("Hola, buenas") && page.contains("pero no escribir"), "{page}");
    assert!(!page.contains("<textarea") && unread(&page) == "1", "{page}");
    assert_eq!(unread(&house.owner.get("/dashboard/organizacion").expect(200).text), "1");
}

#[test]
fn mails_lead_to_pages_that_are_there() {
    let mut house = House::new();
    let (mut ana, id) = house.applicant("ana@ejemplo.es", json!({}));
    let path = |kind: &str, email: &str| {
        let mail = house.server.mail_of(kind, email);
        house.server.path_of(mail["url"].as_str().unwrap()).to_owned()
    };
    wait_for("the organisation's mail", || {
        let pay = json!({"task": "mail_outbox"});
        house.server.machine().post("/api/cron", pay).expect(200);
        let is_it = |mail: &serde_json::Value| mail["kind"] == "application-received";
        house.server.mails().iter().any(is_it).then_some(())
    });
    let board = path("application-received", "lab@ejemplo.es");
    assert!(house.owner.get(&board).expect(200).text.contains(&id));
    led(
        &mut house.owner,
        &format!("/dashboard/recibidas/{id}/estado"),
        &[("status", "entrevista")],
    );
    let own = path("application-status", "ana@ejemplo.es");
    assert!(ana.get(&own).expect(200).text.contains(&talk(&id)));
    led(&mut house.owner, &talk(&id), &[("content", "Hola")]);
    house.server.clock.advance_s(601);
    house.server.machine().post("/api/cron", json!({"task": "mail_outbox"})).expect(200);
    let link = path("new-message", "ana@ejemplo.es");
    let onward = ana.get(&link).expect(303);
    assert_eq!(onward.header("location"), Some(talk(&id).as_str()), "{link}");
    reader(house.server.professional("bea@ejemplo.es")).get(&link).expect(404);
}
