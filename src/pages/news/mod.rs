//! What somebody is told: alerts of offers, and what happened to what is theirs.

mod alert_form;
pub mod alerts;
pub mod told;

use crate::endpoint;
use crate::http::endpoint::{Access, Endpoint};

/// The pages of this folder.
pub const ENDPOINTS: &[Endpoint] = &[
    endpoint!(GET "/dashboard/alertas" => alerts::page {
        id: "alertsPage", summary: "Shows one's alerts",
        limit: Read, access: Access::Session, answers: [200, 303, 401, 429, 503],
    }),
    endpoint!(POST "/dashboard/alertas" => alerts::add {
        id: "alertSubmit", summary: "Adds an alert, by a form",
        limit: Write, access: Access::Session, body_optional: alert_form::AlertForm,
        media: Form, guard: OwnPage, answers: [303, 400, 401, 403, 413, 415, 429, 503],
    }),
    endpoint!(GET "/dashboard/alertas/nueva" => alerts::blank {
        id: "alertForm", summary: "Shows the form of an alert, filled with a search",
        limit: Read, access: Access::Session, query: alerts::QUERY,
        answers: [200, 303, 401, 429, 503],
    }),
    endpoint!(GET "/dashboard/alertas/{id}" => alerts::one {
        id: "alertPage", summary: "Shows an alert and what it finds now",
        limit: Read, access: Access::Session, answers: [200, 303, 401, 404, 429, 503],
    }),
    endpoint!(POST "/dashboard/alertas/{id}" => alerts::change {
        id: "alertChangeSubmit", summary: "Changes, pauses, resumes or removes an alert",
        limit: Write, access: Access::Session, body_optional: alert_form::AlertForm,
        media: Form, guard: OwnPage, answers: [303, 400, 401, 403, 404, 413, 415, 429, 503],
    }),
    endpoint!(GET "/dashboard/avisos" => told::page {
        id: "noticesPage", summary: "Shows what one was told",
        limit: Read, access: Access::Session, query: told::QUERY,
        answers: [200, 303, 400, 401, 429, 503],
    }),
    endpoint!(POST "/dashboard/avisos" => told::submit {
        id: "noticesSubmit", summary: "Takes note of a notification, or of all",
        limit: Write, access: Access::Session, body_optional: told::NoticesForm,
        media: Form, guard: OwnPage, answers: [303, 400, 401, 403, 413, 415, 429, 503],
    }),
];
