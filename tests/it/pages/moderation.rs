//! Moderation: everybody's offers and organisations, and what the site does to them.

use serde_json::json;

use super::{browser, led, reader, submit};
use crate::support::Client;
use crate::support::board::{description, draft, server, text};

const OFFERS: &str = "/dashboard/admin/ofertas";
const ORGANIZATIONS: &str = "/dashboard/admin/organizaciones";

/// Ends of links to rows of a list, in order.
fn rows(page: &str, list: &str) -> Vec<String> {
    let cells = page.split("class=\"lead-cell\"><a class=\"main").skip(1);
    let ends = cells.filter_map(|cell| cell.split_once(&format!("href=\"{list}/")));
    ends.map(|(_, rest)| rest.split('"').next().unwrap().to_owned()).collect()
}

fn older(page: &str) -> Option<String> {
    let (_, rest) = page.split_once("rel=\"next\" href=\"")?;
    Some(rest.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&"))
}

/// Walks a list to its end; returns the rows of each page.
fn walk(admin: &mut Client, start: &str, list: &str) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut next = Some(start.to_owned());
    while let Some(address) = next {
        let page = admin.get(&address).expect(200).text;
        pages.push(rows(&page, list));
        next = older(&page);
        assert!(pages.len() < 20, "a list that does not end");
    }
    pages
}

#[test]
fn offers_of_everybody_are_searched_filtered_and_paged() {
    let server = server();
    let mut admin = reader(server.admin());
    let mut olga = server.organization("olga@ejemplo.es", "Instituto Alborán");
    let mut otto = server.organization("otto@ejemplo.es", "Química Ñandú");
    assert!(admin.get(OFFERS).expect(200).text.contains("Aquí no hay ofertas"));
    for number in 0..27 {
        server.clock.advance_s(1);
        draft(&mut olga, json!({"title": format!("Borrador {number}")}));
    }
    server.clock.advance_s(1);
    let shown = server.published(&mut otto, json!({"title": "Bióloga MARINA"}));
    let pages = walk(&mut admin, OFFERS, OFFERS);
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [25, 3]);
    assert_eq!(pages[0][0], text(&shown["id"]), "the newest first");
    let mut seen = pages.concat();
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 28, "each once");
    let own = text(&shown["organization"]["id"]);
    for (query, count) in [
        ("q=biologa+marina", 1),
        ("q=NANDU", 1),
        ("q=alboran", 27),
        ("q=borrador+26", 1),
        ("estado=borrador", 27),
        ("estado=publicada", 1),
        ("estado=publicada&q=borrador", 0),
        ("estado=nada", 28),
        ("q=%25", 0),
    ] {
        let found = walk(&mut admin, &format!("{OFFERS}?{query}"), OFFERS).concat();
        assert_eq!(found.len(), count, "{query}");
    }
    for query in [format!("organizacion={own}"), format!("q={}", text(&shown["slug"]))] {
        let page = admin.get(&format!("{OFFERS}?{query}")).expect(200).text;
        assert_eq!(rows(&page, OFFERS), [text(&shown["id"])], "{query}");
    }
    for odd in ["antes=x", "antes=1-", "antes=99999999999999999999-a", "q=%00"] {
        admin.get(&format!("{OFFERS}?{odd}")).expect(200);
    }
    // Everybody's offers are not those of an organisation that is gone.
    admin.get(&format!("{OFFERS}?organizacion=no")).expect(404);
}

#[test]
fn offer_is_read_whole_and_closed_with_a_reason() {
    let server = server();
    let mut admin = reader(server.admin());
    let mut olga = server.organization("olga@ejemplo.es", "Instituto Alborán");
    let said = json!({"title": "Física", "description": description("**Cuentos** de nadie.")});
    let job = server.published(&mut olga, said);
    let (id, slug) = (text(&job["id"]), text(&job["slug"]));
    let page = format!("{OFFERS}/{id}");
    let read = admin.get(&page).expect(200).text;
    assert!(read.contains("<strong>Cuentos</strong>") && read.contains("Cerrar la oferta"));
    assert!(read.contains(&format!("href=\"/empleos/{slug}\"")), "{read}");
    let close = format!("{page}/cerrar");
    let done = led(&mut admin, &close, &[("reason", "filled")]);
    assert_eq!(done, format!("{page}?done=offer-closed"));
    let closed = admin.get(&done).expect(200).text;
    assert!(closed.contains("La plaza está cubierta") && closed.contains("Oferta cerrada."));
    assert!(!closed.contains("/cerrar\""), "what is over is not closed again");
    assert!(closed.contains("Oferta cerrada por el sitio") && closed.contains("Root"), "{closed}");
    browser(&server).get(&format!("/empleos/{slug}")).expect(410);
    let again = led(&mut admin, &close, &[]);
    assert!(again.contains("problem=PRECONDITION_FAILED"), "{again}");
    assert_eq!(server.text(&format!("SELECT close_reason FROM job WHERE id = '{id}'")), "filled");
    let log = "SELECT count(*) FROM audit WHERE act = 'offer-closed'";
    assert_eq!(server.number(log), 1);
    submit(&mut admin, &format!("{OFFERS}/job_nada/cerrar"), &[]).expect(404);
    admin.get(&format!("{OFFERS}/job_nada")).expect(404);
    let entry = admin.get("/dashboard/admin/auditoria?acto=offer-closed").expect(200).text;
    assert!(entry.contains(&format!("href=\"{page}\"")), "{entry}");
}

