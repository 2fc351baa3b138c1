//! The table of offers, the editor, the preview and the steps, by role.

use serde_json::json;

use super::{browser, led, reader, submit};
use crate::support::board::{description, draft, server, text};
use crate::support::{Client, Server};

const LIST: &str = "/dashboard/ofertas";
const NEW: &str = "/dashboard/ofertas/nueva";

fn owner(server: &Server) -> Client {
    reader(server.organization("olga@ejemplo.es", "Instituto Alborán"))
}

/// What the form sends of an offer.
fn fields<'a>(title: &'a str, description: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("title", title),
        ("description", description),
        ("category", "biology"),
        ("employmentType", "full_time"),
        ("mode", "hybrid"),
        ("currency", "EUR"),
        ("period", "year"),
    ]
}

/// The same with more.
fn with<'a>(fields: &[(&'a str, &'a str)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [fields, more].concat()
}

#[test]
fn offer_is_written_with_every_field_and_published() {
    let server = server();
    let mut olga = owner(&server);
    let said = description("## Qué harás\r\n\r\nMuestreos.");
    let day = &server.in_days(20)[..10];
    let form = with(
        &fields("Bióloga marina", &said),
        &[
            ("act", "publish"),
            ("experienceLevel", "R2"),
            ("minExperience", "3"),
            ("reference", "BM-1"),
            ("city", " Málaga "),
            ("state", "Andalucía"),
            ("country", "ES"),
            ("salaryMin", "30.000"),
            ("salaryMax", "38000"),
            ("isNegotiable", "true"),
            ("requiredSkills", "Buceo\r\n\r\nInglés C1"),
            ("benefit0Title", "Barco"),
            ("benefit0Description", "Propio."),
            ("benefit3Title", "Guardería"),
            ("question0Text", "¿Turno?"),
            ("question0Kind", "choice"),
            ("question0Options", "Día\r\nNoche"),
            ("question0IsRequired", "true"),
            ("question2Text", "¿Carné?"),
            ("question2Kind", "yes_no"),
            ("expiresAt", day),
        ],
    );
    let page = led(&mut olga, NEW, &form);
    assert!(page.ends_with("?done=offer-published"), "{page}");
    let id = page.split(['/', '?']).nth(3).unwrap();
    let job = olga.get(&format!("/api/jobs/{id}")).expect(200).json();
    assert_eq!(job["status"], "publicada");
    assert_eq!(job["salary"]["min"], 30_000);
    assert_eq!(job["salary"]["isNegotiable"], true);
    assert_eq!(job["location"]["city"], "Málaga");
    assert_eq!(job["location"]["isHybrid"], true);
    assert_eq!(job["requiredSkills"], json!(["Buceo", "Inglés C1"]));
    assert_eq!(job["benefits"][1]["title"], "Guardería");
    assert_eq!(job["questions"][0]["options"], json!(["Día", "Noche"]));
    assert_eq!(job["questions"][1]["kind"], "yes_no");
    assert_eq!((&job["experienceLevel"], &job["minExperience"]), (&json!("R2"), &json!(3)));
    assert!(text(&job["expiresAt"]).starts_with(day), "to the end of the day");
    assert!(!text(&job["description"]).contains('\r'));
    // What is saved stands in the form, and saving it again changes nothing of it.
    let page = olga.get(&format!("{LIST}/{id}")).expect(200).text;
    for said in ["value=\"30000\"", "Buceo\nInglés C1", "value=\"Guardería\"", "Día\nNoche"] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let question = text(&job["questions"][0]["id"]);
    assert!(page.contains(&format!("name=\"question0Id\" value=\"{question}\"")), "{page}");
}

