//! The job board as people see it: offers, organisations, applying, and what became of it.

pub mod applications;
pub mod apply;
pub mod listing;
pub mod offer;
pub mod organization;
pub mod said;
pub mod saved;

use crate::endpoint;
use crate::http::endpoint::{Access, Endpoint};

/// The pages of this folder.
pub const ENDPOINTS: &[Endpoint] = &[
    endpoint!(GET "/empleos" => listing::page {
        id: "jobsPage", summary: "Shows the published offers, searched and filtered",
        limit: Read, access: Access::Optional, query: listing::QUERY,
        answers: [200, 400, 429, 503],
    }),
    endpoint!(GET "/empleos/{id}" => offer::page {
        id: "jobPage", summary: "Shows an offer and counts the look",
        limit: Read, access: Access::Optional, answers: [200, 303, 404, 410, 429, 503],
    }),
    endpoint!(GET "/organizaciones/{id}" => organization::page {
        id: "organizationPage", summary: "Shows an organization and its open offers",
        limit: Read, access: Access::Optional, query: organization::QUERY,
        answers: [200, 303, 400, 404, 429, 503],
    }),
    endpoint!(GET "/dashboard/solicitar/{id}" => apply::form {
        id: "applyForm", summary: "Shows the form to apply for an offer",
        limit: Read, access: Access::Session, answers: [200, 303, 401, 404, 429, 503],
    }),
    endpoint!(POST "/dashboard/solicitar/{id}" => apply::submit {
        id: "applySubmit", summary: "Applies for an offer",
        limit: Write, access: Access::Session, body_optional: apply::ApplyForm,
        media: Form, guard: OwnPage, answers: [303, 400, 401, 403, 404, 413, 415, 429, 503],
    }),
    endpoint!(GET "/dashboard/candidaturas" => applications::page {
        id: "applicationsPage", summary: "Shows one's own applications",
        limit: Read, access: Access::Session, query: applications::LIST_QUERY,
        answers: [200, 303, 400, 401, 429, 503],
    }),
    endpoint!(GET "/dashboard/candidaturas/{id}" => applications::one {
        id: "applicationPage", summary: "Shows one of one's own applications and its history",
        limit: Read, access: Access::Session, answers: [200, 303, 401, 404, 429, 503],
    }),
    endpoint!(POST "/dashboard/candidaturas/{id}" => applications::withdraw {
        id: "withdrawSubmit", summary: "Takes one's own application back",
        limit: Write, access: Access::Session, guard: OwnPage,
        answers: [303, 401, 403, 404, 429, 503],
    }),
    endpoint!(GET "/dashboard/guardadas" => saved::page {
        id: "savedPage", summary: "Shows the offers that one has saved",
        limit: Read, access: Access::Session, query: applications::QUERY,
        answers: [200, 303, 400, 401, 429, 503],
    }),
    endpoint!(POST "/dashboard/guardadas" => saved::submit {
        id: "savedSubmit", summary: "Saves an offer or forgets it",
        limit: Write, access: Access::Session, body_optional: saved::SavedForm,
        media: Form, guard: OwnPage, answers: [303, 400, 401, 403, 413, 415, 429, 503],
    }),
];
