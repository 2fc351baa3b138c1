//! Each page in both languages; the choice is remembered, and so is the theme.

use super::{browser, led, reader};
use crate::support::board::text;
use crate::support::{Client, Server};

/// Pages with what each says in Spanish and in English.
const PAGES: &[(&str, &str, &str)] = &[
    ("/", "Apúntate a la lista de espera", "Join the waitlist"),
    ("/login", "Te damos la bienvenida", "Welcome"),
    ("/registro", "Abre tu cuenta", "Open your account"),
    ("/empleos", "Empleos en ciencia", "Jobs in science"),
    ("/dashboard/candidaturas", "Aún no te has presentado", "You have not applied"),
    ("/dashboard/candidaturas?ver=archivadas", "Aquí no hay ninguna", "There is none here"),
    ("/dashboard/perfil", "Tu perfil está listo", "Your profile is ready"),
    ("/dashboard/alertas", "Aún no tienes alertas", "You have no alerts"),
    ("/dashboard/alertas/nueva?q=x", "Crear la alerta", "Create the alert"),
    ("/dashboard/avisos", "No hay avisos", "There are no notifications"),
    ("/dashboard/avisos?ver=nuevos", "Todo leído", "All read"),
    ("/dashboard/cuenta/correo", "Avísame por correo", "Tell me by mail"),
    ("/dashboard/cuenta/datos", "Llévate una copia", "Take a copy along"),
    ("/dashboard/guardadas", "No has guardado", "You have saved no offer"),
    ("/dashboard/mensajes", "Aún no hay conversaciones", "There are no conversations yet"),
    ("/recuperar", "Recupera el acceso", "Recover your access"),
    ("/verificado", "Dirección verificada", "Address verified"),
    ("/hecho/reset-done", "Contraseña guardada", "Password saved"),
    ("/restablecer?token=x", "Este enlace ya no sirve", "This link no longer works"),
    ("/invitacion/x", "Esta invitación ya no sirve", "This invitation no longer works"),
    ("/nada", "Esta página no existe", "There is no such page"),
    ("/styleguide", "Colores", "Colours"),
    ("/dashboard", "Hola, Root", "Hello, Root"),
    ("/dashboard/cuenta", "Datos básicos", "Basics"),
    ("/dashboard/cuenta/seguridad", "Sesiones abiertas", "Open sessions"),
    ("/dashboard/cuenta/conexiones", "Formas de entrar", "Ways to sign in"),
    ("/dashboard/admin", "Crecimiento de la lista", "Growth of the list"),
    ("/dashboard/admin/personas", "Nombre o correo", "Name or address"),
    ("/dashboard/admin/lista", "Invitar a las siguientes", "Invite the next ones"),
    ("/dashboard/admin/ofertas", "Título u organización", "Title or organization"),
    ("/dashboard/admin/organizaciones", "Aquí no hay organizaciones", "There are no organizations"),
    ("/dashboard/admin/correo", "lo que espera y lo que no", "what waits and what did"),
    ("/dashboard/admin/tareas", "Historial", "History"),
    ("/dashboard/admin/auditoria", "Primera cuenta", "First administrator"),
    ("/dashboard/admin/sistema", "Los secretos no se muestran", "Secrets are not shown"),
    ("/dashboard/cuenta/eliminar", "Eliminar la cuenta", "Delete the account"),
];

/// Pages of an organisation's owner, the same way.
const EMPLOYER_PAGES: &[(&str, &str, &str)] = &[
    ("/dashboard/organizacion", "Esperan respuesta", "Waiting for an answer"),
    ("/dashboard/organizacion/perfil", "Qué hace la organización", "What the organization does"),
    ("/dashboard/organizacion/miembros", "Enviar la invitación", "Send the invitation"),
    ("/dashboard/ofertas", "Hasta el", "Until"),
    ("/dashboard/ofertas/nueva", "Guardar el borrador", "Save the draft"),
    ("/dashboard/ofertas/JOB", "Qué puedes hacer", "What you can do"),
    ("/dashboard/ofertas/JOB/vista", "Vista previa.", "Preview."),
    ("/invitaciones/TOKEN", "Ya formas parte", "You belong to this organization"),
    ("/invitaciones/x", "Esta invitación ya no sirve", "This invitation no longer works"),
];

/// What keys of an organisation's pages begin with.
const EMPLOYER_KEYS: [&str; 9] = [
    "employer-",
    "editor-",
    "offers-",
    "step-",
    "members-",
    "role-",
    "joining-",
    "preview-",
    "places-",
];