#[test]
fn what_is_wrong_stands_beside_its_field_and_what_was_typed_stays() {
    let server = server();
    let mut olga = owner(&server);
    let form = with(
        &fields("Ay", "corta"),
        &[
            ("category", "alquimia"),
            ("minExperience", "muchos"),
            ("salaryMin", "30k"),
            ("benefit0Description", "sin título"),
        ],
    );
    let page = submit(&mut olga, NEW, &form).expect(400).text;
    let wrong = ["title", "description", "category", "minExperience", "salaryMin", "benefit0Title"];
    for field in wrong {
        assert!(page.contains(&format!("id=\"{field}-wrong\"")), "{field}: {page}");
    }
    for said in ["value=\"Ay\"", ">corta</textarea>", "value=\"30k\"", "value=\"sin título\""] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let said = description("Bien.");
    let form = with(
        &fields("Bióloga marina", &said),
        &[
            ("salaryMin", "9"),
            ("salaryMax", "8"),
            ("country", "XX"),
            ("currency", "ABC"),
            ("applyUrl", "javascript:alert(1)"),
            ("expiresAt", "2027-02-30"),
            ("question0Text", "¿Turno?"),
            ("question0Kind", "choice"),
            ("question0Options", "Día"),
        ],
    );
    let page = submit(&mut olga, NEW, &form).expect(400).text;
    for field in ["salaryMax", "country", "currency", "applyUrl", "expiresAt", "question0Options"] {
        assert!(page.contains(&format!("id=\"{field}-wrong\"")), "{field}: {page}");
    }
    assert_eq!(server.count("job"), 0);
    // Another row is no saving.
    let page = submit(&mut olga, NEW, &with(&form, &[("act", "question")])).expect(200).text;
    assert!(page.contains("name=\"question1Text\"") && page.contains("value=\"¿Turno?\""));
    let page = submit(&mut olga, NEW, &with(&form, &[("act", "benefit")])).expect(200).text;
    assert!(page.contains("name=\"benefit0Title\"") && !page.contains("-wrong\""), "{page}");
    // Without a last day it is written, and says why it is not shown.
    let form = with(&fields("Bióloga marina", &said), &[("act", "publish")]);
    let page = led(&mut olga, NEW, &form);
    assert!(page.ends_with("?problem=EXPIRES_AT_INVALID"), "{page}");
    assert_eq!(server.text("SELECT status FROM job"), "borrador");
}

#[test]
fn slower_writer_is_told_and_loses_nothing() {
    let server = server();
    let mut olga = owner(&server);
    let mut rita = reader(server.member(&mut olga, "rita@ejemplo.es", "recruiter"));
    let job = draft(&mut olga, json!({"title": "Bióloga marina", "location": {"city": "Málaga"}}));
    let page = format!("{LIST}/{}", text(&job["id"]));
    let said = description("Cambiada por Rita.");
    let hers = with(&fields("Bióloga de cetáceos", &said), &[("version", "1"), ("city", "Cádiz")]);
    assert_eq!(led(&mut rita, &page, &hers), format!("{page}?done=offer-saved"));
    let mine = description("Escrita por Olga.");
    let late =
        with(&fields("Bióloga marina sénior", &mine), &[("version", "1"), ("city", "Cádiz")]);
    let back = submit(&mut olga, &page, &late).expect(409).text;
    for said in [
        "value=\"Bióloga marina sénior\"",
        "Escrita por Olga.",
        "«Bióloga de cetáceos»",
        "Cambiada por Rita.",
        "name=\"version\" value=\"2\"",
    ] {
        assert!(back.contains(said), "{said}: {back}");
    }
    assert!(!back.contains("«Cádiz»"), "what is the same is not told");
    assert_eq!(server.text("SELECT title FROM job"), "Bióloga de cetáceos");
    // Without a version nothing is written over.
    submit(&mut olga, &page, &fields("Otra plaza", &mine)).expect(409);
    // What is wrong does not make an old version a new one.
    let wrong = with(&fields("Ay", &mine), &[("version", "1")]);
    let back = submit(&mut olga, &page, &wrong).expect(400).text;
    assert!(back.contains("name=\"version\" value=\"1\""), "{back}");
    let knowing = with(&fields("Bióloga marina sénior", &mine), &[("version", "2")]);
    led(&mut olga, &page, &knowing);
    assert_eq!(server.text("SELECT title FROM job"), "Bióloga marina sénior");
    // Saved and not published is saved.
    let early = with(&fields("Bióloga", &mine), &[("version", "3"), ("act", "publish")]);
    let back = submit(&mut olga, &page, &early).expect(400).text;
    assert!(
        back.contains("id=\"expiresAt-wrong\"") && back.contains("name=\"version\" value=\"4\"")
    );
}

#[test]
fn refusal_makes_no_old_version_a_new_one() {
    let server = server();
    let mut olga = owner(&server);
    let job = server.published(&mut olga, json!({"title": "Bióloga marina"}));
    let page = format!("{LIST}/{}", text(&job["id"]));
    let version = job["version"].to_string();
    let (said, end) = (description("Bien."), server.in_days(20));
    let form =
        |title| with(&fields(title, &said), &[("version", &version), ("expiresAt", &end[..10])]);
    let (first, late) = (form("Bióloga de cetáceos"), form("Bióloga sénior"));
    led(&mut olga, &page, &first);
    let mut early = late.clone();
    early.retain(|(name, _value)| *name != "expiresAt");
    let back = submit(&mut olga, &page, &early).expect(400).text;
    assert!(back.contains(&format!("name=\"version\" value=\"{version}\"")), "{back}");
    submit(&mut olga, &page, &late).expect(409);
    assert_eq!(server.text("SELECT title FROM job"), "Bióloga de cetáceos");
}

