//! What an organisation sees of the people who apply to it, and what it does about them.

use serde_json::{Value, json};

use super::{led, reader, submit};
use crate::support::board::{server, text};
use crate::support::multipart::{bring, pdf};
use crate::support::{Client, Server};

/// An organisation with an offer that asks something.
pub struct House {
    pub server: Server,
    /// The organisation's owner, reading pages.
    pub owner: Client,
    /// The offer's id.
    pub job: String,
}

impl House {
    pub fn new() -> Self {
        let server = server();
        let mut owner = server.organization("lab@ejemplo.es", "Laboratorio Alborán");
        let questions = json!([
            {"id": "years", "text": "¿Cuántos años llevas en esto?", "kind": "number"},
            {"id": "boat", "text": "¿Te mareas?", "kind": "yes_no"},
        ]);
        let more = json!({"title": "Bióloga marina", "questions": questions});
        let job = text(&server.published(&mut owner, more)["id"]);
        Self { server, owner: reader(owner), job }
    }

    /// Somebody applies; returns them, reading pages, and their application.
    pub fn applicant(&self, email: &str, body: Value) -> (Client, String) {
        let mut client = self.server.professional(email);
        let made = client.post(&format!("/api/jobs/{}/applications", self.job), body).expect(201);
        (reader(client), text(&made.json()["id"]))
    }

    /// Invites a member; returns them, reading pages.
    pub fn member(&mut self, email: &str, role: &str) -> Client {
        reader(self.server.member(&mut self.owner, email, role))
    }

    pub fn board(&self) -> String {
        format!("/dashboard/ofertas/{}/candidaturas", self.job)
    }

    pub fn status(&self, id: &str) -> String {
        self.server.text(&format!("SELECT status FROM application WHERE id = '{id}'"))
    }
}

fn received(id: &str) -> String {
    format!("/dashboard/recibidas/{id}")
}

/// The part of a page from one mark to the next.
#[track_caller]
fn part<'a>(page: &'a str, from: &str, to: &str) -> &'a str {
    let rest = page.split(from).nth(1).unwrap_or_else(|| panic!("no {from} in {page}"));
    rest.split(to).next().unwrap()
}

#[test]
fn board_has_a_column_a_state_and_moves_by_buttons() {
    let mut house = House::new();
    let empty = house.owner.get(&house.board()).expect(200).text;
    assert!(empty.contains("Aún no ha llegado ninguna"), "{empty}");
    let (_ana, ana) = house.applicant("ana@ejemplo.es", json!({}));
    house.server.clock.advance_s(60);
    let (_bea, bea) = house.applicant("bea@ejemplo.es", json!({}));
    let page = house.owner.get(&house.board()).expect(200).text;
    let pending = part(&page, "data-status=\"pendiente\"", "</section>");
    assert!(pending.contains("<span class=\"number\">2</span>"), "{pending}");
    assert!(pending.find(&bea) < pending.find(&ana), "the newest first: {pending}");
    assert!(pending.contains("Sin leer") && pending.contains("Hacer una oferta"), "{pending}");
    assert!(page.contains("Publicada") && page.contains("2 candidaturas"), "{page}");
    let board = house.board();
    let step = [("status", "entrevista"), ("next", board.as_str())];
    let onward = led(&mut house.owner, &format!("{}/estado", received(&ana)), &step);
    assert_eq!(onward, format!("{board}?done=moved"));
    let page = house.owner.get(&onward).expect(200).text;
    assert!(page.contains("Paso guardado"), "{page}");
    assert!(part(&page, "data-status=\"entrevista\"", "</section>").contains(&ana), "{page}");
    assert!(!part(&page, "data-status=\"pendiente\"", "</section>").contains(&ana), "{page}");
    // A board that is older than the application: said, and nothing is written.
    let onward = led(&mut house.owner, &format!("{}/estado", received(&ana)), &step);
    assert_eq!(onward, format!("{board}?problem=ILLEGAL_TRANSITION"));
    assert!(house.owner.get(&onward).expect(200).text.contains("no permite este paso"));
    // Nobody is sent elsewhere.
    let away = [("status", "rechazado"), ("next", "https://evil.example")];
    let onward = led(&mut house.owner, &format!("{}/estado", received(&bea)), &away);
    assert_eq!(onward, format!("{}?done=moved", received(&bea)));
    let page = house.owner.get(&board).expect(200).text;
    assert!(!part(&page, "id=\"lanes\"", "class=\"row ended\"").contains(&bea), "{page}");
    assert!(page.contains("Descartadas <span class=\"number\">1</span>"), "{page}");
}

