//! The page of a profile: its form, its lists, and whose they are.

use serde_json::json;

use super::{browser, led, reader, submit};
use crate::support::board::{server, text};

const PAGE: &str = "/dashboard/perfil";

#[test]
fn form_writes_what_the_api_reads_and_shows_it_again() {
    let server = server();
    let mut ana = reader(server.professional("ana@ejemplo.es"));
    let page = ana.get(PAGE).expect(200).text;
    assert!(page.contains("0 %") && page.contains("value=\"Bióloga\""), "{page}");
    let fields = [
        ("headline", " Bióloga marina "),
        ("bio", "Una\r\n\r\ndos"),
        ("profession", "Bióloga"),
        ("orcid", "https://orcid.org/0000-0002-1825-0097"),
        ("phone", "+34 600 123 456"),
        ("skills", "Buceo, R; buceo\r\nPython\r\n\r\n"),
        ("language0", "es"),
        ("level0", "native"),
        ("language1", ""),
        ("level1", "A1"),
        ("language2", "en"),
        ("level2", "C1"),
        ("link3", "https://ejemplo.es/ana"),
        ("visibility", "organizations"),
        ("version", "0"),
        ("role", "admin"),
    ];
    assert_eq!(led(&mut ana, PAGE, &fields), format!("{PAGE}?done=profile-saved"));
    let told = ana.get("/api/profile").expect(200).json();
    assert_eq!(told["headline"], "Bióloga marina");
    assert_eq!(told["bio"], "Una\n\ndos");
    assert_eq!(told["orcid"], "0000-0002-1825-0097");
    assert_eq!(told["skills"], json!(["Buceo", "R", "Python"]));
    let languages = json!([{"code": "es", "level": "native"}, {"code": "en", "level": "C1"}]);
    assert_eq!(told["languages"], languages);
    assert_eq!(told["links"], json!(["https://ejemplo.es/ana"]));
    assert_eq!(told["visibility"], "organizations");
    let page = ana.get(PAGE).expect(200).text;
    for said in ["Bióloga marina", "40 %", "value=\"organizations\" checked", "Buceo\nR\nPython"] {
        assert!(page.contains(said), "{said}: {page}");
    }
}

#[test]
fn what_is_wrong_stands_beside_its_field_and_nothing_typed_is_lost() {
    let server = server();
    let mut ana = reader(server.professional("ana@ejemplo.es"));
    let (long, many) = ("ñ".repeat(121), "x\n".repeat(10) + &numbered(31));
    let fields = [
        ("headline", long.as_str()),
        ("orcid", "0000-0000-0000-0000"),
        ("phone", "llámame"),
        ("skills", &many),
        ("language0", "es"),
        ("language1", "es"),
        ("link0", "http://ejemplo.es"),
        ("location", "Málaga"),
    ];
    let page = submit(&mut ana, PAGE, &fields).expect(400).text;
    for field in ["headline", "orcid", "phone", "skills", "language1", "link0"] {
        assert!(page.contains(&format!("id=\"{field}-wrong\"")), "{field}: {page}");
    }
    assert!(!page.contains("id=\"language0-wrong\""), "the first is right");
    for typed in [long.as_str(), "llámame", "http://ejemplo.es", "value=\"Málaga\""] {
        assert!(page.contains(typed), "{typed}: {page}");
    }
    assert_eq!(server.count("profile"), 0);
}

fn numbered(count: usize) -> String {
    let skills: Vec<_> = (0..count).map(|number| format!("técnica {number}")).collect();
    skills.join("\n")
}

#[test]
fn another_row_is_shown_without_scripts_and_nothing_is_written() {
    let server = server();
    let mut ana = reader(server.professional("ana@ejemplo.es"));
    assert!(!ana.get(PAGE).expect(200).text.contains("id=\"language1\""));
    let fields = [("headline", "a medias"), ("language0", "es"), ("act", "languages")];
    let page = submit(&mut ana, PAGE, &fields).expect(200).text;
    assert!(page.contains("id=\"language1\" name=\"language1\" autofocus"), "{page}");
    assert!(page.contains("value=\"a medias\"") && page.contains("value=\"es\" selected"));
    assert_eq!(server.count("profile"), 0);
    // Where there is no room for another, there is no empty row.
    let names: Vec<_> = (0..10).map(|place| format!("link{place}")).collect();
    let links = names.iter().map(|name| (name.as_str(), "https://ejemplo.es"));
    let full: Vec<_> = links.chain([("act", "links")]).collect();
    let page = submit(&mut ana, PAGE, &full).expect(200).text;
    assert!(page.contains("id=\"link9\"") && !page.contains("id=\"link10\""));
}

