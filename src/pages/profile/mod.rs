//! `/dashboard/perfil`: what professionals tell of themselves, their CV and their picture.

pub mod editor;
pub mod entries;
pub mod files;
pub mod form;
pub mod publications;
mod wrong;

use entries::{Education, EntryForm, Experience};

use crate::base::bounds::{AVATAR_SENT_BYTES_MAX, CV_BYTES_MAX, UPLOAD_REQUEST_S};
use crate::endpoint;
use crate::http::endpoint::{Access, Endpoint};

/// The pages of this folder.
pub const ENDPOINTS: &[Endpoint] = &[
    endpoint!(GET "/dashboard/perfil" => editor::page {
        id: "profilePage", summary: "Shows the forms of one's professional profile",
        limit: Read, access: Access::Session, answers: [200, 303, 401, 429, 503],
    }),
    endpoint!(POST "/dashboard/perfil" => editor::submit {
        id: "profilePageSubmit", summary: "Writes one's professional profile",
        limit: Write, access: Access::Session, body_optional: form::ProfileForm,
        media: Form, guard: OwnPage, answers: [200, 303, 400, 401, 403, 413, 415, 429, 503],
    }),
    endpoint!(POST "/dashboard/perfil/cv" => files::take_cv {
        id: "cvSubmit", summary: "Takes a PDF as one's CV, by a form",
        limit: Write, access: Access::Session, upload: CV_BYTES_MAX, guard: OwnPage,
        time_s: UPLOAD_REQUEST_S, answers: [303, 400, 401, 403, 415, 429, 503],
    }),
    endpoint!(POST "/dashboard/perfil/cv/quitar" => files::remove_cv {
        id: "cvRemoveSubmit", summary: "Takes one's CV away, by a form",
        limit: Write, access: Access::Session, impersonation: Refused, guard: OwnPage,
        answers: [303, 401, 403, 429, 503],
    }),
    endpoint!(POST "/dashboard/perfil/foto" => files::take_picture {
        id: "pictureSubmit", summary: "Takes a picture of oneself, by a form",
        limit: Write, access: Access::Session, upload: AVATAR_SENT_BYTES_MAX, guard: OwnPage,
        time_s: UPLOAD_REQUEST_S, answers: [303, 400, 401, 403, 415, 429, 503],
    }),
    endpoint!(POST "/dashboard/perfil/foto/quitar" => files::remove_picture {
        id: "pictureRemoveSubmit", summary: "Takes one's picture away, by a form",
        limit: Write, access: Access::Session, impersonation: Refused, guard: OwnPage,
        answers: [303, 401, 403, 429, 503],
    }),
    endpoint!(POST "/dashboard/perfil/experiencia" => entries::add::<Experience> {
        id: "experienceSubmit", summary: "Adds a place where one worked, by a form",
        limit: Write, access: Access::Session, body_optional: EntryForm,
        media: Form, guard: OwnPage, answers: [303, 400, 401, 403, 413, 415, 429, 503],
    }),
    endpoint!(GET "/dashboard/perfil/experiencia/{id}" => entries::page::<Experience> {
        id: "experiencePage", summary: "Shows the form of a place where one worked",
        limit: Read, access: Access::Session, answers: [200, 303, 401, 404, 429, 503],
    }),
    endpoint!(POST "/dashboard/perfil/experiencia/{id}" => entries::change::<Experience> {
        id: "experienceChangeSubmit", summary: "Changes or removes a place where one worked",
        limit: Write, access: Access::Session, body_optional: EntryForm,
        media: Form, guard: OwnPage, answers: [303, 400, 401, 403, 404, 413, 415, 429, 503],
    }),
    endpoint!(POST "/dashboard/perfil/formacion" => entries::add::<Education> {
        id: "educationSubmit", summary: "Adds a place where one learned, by a form",
        limit: Write, access: Access::Session, body_optional: EntryForm,
        media: Form, guard: OwnPage, answers: [303, 400, 401, 403, 413, 415, 429, 503],
    }),
    endpoint!(GET "/dashboard/perfil/formacion/{id}" => entries::page::<Education> {
        id: "educationPage", summary: "Shows the form of a place where one learned",
        limit: Read, access: Access::Session, answers: [200, 303, 401, 404, 429, 503],
    }),
    endpoint!(POST "/dashboard/perfil/formacion/{id}" => entries::change::<Education> {
        id: "educationChangeSubmit", summary: "Changes or removes a place where one learned",
        limit: Write, access: Access::Session, body_optional: EntryForm,
        media: Form, guard: OwnPage, answers: [303, 400, 401, 403, 404, 413, 415, 429, 503],
    }),
    endpoint!(POST "/dashboard/perfil/publicaciones" => publications::add {
        id: "publicationSubmit", summary: "Adds something that one published, by a form",
        limit: Write, access: Access::Session, body_optional: publications::PublicationForm,
        media: Form, guard: OwnPage, answers: [303, 400, 401, 403, 413, 415, 429, 503],
    }),
    endpoint!(GET "/dashboard/perfil/publicaciones/{id}" => publications::page {
        id: "publicationPage", summary: "Shows the form of something that one published",
        limit: Read, access: Access::Session, answers: [200, 303, 401, 404, 429, 503],
    }),
    endpoint!(POST "/dashboard/perfil/publicaciones/{id}" => publications::change {
        id: "publicationChangeSubmit", summary: "Changes or removes something that one published",
        limit: Write, access: Access::Session, body_optional: publications::PublicationForm,
        media: Form, guard: OwnPage, answers: [303, 400, 401, 403, 404, 413, 415, 429, 503],
    }),
];

/// Where the page is.
pub const PATH: &str = "/dashboard/perfil";
