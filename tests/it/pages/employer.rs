//! An organisation's first page and what it tells of itself, by role.

use antesala::base::clock::Clock;
use serde_json::json;

use super::{led, reader, submit};
use crate::support::board::{draft, server, text};
use crate::support::{Client, Server};

const HOME: &str = "/dashboard/organizacion";
const PROFILE: &str = "/dashboard/organizacion/perfil";

/// Every page of an organisation's side that needs nothing else.
const PAGES: [&str; 5] = [
    HOME,
    PROFILE,
    "/dashboard/organizacion/miembros",
    "/dashboard/ofertas",
    "/dashboard/ofertas/nueva",
];

fn owner(server: &Server) -> Client {
    reader(server.organization("olga@ejemplo.es", "Instituto Alborán"))
}

#[test]
fn pages_are_for_an_organisations_people_alone() {
    let server = server();
    let mut ana = reader(server.professional("ana@ejemplo.es"));
    let mut nora = reader(server.unattached("nora@ejemplo.es"));
    let mut olga = owner(&server);
    let mut vera = reader(server.member(&mut olga, "vera@ejemplo.es", "viewer"));
    for page in PAGES {
        let stranger = reader(server.visitor()).get(page).expect(303);
        assert!(stranger.header("location").unwrap().starts_with("/login?next="), "{page}");
        ana.get(page).expect(403);
        if page == HOME {
            assert!(nora.get(page).expect(200).text.contains("Crear la organización"));
        } else {
            assert_eq!(nora.get(page).expect(303).header("location"), Some(HOME), "{page}");
        }
        olga.get(page).expect(200);
        vera.get(page).expect(if page.ends_with("nueva") { 403 } else { 200 });
    }
    for (client, is_theirs) in [(&mut ana, false), (&mut olga, true)] {
        let page = client.get("/empleos").expect(200).text;
        assert!(!page.contains("class=\"places\""), "the navigation is the dashboard's");
        let page = client.get("/dashboard/cuenta").expect(200).text;
        assert_eq!(page.contains("href=\"/dashboard/ofertas\""), is_theirs, "{page}");
        assert_eq!(page.contains("href=\"/dashboard/guardadas\""), !is_theirs, "{page}");
    }
}

#[test]
fn somebody_who_belongs_nowhere_makes_an_organisation() {
    let server = server();
    let mut nora = reader(server.unattached("nora@ejemplo.es"));
    let wrong = [("name", " L "), ("website", "javascript:alert(1)")];
    let page = submit(&mut nora, HOME, &wrong).expect(400).text;
    assert!(page.contains("id=\"name-wrong\""), "{page}");
    let wrong = [("name", "Laboratorio"), ("website", "javascript:alert(1)")];
    let page = submit(&mut nora, HOME, &wrong).expect(400).text;
    assert!(page.contains("id=\"website-wrong\"") && page.contains("value=\"Laboratorio\""));
    assert_eq!(server.count("organization"), 0);
    let right = [("name", "Laboratorio"), ("website", "")];
    assert_eq!(led(&mut nora, HOME, &right), format!("{HOME}?done=organization-made"));
    assert!(nora.get(HOME).expect(200).text.contains("<h1>Laboratorio</h1>"));
    // Once is enough: the second finds the first.
    assert_eq!(led(&mut nora, HOME, &right), HOME);
    assert_eq!(server.count("organization"), 1);
    let mut ana = reader(server.professional("ana@ejemplo.es"));
    submit(&mut ana, HOME, &right).expect(403);
    assert_eq!(server.count("organization"), 1);
}

