//! What everybody has behind the sign-in: a first page, a profile, sessions, ways in.

pub mod address;
pub mod back;
pub mod connections;
pub mod data;
pub mod farewell;
pub mod home;
pub mod password;
pub mod profile;
pub mod security;
pub mod sessions;
pub mod verify;
pub mod wishes;

use super::access::depart::DepartForm;
use super::form::Form;
use crate::endpoint;
use crate::http::endpoint::{Access, Endpoint};
use crate::http::words::{Heading, PageWords};

/// The pages of this folder.
pub const ENDPOINTS: &[Endpoint] = &[
    endpoint!(GET "/dashboard" => home::page {
        id: "dashboard", summary: "Shows what belongs to whoever is signed in",
        limit: Read, access: Access::Session, answers: [200, 303, 401, 429],
    }),
    endpoint!(POST "/dashboard/volver" => back::submit {
        id: "dashboardBack", summary: "Ends acting as somebody else",
        limit: Auth, counted_as: "/api/auth/admin/stop-impersonating", access: Access::Session,
        guard: OwnPage, answers: [303, 401, 403, 429],
    }),
    endpoint!(GET "/dashboard/cuenta" => profile::page {
        id: "profileForm", summary: "Shows name, picture and address",
        limit: Read, access: Access::Session, answers: [200, 303, 401, 429],
    }),
    endpoint!(POST "/dashboard/cuenta" => profile::submit {
        id: "profileSubmit", summary: "Changes name and picture",
        limit: Auth, counted_as: "/api/auth/update-user", access: Access::Session,
        body_optional: profile::ProfileForm, media: Form, guard: OwnPage,
        answers: [303, 400, 401, 403, 415, 429, 503],
    }),
    endpoint!(POST "/dashboard/cuenta/direccion" => address::submit {
        id: "addressSubmit", summary: "Asks for a change of address",
        limit: Auth, counted_as: "/api/auth/change-email", access: Access::Session, impersonation: Refused,
        body_optional: address::AddressForm, media: Form, guard: OwnPage,
        answers: [303, 400, 401, 403, 415, 429, 503],
    }),
    endpoint!(POST "/dashboard/cuenta/verificar" => verify::submit {
        id: "verifySubmit", summary: "Mails the link that proves the address once more",
        limit: Auth, counted_as: "/api/auth/send-verification-email", access: Access::Session,
        guard: OwnPage, answers: [303, 401, 403, 429, 503],
    }),
    endpoint!(GET "/dashboard/cuenta/seguridad" => security::page {
        id: "security", summary: "Shows password and sessions",
        limit: Read, access: Access::Session, answers: [200, 303, 401, 429],
    }),
    endpoint!(POST "/dashboard/cuenta/contrasena" => password::submit {
        id: "passwordSubmit", summary: "Changes the password",
        limit: Auth, counted_as: "/api/auth/change-password", access: Access::Session, impersonation: Refused,
        body_optional: password::PasswordForm, media: Form, guard: OwnPage,
        answers: [303, 400, 401, 403, 415, 429, 503],
    }),
    endpoint!(POST "/dashboard/cuenta/sesiones" => sessions::submit {
        id: "sessionsSubmit", summary: "Ends one session, or all others",
        limit: Auth, counted_as: "/api/auth/revoke-session", access: Access::Session,
        body_optional: sessions::SessionsForm, media: Form, guard: OwnPage,
        answers: [303, 400, 401, 403, 415, 429, 503],
    }),
    endpoint!(GET "/dashboard/cuenta/conexiones" => connections::page {
        id: "connections", summary: "Shows the ways in",
        limit: Read, access: Access::Session, answers: [200, 303, 401, 429],
    }),
    endpoint!(POST "/dashboard/cuenta/vincular" => connections::link {
        id: "linkSubmit", summary: "Leads to a provider for another way in",
        limit: Auth, counted_as: "/api/auth/link-social", access: Access::Session, impersonation: Refused,
        body_optional: DepartForm, media: Form, guard: OwnPage,
        answers: [200, 303, 400, 401, 403, 415, 429, 503],
    }),
    endpoint!(POST "/dashboard/cuenta/desvincular" => connections::unlink {
        id: "unlinkSubmit", summary: "Takes a way in away",
        limit: Auth, counted_as: "/api/auth/unlink-account", access: Access::Session, impersonation: Refused,
        body_optional: connections::UnlinkForm, media: Form, guard: OwnPage,
        answers: [303, 400, 401, 403, 415, 429, 503],
    }),
    endpoint!(GET "/dashboard/cuenta/correo" => wishes::page {
        id: "wishesForm", summary: "Shows which optional mails one gets",
        limit: Read, access: Access::Session, answers: [200, 303, 401, 429, 503],
    }),
    endpoint!(POST "/dashboard/cuenta/correo" => wishes::submit {
        id: "wishesSubmit", summary: "Says which optional mails one wants, by a form",
        limit: Write, access: Access::Session, body_optional: wishes::WishesForm,
        media: Form, guard: OwnPage, answers: [303, 400, 401, 403, 413, 415, 429, 503],
    }),
    endpoint!(GET "/dashboard/cuenta/datos" => data::page {
        id: "dataPage", summary: "Shows how to get one's data, and how to leave",
        limit: Read, access: Access::Session, answers: [200, 303, 401, 429],
    }),
    endpoint!(GET "/dashboard/cuenta/eliminar" => farewell::page {
        id: "farewellForm", summary: "Shows the form that deletes the account",
        limit: Read, access: Access::Session, answers: [200, 303, 401, 429],
    }),
    endpoint!(POST "/dashboard/cuenta/eliminar" => farewell::submit {
        id: "farewellSubmit", summary: "Deletes the account, or mails the link that does",
        limit: Auth, counted_as: "/api/auth/delete-user", access: Access::Session, impersonation: Refused,
        body_optional: farewell::FarewellForm, media: Form, guard: OwnPage,
        answers: [303, 400, 401, 403, 415, 429, 503],
    }),
];

/// A form with its heading beside it.
#[derive(Debug)]
pub struct Section {
    /// The heading.
    pub title: String,
    /// What it is for; may be empty.
    pub text: String,
    /// The form.
    pub form: Form,
}

impl Section {
    /// Makes a section with the texts `{key}-title` and `{key}-text` of a heading.
    #[must_use]
    pub fn new(words: &PageWords<'_>, Heading(key): Heading, form: Form) -> Self {
        let title = words.text(&format!("{key}-title"));
        Self { title, text: words.text(&format!("{key}-text")), form }
    }
}
