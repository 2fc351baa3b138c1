//! The administrator's console.

use super::{browser, led, reader, submit};
use crate::support::server::PASSWORD;
use crate::support::{Client, Server};

const PAGES: &[&str] = &[
    "/dashboard/admin",
    "/dashboard/admin/personas",
    "/dashboard/admin/lista",
    "/dashboard/admin/correo",
    "/dashboard/admin/tareas",
    "/dashboard/admin/auditoria",
    "/dashboard/admin/sistema",
];

fn join(server: &Server, email: &str, source: &str) {
    let fields = [("email", email), ("role", "professional"), ("source", source)];
    led(&mut browser(server), "/lista-de-espera", &fields);
}

fn id_of(server: &Server, email: &str) -> String {
    server.text(&format!("SELECT id FROM \"user\" WHERE email = '{email}'"))
}

fn page_of(server: &Server, email: &str) -> String {
    format!("/dashboard/admin/personas/{}", id_of(server, email))
}

#[test]
fn console_is_for_administrators_alone() {
    let server = Server::start();
    let mut admin = reader(server.admin());
    let mut ana = reader(server.person("ana@ejemplo.es"));
    let person = page_of(&server, "ana@ejemplo.es");
    for path in PAGES.iter().copied().chain([person.as_str()]) {
        admin.get(path).expect(200);
        let refused = ana.get(path).expect(403);
        assert!(refused.text.contains("Aquí no puedes entrar"), "{path}");
        let away = browser(&server).get(path).expect(303);
        assert!(away.header("location").unwrap().starts_with("/login?next=%2Fdashboard"));
        server.visitor().get(path).refused(401, "UNAUTHORIZED");
    }
    for act in ["rol", "bloquear", "contrasena", "actuar", "eliminar", "sesiones"] {
        let own = format!("{person}/{act}");
        submit(&mut ana, &own, &[("role", "admin"), ("sure", "true")]).expect(403);
    }
    assert_eq!(server.text("SELECT role FROM \"user\" WHERE email = 'ana@ejemplo.es'"), "user");
    assert!(!ana.get("/dashboard").expect(200).text.contains("/dashboard/admin"));
}

#[test]
fn people_are_searched_filtered_sorted_and_paged() {
    let server = Server::with(&[("ANTESALA_RATE_LIMIT__ENABLED", "false")]);
    let mut admin = reader(server.admin());
    for number in 0..30 {
        let email = format!("p{number:02}@ejemplo.es");
        let fields = [("name", "Persona"), ("email", &email), ("password", PASSWORD)];
        led(&mut browser(&server), "/registro", &fields);
    }
    let first = admin.get("/dashboard/admin/personas?orden=correo").expect(200).text;
    assert!(first.contains("1–25 de 31") && first.contains("p00@ejemplo.es"), "{first}");
    assert!(!first.contains("p29@ejemplo.es") && first.contains("aria-sort=\"ascending\""));
    let second = admin.get("/dashboard/admin/personas?orden=correo&pagina=2").expect(200).text;
    assert!(second.contains("26–31 de 31") && second.contains("p29@ejemplo.es"));
    let found = admin.get("/dashboard/admin/personas?q=P07%40ejem").expect(200).text;
    assert!(found.contains("1–1 de 1") && found.contains("p07@ejemplo.es"), "{found}");
    assert!(admin.get("/dashboard/admin/personas?q=x").expect(200).text.contains("tres letras"));
    let admins = admin.get("/dashboard/admin/personas?solo=admin").expect(200).text;
    assert!(admins.contains("1–1 de 1") && admins.contains("root@ejemplo.es"));
    let nobody = admin.get("/dashboard/admin/personas?q=nadie%40").expect(200).text;
    assert!(nobody.contains("Aquí no hay nadie"));
    for odd in ["pagina=0", "pagina=-1", "pagina=99999999999999999999", "orden=%00", "q=%00%00%00"]
    {
        admin.get(&format!("/dashboard/admin/personas?{odd}")).expect(200);
    }
}