#[test]
fn list_filters_sorts_counts_and_goes_on() {
    let mut house = House::new();
    let mut ids = Vec::new();
    for number in 0..3 {
        house.server.clock.advance_s(60);
        ids.push(house.applicant(&format!("ana{number}@ejemplo.es"), json!({})).1);
    }
    led(&mut house.owner, &format!("{}/estado", received(&ids[0])), &[("status", "rechazado")]);
    let list = format!("{}?vista=lista", house.board());
    let shown = |page: &str| -> Vec<usize> {
        let rows = page.split("class=\"title\" href=\"/dashboard/recibidas/").skip(1);
        let id = |row: &str| row.split('"').next().unwrap().to_owned();
        rows.map(|row| ids.iter().position(|each| *each == id(row)).unwrap()).collect()
    };
    let mut see = |query: &str| house.owner.get(&format!("{list}{query}")).expect(200).text;
    let all = see("");
    assert_eq!(shown(&all), [2, 1, 0]);
    assert!(all.contains("aria-sort=\"descending\""), "{all}");
    for (label, count) in [("Todas", 3), ("Pendientes", 2), ("Descartadas", 1), ("Retiradas", 0)] {
        let counted = format!("{label} <span class=\"number\">{count}</span>");
        assert!(all.contains(&counted), "{counted}: {all}");
    }
    assert_eq!(shown(&see("&orden=antiguas")), [0, 1, 2]);
    assert_eq!(shown(&see("&estado=pendiente")), [2, 1]);
    assert_eq!(shown(&see("&estado=rechazado")), [0]);
    assert_eq!(shown(&see("&estado=nada&orden=nada")), [2, 1, 0]);
    assert!(see("&estado=retirado").contains("Aquí no hay ninguna"));
    assert_eq!(shown(&see("&estado=archivadas")), [0; 0]);
    for (query, order) in [("", [2, 1, 0]), ("&orden=antiguas", [0, 1, 2])] {
        let (mut path, mut found) = (format!("{list}{query}&limit=1"), Vec::new());
        for _page in 0..3 {
            let page = house.owner.get(&path).expect(200).text;
            found.extend(shown(&page));
            let next = page.split("rel=\"next\" href=\"").nth(1);
            let Some(next) = next else { break };
            path = format!("{}&limit=1", next.split('"').next().unwrap().replace("&#38;", "&"));
        }
        assert_eq!(found, order, "{query}");
    }
    house.owner.get(&format!("{list}&cursor=x")).expect(400);
    house.server.execute("UPDATE application SET archived_at = 1 WHERE status = 'rechazado'");
    let page = house.owner.get(&list).expect(200).text;
    assert_eq!(shown(&page), [2, 1]);
    assert!(page.contains("Archivadas <span class=\"number\">1</span>"), "{page}");
    assert_eq!(shown(&house.owner.get(&format!("{list}&estado=archivadas")).text), [0]);
}

