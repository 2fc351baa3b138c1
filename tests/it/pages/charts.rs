//! The charts of the console, and the tables that say the same.

use serde_json::json;

use super::reader;
use crate::support::Server;
use crate::support::board::{draft, server, text};

/// The part of the page that a chart's title begins.
#[track_caller]
fn chart<'a>(page: &'a str, title: &str) -> &'a str {
    let head = format!("<h2>{title}</h2>");
    let (_, rest) = page.split_once(&head).unwrap_or_else(|| panic!("{title}: {page}"));
    rest.split("</figure>").next().unwrap()
}

/// The cells of a chart's table, row by row.
fn cells(chart: &str) -> Vec<Vec<String>> {
    let rows = chart.split("<tbody>").nth(1).unwrap().split("<tr>").skip(1);
    let cell = |cell: &str| cell.split('<').next().unwrap().to_owned();
    rows.map(|row| row.split("<td class=\"number\">").skip(1).map(cell).collect()).collect()
}

#[test]
fn offers_and_applications_are_drawn_by_the_day_beside_the_rest() {
    let server = server();
    let mut admin = reader(server.admin());
    let mut olga = server.organization("olga@ejemplo.es", "Instituto Alborán");
    let first = server.published(&mut olga, json!({"title": "Física"}));
    let closed = server.published(&mut olga, json!({"title": "Química"}));
    draft(&mut olga, json!({"title": "Borrador"}));
    let close = format!("/api/jobs/{}/close", text(&closed["id"]));
    olga.post(&close, json!({"reason": "filled"})).expect(200);
    let apply = format!("/api/jobs/{}/applications", text(&first["id"]));
    server.professional("ana@ejemplo.es").post(&apply, json!({})).expect(201);
    let page = admin.get("/dashboard/admin").expect(200).text;
    for title in [
        "Cuentas nuevas",
        "Crecimiento de la lista",
        "Candidaturas",
        "Ofertas publicadas",
        "Correos",
        "Peticiones, últimas 24 h",
        "Latencia p99 en ms, últimas 24 h",
    ] {
        let drawn = chart(&page, title);
        assert!(drawn.contains("<svg") && drawn.contains("<table"), "{title}");
    }
    let last = |title: &str| cells(chart(&page, title)).last().unwrap()[1].clone();
    assert_eq!(last("Ofertas publicadas"), "2", "one that is over was published, too");
    assert_eq!(last("Candidaturas"), "1");
    for (figure, said) in
        [("1", "organizaciones"), ("1", "ofertas abiertas"), ("1", "candidaturas en 7 días")]
    {
        let shown = format!("{figure}</span><span class=\"label\">{said}</span>");
        assert!(page.contains(&shown), "{said}: {page}");
    }
}

#[test]
fn latency_is_told_in_milliseconds_of_the_language() {
    let server = Server::start();
    let mut admin = reader(server.admin());
    // What was faster than a tenth of a millisecond is said as that.
    let known =
        ["0", "0,1", "0,25", "0,5", "1", "2,5", "5", "10", "25", "50", "100", "500", "2500"];
    let page = admin.get("/dashboard/admin/sistema").expect(200).text;
    let told = cells(chart(&page, "Latencia p99 en ms, últimas 24 h"));
    assert_eq!(told.len(), 48);
    assert!(told.iter().all(|row| known.contains(&row[1].as_str())), "{told:?}");
    assert!(told.iter().any(|row| row[1] != "0"), "{told:?}");
    admin.set("accept-language", "en");
    let page = admin.get("/dashboard/admin/sistema").expect(200).text;
    let told = cells(chart(&page, "Latency p99 in ms, last 24 h"));
    assert!(told.iter().all(|row| row.iter().skip(1).all(|cell| !cell.contains(','))), "{told:?}");
}