#[test]
fn person_is_banned_let_in_again_promoted_and_removed() {
    let server = Server::with(&[("ANTESALA_RATE_LIMIT__ENABLED", "false")]);
    let mut admin = reader(server.admin());
    let mut ana = reader(server.person("ana@ejemplo.es"));
    let page = page_of(&server, "ana@ejemplo.es");
    let act = |admin: &mut Client, act: &str, fields: &[(&str, &str)]| {
        let back = led(admin, &format!("{page}/{act}"), fields);
        admin.get(&back).expect(200).text
    };
    let banned = act(&mut admin, "bloquear", &[("reason", "Ruido"), ("days", "3")]);
    assert!(banned.contains("Ruido") && banned.contains("hasta el 18 ene 2027"), "{banned}");
    ana.get("/dashboard").expect(303);
    let fields = [("email", "ana@ejemplo.es"), ("password", PASSWORD)];
    submit(&mut ana, "/login", &fields).expect(400);
    act(&mut admin, "desbloquear", &[]);
    led(&mut ana, "/login", &fields);
    let short = submit(&mut admin, &format!("{page}/contrasena"), &[("newPassword", "x")]);
    assert!(short.expect(400).text.contains("id=\"newPassword-wrong\""));
    act(&mut admin, "contrasena", &[("newPassword", "otra frase bien larga")]);
    ana.get("/dashboard").expect(303);
    let promoted = act(&mut admin, "rol", &[("role", "admin")]);
    assert!(promoted.contains("<dd>admin</dd>"), "{promoted}");
    submit(&mut admin, &format!("{page}/eliminar"), &[]).expect(400);
    assert_eq!(
        led(&mut admin, &format!("{page}/eliminar"), &[("sure", "true")]),
        "/dashboard/admin/personas?done=removed"
    );
    admin.get(&page).expect(404);
    let own = page_of(&server, "root@ejemplo.es");
    let refused = led(&mut admin, &format!("{own}/bloquear"), &[]);
    assert!(admin.get(&refused).expect(200).text.contains("No puedes bloquearte a ti mismo"));
}

#[test]
fn acting_as_somebody_is_seen_on_every_page_and_leads_back() {
    let server = Server::start();
    let mut admin = reader(server.admin());
    server.person("ana@ejemplo.es");
    let page = page_of(&server, "ana@ejemplo.es");
    assert_eq!(led(&mut admin, &format!("{page}/actuar"), &[]), "/dashboard");
    for path in ["/dashboard", "/dashboard/cuenta", "/"] {
        let shown = admin.get(path).expect(200).text;
        assert!(shown.contains("Ves el sitio como Ana"), "{path}");
    }
    admin.get("/dashboard/admin").expect(403);
    let back = led(&mut admin, "/dashboard/volver", &[]);
    assert_eq!(back, format!("{page}?done=back"));
    let shown = admin.get(&back).expect(200).text;
    assert!(shown.contains("Has vuelto a tu cuenta") && !shown.contains("Ves el sitio como"));
    let log = admin.get("/dashboard/admin/auditoria?acto=impersonation-began").expect(200).text;
    assert!(log.contains("Empezó a actuar como"), "{log}");
    led(&mut admin, "/dashboard/volver", &[]);
}

