//! `antesala og …`, and links that must be signed.

use super::{Pixels, card};
use crate::support::Client;
use crate::support::process::Place;
use crate::support::server::SITE;

#[test]
fn render_draws_what_the_server_would() {
    let place = Place::new();
    let told =
        place.ok(&["og", "render", "--template", "job", "--title", "Física", "--out", "a.jpg"]);
    assert!(told.starts_with("a.jpg: "), "{told}");
    let server = place.serve();
    let mut client = Client::new(&format!("http://{}", server.address), SITE);
    let drawn = card(client.get("/api/og?template=job&title=F%C3%ADsica"));
    assert!(std::fs::read(place.path("a.jpg")).unwrap() == drawn);
    let said = place.fails(&["og", "render", "--template", "nada"], 2);
    assert!(said.contains("template") && said.contains("profile"), "{said}");
    place.fails(&["og", "render", "--salary", "1"], 2);
    place.fails(&["og", "render", "--out", "no/such/folder.jpg"], 1);
}

#[test]
fn contact_sheet_shows_every_template_in_both_themes() {
    let place = Place::new();
    place.ok(&["og", "render", "--all", "--out", "all.jpg"]);
    let sheet = Pixels::of(&std::fs::read(place.path("all.jpg")).unwrap());
    assert_eq!((sheet.width, sheet.height), (2 * 600 + 3 * 40, 4 * 315 + 5 * 40));
    for row in 0..4 {
        let y = 40 + row * 355 + 20;
        let light = sheet.at(40 + 450, y).iter().all(|channel| *channel > 220);
        let dark = sheet.at(680 + 450, y).iter().all(|channel| *channel < 60);
        assert!(light && dark, "row {row}");
    }
}

#[test]
fn only_signed_links_draw_where_signatures_are_asked_for() {
    let mut place = Place::new();
    place.set("ANTESALA_OG__REQUIRE_SIGNATURE", "true");
    let link = place.ok(&["og", "sign", "title=Hola mundo&template=job&v=1"]);
    let path = link.trim().strip_prefix(SITE).unwrap().to_owned();
    assert!(path.starts_with("/api/og?template=job&title=Hola+mundo&v=1&sig="), "{path}");
    let again = place.ok(&["og", "sign", link.trim()]);
    assert_eq!(again, link, "a signed link is signed anew");
    place.fails(&["og", "sign", "nada=1"], 2);
    let server = place.serve();
    let mut client = Client::new(&format!("http://{}", server.address), SITE);
    card(client.get(&path));
    let (bare, signature) = path.split_once("&sig=").unwrap();
    for altered in [
        bare.to_owned(),
        format!("{bare}&sig="),
        path.replace("Hola", "Adios"),
        path.replace("v=1", "v=2"),
        path.replace("template=job", "template=article"),
        format!("{bare}&sig={}", signature.to_lowercase()),
        format!("{bare}&sig={signature}A"),
    ] {
        let reply = client.get(&altered).refused(403, "CARD_NOT_SIGNED");
        assert_eq!(reply.header("cache-control"), Some("no-store"));
    }
    // The order of parameters is nobody's business; the site's own card says nothing.
    card(client.get(&format!("/api/og?sig={signature}&v=1&template=job&title=Hola%20mundo")));
    card(client.get("/api/og"));
}
