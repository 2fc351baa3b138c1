//! The first page, and the waitlist: joining it, one's place on it, its mailed links.

pub mod join;
pub mod landing;
pub mod link;
pub mod place;

use crate::endpoint;
use crate::http::endpoint::{Access, Endpoint};

/// The pages of this folder.
pub const ENDPOINTS: &[Endpoint] = &[
    endpoint!(GET "/" => landing::page {
        id: "home", summary: "Shows the first page, with the form of the waitlist",
        limit: Read, access: Access::Optional, query: landing::QUERY, answers: [200, 429],
    }),
    endpoint!(GET "/lista-de-espera" => join::away {
        id: "waitlistAway", summary: "Leads to the form of the waitlist",
        limit: Read, access: Access::Public, answers: [303, 429],
    }),
    endpoint!(POST "/lista-de-espera" => join::submit {
        id: "waitlistJoin", summary: "Joins the waitlist",
        limit: Waitlist, counted_as: "/api/waitlist", access: Access::Optional,
        body_optional: join::JoinForm, media: Form, guard: OwnPage,
        answers: [303, 400, 403, 404, 409, 413, 415, 429, 503],
    }),
    endpoint!(GET "/lista-de-espera/{code}" => place::page {
        id: "waitlistPlace", summary: "Shows where a referral code stands, and its link to share",
        limit: Read, access: Access::Optional, answers: [200, 404, 429],
    }),
    endpoint!(GET "/api/waitlist/confirm" => link::confirm_form {
        id: "waitlistConfirmForm", summary: "Shows the button that confirms a place",
        limit: Read, access: Access::Public, query: link::QUERY, answers: [200, 410, 429],
    }),
    endpoint!(POST "/api/waitlist/confirm" => link::confirm {
        id: "waitlistConfirm", summary: "Confirms a place on the waitlist",
        limit: Write, access: Access::Public, query: link::QUERY,
        body_optional: link::LinkForm, media: JsonOrForm,
        answers: [200, 303, 400, 403, 410, 415, 429, 503],
    }),
    endpoint!(GET "/api/waitlist/unsubscribe" => link::unsubscribe_form {
        id: "waitlistUnsubscribeForm", summary: "Shows the button that ends the mails",
        limit: Read, access: Access::Public, query: link::QUERY, answers: [200, 410, 429],
    }),
    endpoint!(POST "/api/waitlist/unsubscribe" => link::unsubscribe {
        id: "waitlistUnsubscribe", summary: "Ends the waitlist's mails, in one click",
        limit: Write, access: Access::Public, query: link::QUERY,
        body_optional: link::LinkForm, media: OneClick,
        answers: [200, 303, 400, 403, 410, 415, 429, 503],
    }),
];