#[test]
fn home_tells_what_waits_what_ends_and_what_was_seen() {
    let server = server();
    let mut olga = owner(&server);
    let none = olga.get(HOME).expect(200).text;
    for said in ["Nadie está esperando", "Ninguna oferta caduca", "no tienes ofertas a la vista"] {
        assert!(none.contains(said), "{said}: {none}");
    }
    let job = server.published(&mut olga, json!({"title": "Bióloga marina"}));
    draft(&mut olga, json!({"title": "Un borrador"}));
    let id = text(&job["id"]);
    let mut ana = reader(server.professional("ana@ejemplo.es"));
    ana.get(&format!("/empleos/{}", text(&job["slug"]))).expect(200);
    led(&mut ana, "/dashboard/guardadas", &[("job", &id), ("act", "save")]);
    led(&mut ana, &format!("/dashboard/solicitar/{}", text(&job["slug"])), &[]);
    let page = olga.get(HOME).expect(200).text;
    for said in [
        format!("href=\"/dashboard/ofertas/{id}/candidaturas\">Bióloga marina"),
        String::from("una candidatura</span>"),
        String::from("<rect class=\"bar-mark\""),
        String::from("100\u{a0}%"),
        String::from("<span class=\"value\">1</span><span class=\"label\">Veces guardadas"),
        String::from("<span class=\"value\">1</span><span class=\"label\">Visitas en 7 días"),
    ] {
        assert!(page.contains(&said), "{said}: {page}");
    }
    assert!(!page.contains("Un borrador"), "a draft has no numbers");
    assert_eq!(page.matches("1 en total").count(), 3, "seen, applied, saved: {page}");
    let today = &Clock::Manual(server.clock.clone()).now().iso()[..10];
    let year = olga.get(&format!("{HOME}?dias=365")).expect(200).text;
    assert!(year.contains("class=\"line-mark\"") && year.contains("Un año"), "{today}: {year}");
    olga.get(&format!("{HOME}?dias=%3Cb%3E")).expect(200);
    // A week before its end the offer is named.
    server.clock.advance_s(25 * 86_400);
    let mut olga = reader(server.signed_in("olga@ejemplo.es"));
    let page = olga.get(HOME).expect(200).text;
    assert!(page.contains(&format!("/dashboard/ofertas/{id}#renovar")), "{page}");
    // Others see their own numbers.
    let other = reader(server.organization("otra@ejemplo.es", "Otra")).get(HOME).expect(200).text;
    assert!(!other.contains("Bióloga marina") && other.contains("0 en total"), "{other}");
}

#[test]
fn profile_is_changed_by_owners_and_shown_to_all() {
    let server = server();
    let mut olga = owner(&server);
    let mut rita = reader(server.member(&mut olga, "rita@ejemplo.es", "recruiter"));
    let page = rita.get(PROFILE).expect(200).text;
    assert!(page.contains("Instituto Alborán") && !page.contains("name=\"version\""), "{page}");
    let wrong = [("version", "1"), ("name", "A"), ("website", "nada"), ("size", "muchos")];
    let page = submit(&mut olga, PROFILE, &wrong).expect(400).text;
    assert!(page.contains("id=\"name-wrong\"") && page.contains("id=\"size-wrong\""), "{page}");
    let wrong = [("version", "1"), ("name", "Alborán"), ("website", "nada"), ("country", "XX")];
    let page = submit(&mut olga, PROFILE, &wrong).expect(400).text;
    assert!(page.contains("id=\"website-wrong\"") && page.contains("id=\"country-wrong\""));
    let right = [
        ("version", "1"),
        ("name", "Alborán"),
        ("website", "https://alboran.example"),
        ("description", "Un mar.\r\n\r\nY un instituto."),
        ("size", "11-50"),
        ("country", "ES"),
    ];
    submit(&mut rita, PROFILE, &right).expect(403);
    assert_eq!(led(&mut olga, PROFILE, &right), format!("{PROFILE}?done=saved"));
    let public = reader(server.visitor()).get("/organizaciones/instituto-alboran").expect(200).text;
    assert!(public.contains("<p>Y un instituto.</p>") && public.contains("11-50"), "{public}");
    // Whoever was slower loses nothing and learns what is there.
    let slower = [("version", "1"), ("name", "Alborán del Sur"), ("sector", "Mar")];
    let page = submit(&mut olga, PROFILE, &slower).expect(409).text;
    for said in ["value=\"Alborán del Sur\"", "«Alborán»", "name=\"version\" value=\"2\""] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let again = [("version", "2"), ("name", "Alborán del Sur"), ("sector", "Mar")];
    led(&mut olga, PROFILE, &again);
    assert_eq!(server.text("SELECT name FROM organization"), "Alborán del Sur");
}

#[test]
fn organisation_is_deleted_by_an_owner_who_types_its_name() {
    let server = server();
    let mut olga = owner(&server);
    let mut rita = reader(server.member(&mut olga, "rita@ejemplo.es", "recruiter"));
    let path = "/dashboard/organizacion/eliminar";
    let page = submit(&mut olga, path, &[("name", "Instituto")]).expect(400).text;
    assert!(page.contains("No es el nombre"), "{page}");
    submit(&mut rita, path, &[("name", "Instituto Alborán")]).expect(403);
    assert_eq!(server.count("organization"), 1);
    let gone = led(&mut olga, path, &[("name", "Instituto Alborán")]);
    assert_eq!(gone, format!("{HOME}?done=organization-deleted"));
    assert_eq!(server.count("organization"), 0);
    assert!(rita.get(HOME).expect(200).text.contains("Crear la organización"));
}