#[test]
fn waitlist_shows_growth_and_sources_invites_and_drops() {
    let server = Server::with(&[("ANTESALA_RATE_LIMIT__ENABLED", "false")]);
    let mut admin = reader(server.admin());
    let page = "/dashboard/admin/lista";
    assert!(admin.get(page).expect(200).text.contains("Aquí no hay nadie"));
    for number in 0..27 {
        join(&server, &format!("p{number:02}@ejemplo.es"), "boletin");
    }
    let shown = admin.get(page).expect(200).text;
    assert!(shown.contains("27 en 30 días") && shown.contains("boletin"), "{shown}");
    assert!(shown.contains("p24@ejemplo.es") && !shown.contains("p25@ejemplo.es"));
    let more = shown.split("?tras=").nth(1).unwrap().split('"').next().unwrap();
    let rest = admin.get(&format!("{page}?tras={more}")).expect(200).text;
    assert!(rest.contains("p26@ejemplo.es") && !rest.contains("p24@ejemplo.es"), "{rest}");
    let one = admin.get(&format!("{page}?q=p26%40ejemplo.es")).expect(200).text;
    assert!(one.contains("p26@ejemplo.es") && !one.contains("p00@ejemplo.es"));
    for wrong in ["0", "501", "muchas", ""] {
        submit(&mut admin, &format!("{page}/invitar"), &[("count", wrong)]).expect(400);
    }
    let done = led(&mut admin, &format!("{page}/invitar"), &[("count", "2")]);
    assert!(admin.get(&done).expect(200).text.contains("Invitaciones en camino"));
    server.mail_of("waitlist-invite", "p01@ejemplo.es");
    let none = [("count", "5"), ("source", "otra")];
    assert_eq!(
        led(&mut admin, &format!("{page}/invitar"), &none),
        format!("{page}?done=none-invited")
    );
    led(&mut admin, &format!("{page}/quitar"), &[("email", "p00@ejemplo.es")]);
    assert_eq!(server.count("waitlist"), 26);
    let gone = led(&mut admin, &format!("{page}/quitar"), &[("email", "p00@ejemplo.es")]);
    assert!(gone.contains("problem=WAITLIST_NOT_FOUND"), "{gone}");
}

#[test]
fn task_runs_now_and_stands_in_the_history() {
    let server = Server::start();
    let mut admin = reader(server.admin());
    let page = "/dashboard/admin/tareas";
    assert!(admin.get(page).expect(200).text.contains("Todavía no se ha ejecutado"));
    let done = led(&mut admin, page, &[("task", "clean_sessions")]);
    assert_eq!(done, format!("{page}?done=task-ran"));
    let shown = admin.get(&done).expect(200).text;
    assert!(
        shown.contains("esta página") && shown.contains("La tarea ha terminado bien"),
        "{shown}"
    );
    submit(&mut admin, page, &[("task", "nada")]).expect(404);
}

#[test]
fn log_is_filtered_and_paged() {
    let server = Server::with(&[("ANTESALA_RATE_LIMIT__ENABLED", "false")]);
    let mut admin = reader(server.admin());
    server.person("ana@ejemplo.es");
    for _ in 0..60 {
        let fields = [("email", "ana@ejemplo.es"), ("password", "no es esta, seguro")];
        submit(&mut browser(&server), "/login", &fields);
    }
    let page = "/dashboard/admin/auditoria";
    let all = admin.get(page).expect(200).text;
    assert!(all.contains("Entrada fallida") && all.contains("antes="), "{all}");
    let older = all.split("antes=").nth(1).unwrap().split('"').next().unwrap();
    let rest = admin.get(&format!("{page}?antes={older}")).expect(200).text;
    assert!(rest.contains("Primera cuenta de administración"), "{rest}");
    let ana = id_of(&server, "ana@ejemplo.es");
    let own = admin.get(&format!("{page}?quien={ana}")).expect(200).text;
    assert!(own.contains("<td data-label=\"Qué\"><span>Abrió una cuenta"), "{own}");
    assert!(!own.contains("<span>Entrada fallida"));
    admin.get(&format!("{page}?acto=nada&antes=x-y")).expect(200);
}

#[test]
fn system_shows_settings_without_secrets() {
    let server = Server::with(&[("ANTESALA_METRICS__TOKEN", "secreto-de-metricas-muy-largo")]);
    let mut admin = reader(server.admin());
    let page = admin.get("/dashboard/admin/sistema").expect(200).text;
    assert!(page.contains("server.public_url") && page.contains(env!("CARGO_PKG_VERSION")));
    assert!(!page.contains("secreto-de-metricas"), "{page}");
    let secret = std::fs::read_to_string(server.folder().join("secrets.toml")).unwrap_or_default();
    for line in secret.lines().filter_map(|line| line.split('"').nth(1)) {
        assert!(line.len() < 16 || !page.contains(line), "a secret is shown");
    }
    let requests = page.split_once("Peticiones, últimas 24 h").unwrap().1;
    assert!(requests.contains("<rect") && requests.contains("<table"), "{requests}");
}