#[test]
fn organization_is_found_vouched_for_and_no_longer() {
    let server = server();
    let mut admin = reader(server.admin());
    for number in 0..27 {
        server.clock.advance_s(1);
        let name = format!("Centro número {number:02}");
        server.organization(&format!("p{number:02}@ejemplo.es"), &name);
    }
    let mut olga = server.organization("olga@ejemplo.es", "Instituto Alborán");
    let vera = server.member(&mut olga, "vera@ejemplo.es", "viewer");
    drop(vera);
    let job = server.published(&mut olga, json!({"title": "Física"}));
    let pages = walk(&mut admin, ORGANIZATIONS, ORGANIZATIONS);
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [25, 3]);
    let found = admin.get(&format!("{ORGANIZATIONS}?q=ALBORAN")).expect(200).text;
    let own = rows(&found, ORGANIZATIONS);
    assert_eq!(own.len(), 1, "{found}");
    assert!(found.contains("class=\"right\">2</td>") && found.contains("class=\"right\">1</td>"));
    let page = format!("{ORGANIZATIONS}/{}", own[0]);
    let read = admin.get(&page).expect(200).text;
    for said in ["vera@ejemplo.es", "Dirige", "Mira", &text(&job["id"]), "Verificar"] {
        assert!(read.contains(said), "{said}: {read}");
    }
    let act = format!("{page}/verificacion");
    let public = format!("/organizaciones/{}", text(&job["organization"]["slug"]));
    let is_vouched = || browser(&server).get(&public).expect(200).text.contains("badge good");
    assert!(!is_vouched());
    let done = led(&mut admin, &act, &[("verified", "yes")]);
    assert!(admin.get(&done).expect(200).text.contains("Organización verificada."));
    assert!(is_vouched());
    led(&mut admin, &act, &[("verified", "yes")]);
    let only = |query: &str, admin: &mut Client| {
        walk(admin, &format!("{ORGANIZATIONS}?{query}"), ORGANIZATIONS).concat().len()
    };
    assert_eq!(only("solo=verificadas", &mut admin), 1);
    assert_eq!(only("solo=sin-verificar", &mut admin), 27);
    let gone = led(&mut admin, &act, &[("verified", "no")]);
    assert!(admin.get(&gone).expect(200).text.contains("Verificación retirada."));
    assert!(!is_vouched());
    let acts = "SELECT count(*) FROM audit WHERE act LIKE 'organization-%'";
    assert_eq!(server.number(acts), 2, "saying so again is no act");
    admin.get(&format!("{ORGANIZATIONS}/nada")).expect(404);
    submit(&mut admin, &format!("{ORGANIZATIONS}/nada/verificacion"), &[]).expect(404);
}

#[test]
fn moderation_is_for_administrators_alone() {
    let server = server();
    let mut olga = reader(server.organization("olga@ejemplo.es", "Instituto Alborán"));
    let job = server.published(&mut olga, json!({"title": "Física"}));
    let offer = format!("{OFFERS}/{}", text(&job["id"]));
    let own = format!("{ORGANIZATIONS}/{}", text(&job["organization"]["id"]));
    for path in [OFFERS, ORGANIZATIONS, &offer, &own] {
        olga.get(path).expect(403);
        browser(&server).get(path).expect(303);
        server.visitor().get(path).refused(401, "UNAUTHORIZED");
    }
    submit(&mut olga, &format!("{own}/verificacion"), &[("verified", "yes")]).expect(403);
    submit(&mut olga, &format!("{offer}/cerrar"), &[]).expect(403);
    let untouched = "SELECT count(*) FROM job WHERE status = 'publicada'";
    assert_eq!(server.number(untouched), 1);
    assert_eq!(server.number("SELECT count(*) FROM organization WHERE is_verified = 1"), 0);
}
