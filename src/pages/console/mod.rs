//! The administrator's console: what is going on, and what can be done about it.
//!
//! Every page asks for an administrator's session; every act is a rule that the API or
//! the command line has, too.

mod acts;
mod audit;
mod closing;
mod figures;
pub mod moderation;
mod outbox;
mod overview;
mod people;
mod person;
mod system;
mod tasks;
mod waitlist;

pub use people::letter;

use crate::endpoint;
use crate::http::endpoint::{Access, Endpoint};
use crate::http::words::PageWords;
use crate::tasks::health::Health;

/// The pages of this folder.
pub const ENDPOINTS: &[Endpoint] = &[
    endpoint!(GET "/dashboard/admin" => overview::page {
        id: "console", summary: "Shows the site at a glance",
        limit: Read, access: Access::Admin, answers: [200, 303, 401, 403, 429],
    }),
    endpoint!(GET "/dashboard/admin/personas" => people::page {
        id: "consolePeople", summary: "Lists people",
        limit: Read, access: Access::Admin, query: people::QUERY,
        answers: [200, 303, 401, 403, 429],
    }),
    endpoint!(GET "/dashboard/admin/personas/{id}" => person::page {
        id: "consolePerson", summary: "Shows one person with their sessions",
        limit: Read, access: Access::Admin, answers: [200, 303, 401, 403, 404, 429],
    }),
    endpoint!(POST "/dashboard/admin/personas/{id}/rol" => acts::role {
        id: "consoleRole", summary: "Sets somebody's role",
        limit: Auth, counted_as: "/api/auth/admin/set-role", access: Access::Admin,
        body_optional: acts::RoleForm, media: Form, guard: OwnPage,
        answers: [303, 400, 401, 403, 415, 429, 503],
    }),
    endpoint!(POST "/dashboard/admin/personas/{id}/bloquear" => acts::ban {
        id: "consoleBan", summary: "Bans somebody",
        limit: Auth, counted_as: "/api/auth/admin/ban-user", access: Access::Admin,
        body_optional: acts::BanForm, media: Form, guard: OwnPage,
        answers: [303, 400, 401, 403, 415, 429, 503],
    }),
    endpoint!(POST "/dashboard/admin/personas/{id}/desbloquear" => acts::unban {
        id: "consoleUnban", summary: "Lifts somebody's ban",
        limit: Auth, counted_as: "/api/auth/admin/unban-user", access: Access::Admin,
        guard: OwnPage, answers: [303, 401, 403, 429, 503],
    }),
    endpoint!(POST "/dashboard/admin/personas/{id}/contrasena" => acts::password {
        id: "consolePassword", summary: "Sets somebody's password",
        limit: Auth, counted_as: "/api/auth/admin/set-user-password", access: Access::Admin,
        body_optional: acts::PasswordForm, media: Form, guard: OwnPage,
        answers: [303, 400, 401, 403, 415, 429, 503],
    }),
    endpoint!(POST "/dashboard/admin/personas/{id}/sesiones" => acts::sessions {
        id: "consoleSessions", summary: "Ends one of somebody's sessions, or all",
        limit: Auth, counted_as: "/api/auth/admin/revoke-user-sessions", access: Access::Admin,
        body_optional: acts::SessionsForm, media: Form, guard: OwnPage,
        answers: [303, 400, 401, 403, 415, 429, 503],
    }),
    endpoint!(POST "/dashboard/admin/personas/{id}/actuar" => acts::impersonate {
        id: "consoleActAs", summary: "Begins to act as somebody",
        limit: Auth, counted_as: "/api/auth/admin/impersonate-user", access: Access::Admin,
        guard: OwnPage, answers: [303, 401, 403, 429, 503],
    }),
    endpoint!(POST "/dashboard/admin/personas/{id}/eliminar" => acts::remove {
        id: "consoleRemove", summary: "Removes somebody",
        limit: Auth, counted_as: "/api/auth/admin/remove-user", access: Access::Admin,
        body_optional: acts::RemoveForm, media: Form, guard: OwnPage,
        answers: [303, 400, 401, 403, 415, 429, 503],
    }),
    endpoint!(GET "/dashboard/admin/lista" => waitlist::page {
        id: "consoleWaitlist", summary: "Shows the waitlist and its growth",
        limit: Read, access: Access::Admin, query: waitlist::QUERY,
        answers: [200, 303, 401, 403, 429],
    }),
    endpoint!(POST "/dashboard/admin/lista/invitar" => waitlist::invite {
        id: "consoleInvite", summary: "Invites the next ones of the waitlist",
        limit: Write, access: Access::Admin, body_optional: waitlist::InviteForm,
        media: Form, guard: OwnPage, answers: [303, 400, 401, 403, 415, 429, 503],
    }),
    endpoint!(POST "/dashboard/admin/lista/quitar" => waitlist::remove {
        id: "consoleWaitlistRemove", summary: "Takes somebody off the waitlist",
        limit: Write, access: Access::Admin, body_optional: waitlist::EntryForm,
        media: Form, guard: OwnPage, answers: [303, 400, 401, 403, 415, 429, 503],
    }),
    endpoint!(GET "/dashboard/admin/correo" => outbox::page {
        id: "consoleOutbox", summary: "Lists mails, the newest first",
        limit: Read, access: Access::Admin, query: outbox::QUERY,
        answers: [200, 303, 401, 403, 429],
    }),
    endpoint!(GET "/dashboard/admin/correo/{id}" => outbox::mail {
        id: "consoleMail", summary: "Shows what became of a mail, and how it reads",
        limit: Read, access: Access::Admin, answers: [200, 303, 401, 403, 404, 429],
    }),
    endpoint!(GET "/dashboard/admin/correo/{id}/html" => outbox::html {
        id: "consoleMailHtml", summary: "Shows the HTML part of a mail, to be framed",
        limit: Read, access: Access::Admin, answers: [200, 303, 401, 403, 404, 429],
    }),
    endpoint!(POST "/dashboard/admin/correo/{id}" => outbox::retry {
        id: "consoleMailRetry", summary: "Sends a mail again",
        limit: Write, access: Access::Admin, guard: OwnPage,
        answers: [303, 401, 403, 429, 503],
    }),
    endpoint!(GET "/dashboard/admin/tareas" => tasks::page {
        id: "consoleTasks", summary: "Shows the schedule and the history of tasks",
        limit: Read, access: Access::Admin, answers: [200, 303, 401, 403, 429],
    }),
    endpoint!(POST "/dashboard/admin/tareas" => tasks::run {
        id: "consoleTaskRun", summary: "Runs a task now",
        limit: Write, access: Access::Admin, body_optional: tasks::TaskForm, media: Form,
        guard: OwnPage, answers: [303, 400, 401, 403, 404, 415, 429, 503],
    }),
    endpoint!(GET "/dashboard/admin/auditoria" => audit::page {
        id: "consoleAudit", summary: "Shows the audit log",
        limit: Read, access: Access::Admin, query: audit::QUERY,
        answers: [200, 303, 401, 403, 429],
    }),
    endpoint!(GET "/dashboard/admin/sistema" => system::page {
        id: "consoleSystem", summary: "Shows version, health, sizes and settings",
        limit: Read, access: Access::Admin, answers: [200, 303, 401, 403, 429],
    }),
    endpoint!(POST "/dashboard/admin/sistema" => closing::submit {
        id: "consoleClose", summary: "Closes the site for a while, or opens it again",
        limit: Write, access: Access::Admin, body_optional: closing::CloseForm, media: Form,
        guard: OwnPage, answers: [303, 400, 401, 403, 415, 429, 503],
    }),
];

/// Names the parts of the program and tells how each is.
fn parts(words: &PageWords<'_>, health: &Health) -> Vec<(String, &'static str)> {
    [
        ("console-database", health.database),
        ("console-mail-worker", health.mail),
        ("console-scheduler", health.cron),
    ]
    .into_iter()
    .map(|(key, state)| (words.text(key), state))
    .collect()
}