#[test]
fn one_application_is_told_whole_and_its_first_look_is_noted() {
    let mut house = House::new();
    let mut ana = house.server.professional("ana@ejemplo.es");
    let told = json!({"headline": "Diez años bajo el agua", "phone": "+34 600 000 000",
        "skills": ["Buceo científico"], "languages": [{"code": "es", "level": "native"}],
        "links": ["https://ana.example/"], "field": "biology"});
    ana.send("PUT", "/api/profile", Some(("application/json", told.to_string().as_bytes())))
        .expect(200);
    let post = json!({"title": "Jefa de campaña", "institution": "Instituto X",
        "startDate": "2020-01"});
    ana.post("/api/profile/experience", post).expect(201);
    bring(&mut ana, "/api/profile/cv", "Currículo.pdf", &pdf(2_000)).expect(201);
    let body = json!({"coverLetter": "Primera.\n\nSegunda.", "salaryMin": 32_000,
        "salaryCurrency": "EUR", "answers": [{"questionId": "years", "value": 7},
        {"questionId": "boat", "value": false}]});
    let made = ana.post(&format!("/api/jobs/{}/applications", house.job), body).expect(201);
    let id = text(&made.json()["id"]);
    house.owner.send("HEAD", &received(&id), None).expect(200);
    let unseen = "SELECT count(*) FROM application WHERE viewed_at IS NULL";
    assert_eq!(house.server.number(unseen), 1, "a HEAD is no look");
    let page = house.owner.get(&received(&id)).expect(200).text;
    assert_eq!(house.server.number(unseen), 0);
    for said in [
        "<p>Primera.</p><p>Segunda.</p>",
        "Salario que pide, desde</dt><dd>32.000 EUR",
        "¿Cuántos años llevas en esto?</dt><dd>7",
        "¿Te mareas?</dt><dd>No",
        "Diez años bajo el agua",
        "Buceo científico",
        "Biología",
        "es (materno)",
        "+34 600 000 000",
        "href=\"https://ana.example/\" rel=\"noopener noreferrer nofollow ugc\"",
        "Jefa de campaña",
        "Instituto X · 2020-01 – hoy",
        "mailto:ana@ejemplo.es",
        "Leída por primera vez",
        "Descargar Currículo.pdf",
    ] {
        assert!(page.contains(said), "{said}: {page}");
    }
    let cv = house.owner.get(&format!("{}/cv", received(&id))).expect(303);
    let file = cv.header("location").unwrap().to_owned();
    assert_eq!(house.owner.get(&file).expect(200).bytes, pdf(2_000));
    let (_bea, none) = house.applicant("bea@ejemplo.es", json!({}));
    house.owner.get(&format!("{}/cv", received(&none))).expect(404);
    let bare = house.owner.get(&received(&none)).expect(200).text;
    assert!(bare.contains("No envió currículum") && bare.contains("No ha escrito un perfil"));
}

#[test]
fn steps_carry_a_word_for_the_person_and_one_for_the_team() {
    let mut house = House::new();
    let (mut ana, id) = house.applicant("ana@ejemplo.es", json!({}));
    let (own, step) = (received(&id), format!("{}/estado", received(&id)));
    let page = submit(&mut house.owner, &step, &[("message", "Hola, Ana")]).expect(400).text;
    assert!(page.contains("id=\"status-wrong\"") && page.contains("Hola, Ana"), "{page}");
    let long = "x".repeat(5_001);
    let fields = [("status", "entrevista"), ("message", long.as_str()), ("note", "Promete")];
    let page = submit(&mut house.owner, &step, &fields).expect(400).text;
    assert!(page.contains("id=\"message-wrong\"") && page.contains("Promete"), "{page}");
    assert_eq!(house.status(&id), "pendiente");
    let fields =
        [("status", "entrevista"), ("message", "¿El jueves?\r\nA las once."), ("note", "Promete")];
    assert_eq!(led(&mut house.owner, &step, &fields), format!("{own}?done=moved"));
    assert_eq!(house.status(&id), "entrevista");
    assert_eq!(house.server.text("SELECT content FROM message"), "¿El jueves?\nA las once.");
    let page = house.owner.get(&own).expect(200).text;
    assert!(page.contains("<span class=\"noted\">Promete</span>"), "{page}");
    assert!(page.contains(" · Olga"), "who took the step: {page}");
    let theirs = ana.get(&format!("/dashboard/candidaturas/{id}")).expect(200).text;
    assert!(theirs.contains("Entrevista") && !theirs.contains("Promete"), "{theirs}");
    let talk = ana.get(&format!("/dashboard/mensajes/{id}")).expect(200).text;
    assert!(talk.contains("¿El jueves?\nA las once.") && !talk.contains("Promete"), "{talk}");
    // Back is no step, and what was typed stays; nothing of it went out.
    let back = [("status", "entrevista"), ("message", "Otra vez")];
    let page = submit(&mut house.owner, &step, &back).expect(400).text;
    assert!(page.contains("no permite este paso") && page.contains("Otra vez"), "{page}");
    assert_eq!(house.server.count("message"), 1);
    led(&mut house.owner, &step, &[("status", "contratado")]);
    let page = house.owner.get(&own).expect(200).text;
    assert!(!page.contains("name=\"status\""), "nothing follows: {page}");
    assert_eq!(submit(&mut house.owner, &step, &[("status", "volando")]).status, 400);
}