#[test]
fn whoever_was_slower_is_told_and_decides() {
    let server = server();
    let mut ana = reader(server.professional("ana@ejemplo.es"));
    led(&mut ana, PAGE, &[("headline", "primera"), ("version", "0")]);
    let slow = [("headline", "segunda"), ("version", "0")];
    let page = submit(&mut ana, PAGE, &slow).expect(412).text;
    assert!(page.contains("en otra pestaña") && page.contains("value=\"segunda\""), "{page}");
    assert!(page.contains("name=\"version\" value=\"1\""), "{page}");
    assert_eq!(server.text("SELECT headline FROM profile"), "primera");
    led(&mut ana, PAGE, &[("headline", "segunda"), ("version", "1")]);
    assert_eq!(server.text("SELECT headline FROM profile"), "segunda");
}

#[test]
fn entries_are_added_changed_and_removed_by_their_owner_alone() {
    let server = server();
    let mut ana = reader(server.professional("ana@ejemplo.es"));
    let mut eva = reader(server.professional("eva@ejemplo.es"));
    let station = [("title", "Técnica"), ("institution", "CSIC"), ("startDate", "2020-09")];
    let published = [("title", "Plancton"), ("year", "2024"), ("doi", "10.1000/182")];
    for (list, api, right, wrong) in [
        ("experiencia", "experience", &station, ("endDate", "2019-01")),
        ("formacion", "education", &station, ("startDate", "ayer")),
        ("publicaciones", "publications", &published, ("doi", "once")),
    ] {
        let root = format!("{PAGE}/{list}");
        let bad: Vec<_> = right.iter().copied().chain([wrong]).collect();
        let page = submit(&mut ana, &root, &bad).expect(400).text;
        assert!(page.contains(&format!("id=\"{api}-{}-wrong\"", wrong.0)), "{page}");
        assert!(page.contains(right[0].1), "what was typed stays");
        submit(&mut ana, &root, &[]).expect(400);
        let led_to = led(&mut ana, &root, right);
        assert_eq!(led_to, format!("{PAGE}?done=entry-added#{api}"));
        let items = ana.get(&format!("/api/profile/{api}")).json()["items"].clone();
        assert_eq!(items.as_array().unwrap().len(), 1);
        let own = format!("{root}/{}", text(&items[0]["id"]));
        assert!(ana.get(&own).expect(200).text.contains(right[0].1));
        let renamed: Vec<_> =
            right.iter().copied().chain([("title", "Otra"), ("version", "1")]).collect();
        for refused in [eva.get(&own), submit(&mut eva, &own, &renamed)] {
            refused.expect(404);
        }
        submit(&mut eva, &own, &[("act", "remove")]).expect(404);
        led(&mut ana, &own, &renamed);
        let again = submit(&mut ana, &own, &renamed).expect(412).text;
        assert!(again.contains("en otra pestaña"), "{again}");
        led(&mut ana, &own, &[("act", "remove")]);
        ana.get(&own).expect(404);
    }
    assert_eq!(server.count("profile_station") + server.count("publication"), 0);
}

#[test]
fn fuller_profile_asks_for_less_and_offers_show_who_applies() {
    let server = server();
    let mut owner = server.organization("lab@ejemplo.es", "Laboratorio");
    let job = server.published(&mut owner, json!({}));
    let mut ana = reader(server.professional("ana@ejemplo.es"));
    assert!(ana.get(PAGE).expect(200).text.contains("href=\"#headline\""));
    led(&mut ana, PAGE, &[("headline", "Bióloga marina"), ("field", "Plancton")]);
    let page = ana.get(PAGE).expect(200).text;
    assert!(page.contains("20 %") && !page.contains("href=\"#headline\""), "{page}");
    let form = ana.get(&format!("/dashboard/solicitar/{}", text(&job["slug"]))).expect(200).text;
    assert!(form.contains("Bióloga marina") && form.contains("Repasar mi perfil"), "{form}");
}

#[test]
fn strangers_are_led_to_the_sign_in_and_the_other_side_has_its_own_places() {
    let server = server();
    for path in ["", "/experiencia/x", "/formacion/x", "/publicaciones/x"] {
        let told = browser(&server).get(&format!("{PAGE}{path}")).expect(303);
        assert!(told.header("location").unwrap().starts_with("/login?next=%2Fdashboard"));
    }
    for path in ["", "/experiencia", "/cv/quitar", "/foto/quitar"] {
        let told = submit(&mut browser(&server), &format!("{PAGE}{path}"), &[]).expect(303);
        assert!(told.header("location").unwrap().starts_with("/login"), "{path}");
    }
    let mut owner = reader(server.organization("lab@ejemplo.es", "Laboratorio"));
    let home = owner.get("/dashboard/organizacion").expect(200).text;
    assert!(!home.contains("href=\"/dashboard/perfil\""), "no place of theirs");
    assert!(home.contains("href=\"/dashboard/avisos\""), "{home}");
}