#[test]
fn preview_is_what_visitors_see_and_counts_nothing() {
    let server = server();
    let mut olga = owner(&server);
    let said = description("## Qué harás\n\nMuestreos.");
    let form = fields("Bióloga marina", &said);
    let page = submit(&mut olga, &format!("{NEW}/vista"), &form).expect(200).text;
    for said in ["Vista previa", "<h1>Bióloga marina</h1>", "<h4>Qué harás</h4>", "template=job"]
    {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(
        page.contains("Solicitar el puesto") && !page.contains("application/ld+json"),
        "{page}"
    );
    assert_eq!(server.count("job"), 0);
    let wrong =
        submit(&mut olga, &format!("{NEW}/vista"), &[("title", "Bióloga")]).expect(400).text;
    assert!(wrong.contains("Todavía falta algo") && wrong.contains("Descripción"), "{wrong}");
    let job = server.published(&mut olga, json!({"title": "Bióloga marina"}));
    let view = format!("{LIST}/{}/vista", text(&job["id"]));
    let page = olga.get(&view).expect(200).text;
    assert!(page.contains("noindex") && !page.contains("Es una oferta de tu"), "{page}");
    let typed = submit(&mut olga, &view, &fields("Otro título", &said)).expect(200).text;
    assert!(typed.contains("<h1>Otro título</h1>"), "{typed}");
    assert_eq!(server.text("SELECT title FROM job"), "Bióloga marina");
    assert_eq!(server.number("SELECT views FROM job"), 0);
    let mut other = reader(server.organization("otra@ejemplo.es", "Otra"));
    other.get(&view).expect(404);
    submit(&mut other, &view, &form).expect(404);
}

#[test]
fn steps_are_those_that_lead_somewhere_for_whoever_may() {
    let server = server();
    let mut olga = owner(&server);
    let mut vera = reader(server.member(&mut olga, "vera@ejemplo.es", "viewer"));
    let place = json!({"country": "ES", "isRemote": true});
    let job = draft(&mut olga, json!({"expiresAt": server.in_days(10), "location": place}));
    let id = text(&job["id"]);
    let (page, step) = (format!("{LIST}/{id}"), format!("{LIST}/{id}/paso"));
    let offered = |client: &mut Client| -> Vec<String> {
        let page = client.get(&page).expect(200).text;
        let steps = page.split("name=\"step\" value=\"").skip(1);
        steps.map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
    };
    assert_eq!(offered(&mut olga), ["delete", "duplicate"]);
    assert!(offered(&mut vera).is_empty());
    submit(&mut vera, &step, &[("step", "publish")]).expect(403);
    assert_eq!(
        led(&mut olga, &step, &[("step", "publish")]),
        format!("{page}?done=offer-published")
    );
    assert_eq!(offered(&mut olga), ["renew", "pause", "close", "duplicate"]);
    let back = led(&mut olga, &step, &[("step", "pause"), ("back", "list")]);
    assert_eq!(back, format!("{LIST}?done=offer-paused"));
    assert_eq!(offered(&mut olga), ["resume", "renew", "close", "duplicate"]);
    // A step that somebody has taken already leads nowhere, and is told.
    assert!(led(&mut olga, &step, &[("step", "pause")]).contains("?problem=PRECONDITION_FAILED"));
    led(&mut olga, &step, &[("step", "resume")]);
    for until in ["", "mañana", "2020-01-01", "2099-01-01"] {
        let onward = led(&mut olga, &step, &[("step", "renew"), ("until", until)]);
        assert!(onward.ends_with("?problem=EXPIRES_AT_INVALID"), "{until}: {onward}");
    }
    let until = &server.in_days(60)[..10];
    led(&mut olga, &step, &[("step", "renew"), ("until", until)]);
    assert!(text(&olga.get(&format!("/api/jobs/{id}")).json()["expiresAt"]).starts_with(until));
    led(&mut olga, &step, &[("step", "close"), ("reason", "filled")]);
    assert_eq!(server.text("SELECT close_reason FROM job"), "filled");
    assert_eq!(offered(&mut olga), ["duplicate"]);
    let closed = olga.get(&page).expect(200).text;
    assert!(closed.contains("ha terminado") && !closed.contains("name=\"version\""), "{closed}");
    submit(&mut olga, &page, &fields("Otra plaza", &description("x"))).expect(409);
    let copy = led(&mut olga, &step, &[("step", "duplicate")]);
    assert!(copy.ends_with("?done=offer-duplicated") && !copy.contains(&id), "{copy}");
    let copy = copy.split('?').next().unwrap().to_owned();
    let gone = led(&mut olga, &format!("{copy}/paso"), &[("step", "delete")]);
    assert_eq!(gone, format!("{LIST}?done=offer-deleted"));
    olga.get(&copy).expect(404);
}

#[test]
fn offers_are_nobody_elses_whether_they_see_them_or_not() {
    let server = server();
    let mut olga = owner(&server);
    let mut vera = reader(server.member(&mut olga, "vera@ejemplo.es", "viewer"));
    let jobs = [draft(&mut olga, json!({})), server.published(&mut olga, json!({}))];
    let mut admin = reader(server.admin());
    let mut other = reader(server.organization("otra@ejemplo.es", "Otra"));
    let mut ana = reader(server.professional("ana@ejemplo.es"));
    for job in &jobs {
        let page = format!("{LIST}/{}", text(&job["id"]));
        let said = description("x");
        let form = with(&fields("Robada", &said), &[("version", "1")]);
        for client in [&mut other, &mut ana, &mut admin] {
            client.get(&page).expect(404);
            submit(client, &page, &form).expect(404);
            submit(client, &format!("{page}/paso"), &[("step", "duplicate")]).expect(404);
        }
        let read = vera.get(&page).expect(200).text;
        assert!(read.contains("Con tu papel puedes leer") && !read.contains("<textarea"), "{read}");
        submit(&mut vera, &page, &form).expect(403);
        let stranger = browser(&server).get(&page).expect(303);
        assert!(stranger.header("location").unwrap().starts_with("/login?next="));
    }
    assert_eq!(server.number("SELECT count(*) FROM job WHERE title = 'Robada'"), 0);
    assert_eq!(server.count("job"), 2);
    submit(&mut vera, NEW, &fields("Otra plaza", &description("x"))).expect(403);
    submit(&mut ana, NEW, &fields("Otra plaza", &description("x"))).expect(403);
}

#[test]
fn table_is_filtered_sorted_and_paged() {
    let server = server();
    let mut olga = owner(&server);
    assert!(olga.get(LIST).expect(200).text.contains("Todavía no hay ofertas"));
    for number in 0..27 {
        let title = format!("Plaza {:02}", (number * 7) % 27);
        draft(&mut olga, json!({"title": title, "reference": format!("R-{number}")}));
        server.clock.advance_s(1);
    }
    server.published(&mut olga, json!({"title": "Aaa publicada"}));
    let titles = |page: &str| -> Vec<String> {
        let cells = page.split("<a class=\"main\" href=\"/dashboard/ofertas/job_").skip(1);
        cells.map(|rest| rest.split(['>', '<']).nth(1).unwrap().to_owned()).collect()
    };
    let first = olga.get(LIST).expect(200).text;
    assert_eq!(titles(&first).len(), 25);
    assert_eq!(titles(&first)[0], "Aaa publicada", "the newest first");
    assert!(first.contains("1–25 de 28") && first.contains("rel=\"next\""), "{first}");
    let second = olga.get(&format!("{LIST}?pagina=2")).expect(200).text;
    assert_eq!(titles(&second).len(), 3);
    let sorted = titles(&olga.get(&format!("{LIST}?estado=borrador&orden=titulo")).text);
    assert_eq!(sorted[..3], ["Plaza 00", "Plaza 01", "Plaza 02"]);
    let sorted = titles(&olga.get(&format!("{LIST}?orden=-titulo")).text);
    assert_eq!(sorted[0], "Plaza 26");
    assert_eq!(titles(&olga.get(&format!("{LIST}?orden=cierre")).text)[0], "Aaa publicada");
    let published = olga.get(&format!("{LIST}?estado=publicada")).expect(200).text;
    assert_eq!(titles(&published), ["Aaa publicada"]);
    assert!(published.contains("value=\"pause\"") && !published.contains("value=\"delete\""));
    for hostile in ["?orden=%22%3E", "?estado=%3Cb%3E", "?pagina=-1", "?pagina=99999999999"] {
        olga.get(&format!("{LIST}{hostile}")).expect(200);
    }
    let mut vera = reader(server.member(&mut olga, "vera@ejemplo.es", "viewer"));
    let read = vera.get(LIST).expect(200).text;
    assert!(!read.contains("/paso\"") && !read.contains("/nueva\""), "{read}");
}

#[test]
fn mail_of_an_offer_that_ends_leads_to_its_page() {
    let server = server();
    let mut olga = owner(&server);
    let job = server.published(&mut olga, json!({}));
    server.clock.advance_s(28 * 86_400);
    server.machine().post("/api/cron", json!({"task": "expire_jobs"})).expect(200);
    let mail = server.mail_of("offer-expiring", "olga@ejemplo.es");
    let path = server.path_of(&text(&mail["url"])).to_owned();
    assert_eq!(path, format!("{LIST}/{}", text(&job["id"])));
    let page = reader(server.signed_in("olga@ejemplo.es")).get(&path).expect(200).text;
    assert!(page.contains("id=\"renovar\"") && page.contains("name=\"until\""), "{page}");
}