#[test]
fn notes_are_the_teams_own() {
    let mut house = House::new();
    let (mut ana, id) = house.applicant("ana@ejemplo.es", json!({}));
    let notes = format!("{}/notas", received(&id));
    for (typed, said) in [("  \r\n ", "Escribe algo"), (&"x".repeat(4_001), "demasiado larga")] {
        let page = submit(&mut house.owner, &notes, &[("content", typed)]).expect(400).text;
        assert!(page.contains("id=\"note-content-wrong\"") && page.contains(said), "{page}");
    }
    let onward = led(&mut house.owner, &notes, &[("content", "Llamar el lunes\r\nsin falta")]);
    assert_eq!(onward, format!("{}?done=noted#notes", received(&id)));
    let mut recruiter = house.member("recluta@ejemplo.es", "recruiter");
    led(&mut recruiter, &notes, &[("content", "Llamada hecha")]);
    let page = recruiter.get(&received(&id)).expect(200).text;
    let list = part(&page, "<ol class=\"notes\">", "</ol>");
    assert!(list.contains("Llamar el lunes\nsin falta") && list.contains("Olga"), "{list}");
    assert!(list.contains("Llamada hecha") && list.contains("Nora"), "{list}");
    for page in [format!("/dashboard/candidaturas/{id}"), format!("/dashboard/mensajes/{id}")] {
        assert!(!ana.get(&page).expect(200).text.contains("Llamar el lunes"), "{page}");
    }
}

#[test]
fn viewers_look_on_and_others_find_nothing() {
    let mut house = House::new();
    let (mut ana, id) = house.applicant("ana@ejemplo.es", json!({"coverLetter": "Mi carta"}));
    let mut viewer = house.member("mira@ejemplo.es", "viewer");
    let own = received(&id);
    led(&mut house.owner, &format!("{own}/notas"), &[("content", "Nota")]);
    let page = viewer.get(&own).expect(200).text;
    assert!(page.contains("Mi carta") && page.contains("Nota"), "{page}");
    for form in ["/estado\"", "/notas\"", &format!("action=\"/dashboard/mensajes/{id}\"")] {
        assert!(!page.contains(form), "{form}: {page}");
    }
    let board = viewer.get(&house.board()).expect(200).text;
    assert!(board.contains(&id) && !board.contains("/estado"), "{board}");
    let forms = [
        (format!("{own}/estado"), ("status", "rechazado")),
        (format!("{own}/notas"), ("content", "x")),
        (format!("/dashboard/mensajes/{id}"), ("content", "x")),
    ];
    for (path, field) in &forms {
        submit(&mut viewer, path, &[*field]).expect(403);
    }
    let mut rival = reader(house.server.organization("rival@ejemplo.es", "Rival"));
    let mut bea = reader(house.server.professional("bea@ejemplo.es"));
    let mut admin = reader(house.server.admin());
    for (name, client) in [("rival", &mut rival), ("bea", &mut bea), ("admin", &mut admin)] {
        let talk = format!("/dashboard/mensajes/{id}");
        for page in [house.board(), own.clone(), format!("{own}/cv"), talk] {
            assert_eq!(client.get(&page).status, 404, "{name} {page}");
        }
        for (path, field) in &forms {
            assert_eq!(submit(client, path, &[*field]).status, 404, "{name} {path}");
        }
    }
    // The candidate has pages of their own.
    for page in [house.board(), own.clone(), format!("{own}/cv")] {
        ana.get(&page).expect(404);
    }
    for (path, field) in &forms[..2] {
        submit(&mut ana, path, &[*field]).expect(404);
    }
    house.owner.get(&format!("/dashboard/candidaturas/{id}")).expect(404);
    let asked = reader(house.server.visitor()).get(&own).expect(303);
    let login = asked.header("location").unwrap().to_owned();
    assert!(login.starts_with("/login?next=%2Fdashboard%2Frecibidas%2F"), "{login}");
    assert_eq!(house.status(&id), "pendiente");
    assert_eq!(house.server.count("message"), 0);
    assert_eq!(house.server.count("application_note"), 1);
}