#[test]
fn an_organisations_pages_speak_both_languages() {
    let server = Server::with(&[("ANTESALA_RATE_LIMIT__ENABLED", "false")]);
    let mut olga = reader(server.organization("olga@ejemplo.es", "Laboratorio"));
    let job = server.published(&mut olga, serde_json::json!({}));
    let invite = [("email", "nora@ejemplo.es"), ("role", "viewer")];
    led(&mut olga, "/dashboard/organizacion/invitar", &invite);
    let token = text(&server.mail_of("organization-invite", "nora@ejemplo.es")["token"]);
    for (path, spanish, english) in EMPLOYER_PAGES {
        let path = path.replace("JOB", &text(&job["id"])).replace("TOKEN", &token);
        for (prefers, lang, said) in [("es-MX", "es", spanish), ("en-GB", "en", english)] {
            olga.set("accept-language", prefers);
            let page = olga.get(&path).text;
            assert!(page.contains(&format!("<html lang=\"{lang}\"")), "{path} {lang}");
            assert!(page.contains(said), "{path} {lang}: {page}");
            for key in EMPLOYER_KEYS {
                assert!(!page.contains(&format!(">{key}")), "{path} {lang}: {key}");
            }
        }
    }
}

#[test]
fn every_page_speaks_both_languages() {
    let server = Server::with(&[("ANTESALA_RATE_LIMIT__ENABLED", "false")]);
    let mut admin = reader(server.admin());
    for (path, spanish, english) in PAGES {
        let mut visitor = browser(&server);
        let client: &mut Client =
            if path.starts_with("/dashboard") { &mut admin } else { &mut visitor };
        for (prefers, lang, said) in [("es-MX", "es", spanish), ("en-GB", "en", english)] {
            client.set("accept-language", prefers);
            let page = client.get(path).text;
            assert!(page.contains(&format!("<html lang=\"{lang}\"")), "{path} {lang}");
            assert!(page.contains(said), "{path} {lang}: {page}");
            // A key that has no words would stand there itself.
            for key in [
                "frame-",
                "access-",
                "places-",
                "landing-",
                "console-",
                "moderation-",
                "act-",
                "state-",
                "jobs-",
                "apply-",
                "category-",
                "stage-",
                "talk-",
                "pro-",
                "language-",
                "alerts-",
                "told-",
                "wishes-",
                "data-",
            ] {
                assert!(!page.contains(&format!(">{key}")), "{path} {lang}: {key}");
            }
        }
    }
}

#[test]
fn chosen_language_beats_the_browsers_and_reaches_mails() {
    let server = Server::start();
    let mut ana = browser(&server);
    ana.set("accept-language", "es");
    assert_eq!(led(&mut ana, "/preferencias", &[("language", "en"), ("next", "/login")]), "/login");
    assert!(ana.get("/login").expect(200).text.contains("<html lang=\"en\""));
    let fields = [
        ("name", "Ana"),
        ("email", "ana@ejemplo.es"),
        ("password", crate::support::server::PASSWORD),
    ];
    led(&mut ana, "/registro", &fields);
    assert_eq!(server.mail_of("verify-email", "ana@ejemplo.es")["locale"], "en");
    // Programs say what they prefer in their own header.
    ana.set("accept", "application/json");
    let told = ana.get("/api/waitlist/nadie").expect(404).json();
    assert_eq!(told["message"], "Nadie en la lista tiene este código");
}

#[test]
fn chosen_theme_is_remembered_and_anything_else_is_no_choice() {
    let server = Server::start();
    let mut ana = browser(&server);
    assert!(!ana.get("/").expect(200).text.contains("data-theme"));
    led(&mut ana, "/preferencias", &[("theme", "dark")]);
    assert!(ana.get("/").expect(200).text.contains("<html lang=\"es\" data-theme=\"dark\""));
    assert!(ana.get("/nada").expect(404).text.contains("data-theme=\"dark\""));
    led(&mut ana, "/preferencias", &[("theme", "\"><b>")]);
    assert!(ana.get("/").expect(200).text.contains("data-theme=\"dark\""));
    led(&mut ana, "/preferencias", &[("theme", "system")]);
    assert!(!ana.get("/").expect(200).text.contains("data-theme"));
    ana.put_cookie("better-auth.theme", "\"><script>");
    ana.put_cookie("better-auth.language", "\"><script>");
    assert!(!ana.get("/").expect(200).text.contains("\"><script>"));
}
