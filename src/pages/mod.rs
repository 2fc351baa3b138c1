//! Layer 7: HTML pages, rendered on the server, usable without JavaScript.
//!
//! Templates live in `assets/pages`, are checked at compile time and escape what
//! they show. A page never decides; it calls the same rules as the API.

mod assets;
mod notice;
mod setup;

use crate::endpoint;
use crate::http::endpoint::{Access, Endpoint};

/// The pages and their assets.
pub const ENDPOINTS: &[Endpoint] = &[
    endpoint!(GET "/setup/{token}" => setup::form {
        id: "setupForm", summary: "Shows the form for the first administrator",
        limit: Auth, access: Access::Public, answers: [200, 410, 429],
    }),
    endpoint!(POST "/setup/{token}" => setup::submit {
        id: "setupSubmit", summary: "Creates the first administrator",
        limit: Auth, access: Access::Public, body_optional: setup::SetupForm,
        media: Form, answers: [200, 400, 403, 409, 410, 429, 503],
    }),
    endpoint!(GET "/api/auth/error" => notice::error {
        id: "errorPage", summary: "Explains an error to whoever followed a link",
        limit: Auth, access: Access::Public, query: notice::ERROR_QUERY, answers: [200, 429],
    }),
    endpoint!(GET "/assets/brand.css" => assets::brand {
        id: "brandStyle", summary: "Returns the brand's colours",
        limit: Free, access: Access::Public, answers: [200],
    }),
    endpoint!(GET "/assets/{file}" => assets::file {
        id: "asset", summary: "Returns a style sheet or an icon",
        limit: Free, access: Access::Public, answers: [200, 304, 404],
    }),
];
