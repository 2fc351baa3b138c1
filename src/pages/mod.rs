//! Layer 7: HTML pages, rendered on the server, usable without JavaScript.
//!
//! Templates live in `assets/pages`, are checked at compile time and escape what
//! they show. A page never decides; it calls the same rules as the API. A form posts,
//! is answered by a redirect, and comes back with what is wrong beside its fields.

pub mod access;
pub mod account;
mod assets;
pub mod board;
mod chart;
pub mod console;
pub mod dealings;
pub mod employer;
mod form;
mod leave;
pub mod news;
mod next;
mod notice;
mod preferences;
pub mod profile;
mod sheet;
mod styleguide;
pub mod waiting;

use waiting::link;

use crate::endpoint;
use crate::http::endpoint::{Access, Endpoint};

/// Every table of this layer.
pub const TABLES: &[&[Endpoint]] = &[
    waiting::ENDPOINTS,
    board::ENDPOINTS,
    dealings::ENDPOINTS,
    access::ENDPOINTS,
    account::ENDPOINTS,
    employer::ENDPOINTS,
    profile::ENDPOINTS,
    news::ENDPOINTS,
    console::ENDPOINTS,
    console::moderation::ENDPOINTS,
    ENDPOINTS,
];

/// What is no area of its own.
const ENDPOINTS: &[Endpoint] = &[
    endpoint!(GET "/verificado" => notice::verified {
        id: "verified", summary: "Says whether a verification link worked",
        limit: Read, access: Access::Optional, query: notice::ERROR_QUERY, answers: [200, 429],
    }),
    endpoint!(GET "/hecho/{code}" => notice::end {
        id: "formEnd", summary: "Says how a form ended",
        limit: Read, access: Access::Optional, answers: [200, 404, 429],
    }),
    endpoint!(GET "/api/alerts/unsubscribe" => leave::form {
        id: "mailLeaveForm", summary: "Shows the button that ends mails of a kind or an alert",
        limit: Read, access: Access::Public, query: link::QUERY, answers: [200, 410, 429],
    }),
    endpoint!(POST "/api/alerts/unsubscribe" => leave::submit {
        id: "mailLeave", summary: "Ends mails of a kind or an alert, in one click",
        limit: Write, access: Access::Public, query: link::QUERY,
        body_optional: link::LinkForm, media: OneClick,
        answers: [200, 303, 400, 403, 410, 415, 429, 503],
    }),
    endpoint!(GET "/api/auth/error" => notice::error {
        id: "errorPage", summary: "Explains an error to whoever followed a link",
        limit: Auth, access: Access::Public, query: notice::ERROR_QUERY, answers: [200, 429],
    }),
    endpoint!(POST "/preferencias" => preferences::submit {
        id: "preferencesSubmit", summary: "Remembers a language or a theme",
        limit: Write, access: Access::Public, body_optional: preferences::PreferencesForm,
        media: Form, guard: OwnPage, answers: [303, 400, 403, 415, 429],
    }),
    endpoint!(GET "/styleguide" => styleguide::page {
        id: "styleguide", summary: "Shows the design, where the site is this machine",
        limit: Read, access: Access::Optional, answers: [200, 404, 429],
    }),
    endpoint!(GET "/assets/{file}" => assets::file {
        id: "asset", summary: "Returns the style sheet, a script, the font or the icon",
        limit: Free, access: Access::Public, answers: [200, 304, 404],
    }),
];
