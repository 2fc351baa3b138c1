//! What an organisation writes: its own page, its offers, its invitations.

use super::{CORPUS, assert_harmless};
use crate::pages::{led, reader, submit};
use crate::support::Client;
use crate::support::board::{description, server};

#[test]
fn what_an_organisation_writes_is_text_on_its_own_pages_and_in_its_forms() {
    let server = server();
    for (number, text) in CORPUS.iter().enumerate() {
        let email = format!("lab{number}@ejemplo.es");
        let mut nora = reader(server.unattached(&email));
        let wrong = [("name", *text), ("website", text)];
        assert_harmless(&submit(&mut nora, "/dashboard/organizacion", &wrong).expect(400), "found");
        led(&mut nora, "/dashboard/organizacion", &[("name", text)]);
        employer_forms(&mut nora, text);
        let said = description(&text.replace('"', "'"));
        let title = format!("{number} {text}");
        let mut offer = offer_fields(text);
        offer.extend([("title", title.as_str()), ("description", &said)]);
        let new = "/dashboard/ofertas/nueva";
        assert_harmless(&submit(&mut nora, &format!("{new}/vista"), &offer).expect(200), new);
        let page = led(&mut nora, new, &offer);
        let page = page.split('?').next().unwrap().to_owned();
        let mut behind = offer_fields("otro");
        behind.extend([("title", "Otro título"), ("description", &said), ("version", "0")]);
        assert_harmless(&submit(&mut nora, &page, &behind).expect(409), "behind");
        // A name that nobody could have typed otherwise comes back, too.
        let invite = [("email", email.replace("lab", "eva")), ("role", String::from("viewer"))];
        let invite: Vec<_> = invite.iter().map(|(name, value)| (*name, value.as_str())).collect();
        led(&mut nora, "/dashboard/organizacion/invitar", &invite);
        let mail = server.mail_of("organization-invite", invite[0].1);
        let link = server.path_of(mail["url"].as_str().unwrap()).to_owned();
        for page in [
            "/dashboard/organizacion",
            "/dashboard/organizacion/perfil",
            "/dashboard/organizacion/miembros",
            "/dashboard/ofertas",
            &page,
            &format!("{page}/vista"),
            &link,
        ] {
            assert_harmless(&nora.get(page).expect(200), page);
        }
        let mut vera =
            reader(server.member(&mut nora, &format!("vera{number}@ejemplo.es"), "viewer"));
        for page in ["/dashboard/organizacion/perfil", "/dashboard/organizacion/miembros", &page] {
            assert_harmless(&vera.get(page).expect(200), page);
        }
    }
}

/// Sends the forms of an organisation's own page and of an invitation, filled with a text.
fn employer_forms(owner: &mut Client, text: &str) {
    let fields = ["name", "website", "description", "sector", "size", "logoUrl", "city", "country"];
    let fields: Vec<_> = fields.iter().map(|name| (*name, text)).collect();
    let profile = "/dashboard/organizacion/perfil";
    assert_harmless(&submit(owner, profile, &fields).expect(400), profile);
    let right = [("version", "1"), ("name", text), ("description", text), ("sector", text)];
    led(owner, profile, &right);
    let invite = [("email", text), ("role", text)];
    let path = "/dashboard/organizacion/invitar";
    assert_harmless(&submit(owner, path, &invite).expect(400), path);
    let gone = "/dashboard/organizacion/eliminar";
    assert_harmless(&submit(owner, gone, &[("name", "no")]).expect(400), gone);
    let all = ["title", "description", "category", "currency", "period", "applyUrl", "expiresAt"];
    let all: Vec<_> = all.iter().map(|name| (*name, text)).chain(offer_fields(text)).collect();
    for path in ["/dashboard/ofertas/nueva", "/dashboard/ofertas/nueva/vista"] {
        assert_harmless(&submit(owner, path, &all).expect(400), path);
    }
}

/// The fields of an offer that take any text.
fn offer_fields(text: &str) -> Vec<(&'static str, &str)> {
    let filled = [
        "reference",
        "city",
        "state",
        "requiredSkills",
        "benefit0Title",
        "benefit0Description",
        "question0Text",
        "question0Id",
    ];
    let filled = filled.into_iter().map(|name| (name, text.get(..40).unwrap_or(text)));
    let chosen = [("category", "biology"), ("employmentType", "full_time"), ("mode", "remote")];
    chosen.into_iter().chain(filled).collect()
}
