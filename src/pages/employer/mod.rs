//! An organisation's side of the dashboard: its numbers, offers, members, its own page.

pub mod editor;
mod fields;
mod figures;
pub mod home;
pub mod invitation;
pub mod members;
pub mod offers;
pub mod preview;
pub mod profile;
mod sheet;
pub mod steps;
mod typed;

use crate::app::App;
use crate::board::employer::{self, Standing};
use crate::domain::refusal::Refusal;
use crate::domain::user::UserKind;
use crate::endpoint;
use crate::http::endpoint::{Access, Endpoint};
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::pages::next;

/// The first page of an organisation's people.
pub const HOME: &str = "/dashboard/organizacion";

/// The pages of this folder.
pub const ENDPOINTS: &[Endpoint] = &[
    endpoint!(GET "/dashboard/organizacion" => home::page {
        id: "employerHome", summary: "Shows an organization's numbers and what waits for it",
        limit: Read, access: Access::Session, query: home::QUERY,
        answers: [200, 303, 401, 403, 429, 503],
    }),
    endpoint!(POST "/dashboard/organizacion" => home::found {
        id: "employerFound", summary: "Makes an organization of one's own",
        limit: Write, access: Access::Session, body_optional: home::FoundForm,
        media: Form, guard: OwnPage, answers: [303, 400, 401, 403, 409, 413, 415, 429, 503],
    }),
    endpoint!(GET "/dashboard/organizacion/perfil" => profile::page {
        id: "employerProfile", summary: "Shows what an organization tells of itself",
        limit: Read, access: Access::Session, answers: [200, 303, 401, 403, 429, 503],
    }),
    endpoint!(POST "/dashboard/organizacion/perfil" => profile::submit {
        id: "employerProfileSubmit", summary: "Changes what an organization tells of itself",
        limit: Write, access: Access::Session, body_optional: profile::ProfileForm,
        media: Form, guard: OwnPage, answers: [303, 400, 401, 403, 409, 413, 415, 429, 503],
    }),
    endpoint!(POST "/dashboard/organizacion/eliminar" => profile::delete {
        id: "employerDelete", summary: "Deletes an organization with its offers",
        limit: Write, access: Access::Session, impersonation: Refused, body_optional: profile::DeleteForm,
        media: Form, guard: OwnPage, answers: [303, 400, 401, 403, 413, 415, 429, 503],
    }),
    endpoint!(GET "/dashboard/organizacion/miembros" => members::page {
        id: "employerMembers", summary: "Shows an organization's members and invitations",
        limit: Read, access: Access::Session, answers: [200, 303, 401, 403, 429, 503],
    }),
    endpoint!(POST "/dashboard/organizacion/miembros" => members::act {
        id: "employerMembersSubmit", summary: "Gives a member another role, or ends a membership",
        limit: Write, access: Access::Session, impersonation: Refused, body_optional: members::MemberForm,
        media: Form, guard: OwnPage, answers: [303, 400, 401, 403, 404, 413, 415, 429, 503],
    }),
    endpoint!(POST "/dashboard/organizacion/invitar" => members::invite {
        id: "employerInvite", summary: "Invites somebody to one's organization",
        limit: Write, access: Access::Session, impersonation: Refused, body_optional: members::InviteForm,
        media: Form, guard: OwnPage, answers: [303, 400, 401, 403, 413, 415, 429, 503],
    }),
    endpoint!(GET "/invitaciones/{token}" => invitation::page {
        id: "memberInvitation", summary: "Shows who invites to which organization",
        limit: Read, access: Access::Optional, answers: [200, 410, 429, 503],
    }),
    endpoint!(POST "/invitaciones/{token}" => invitation::submit {
        id: "memberInvitationSubmit", summary: "Accepts an invitation or turns it down",
        limit: Write, access: Access::Optional, body_optional: invitation::AnswerForm,
        media: Form, guard: OwnPage, answers: [303, 400, 403, 410, 413, 415, 429, 503],
    }),
    endpoint!(GET "/dashboard/ofertas" => offers::page {
        id: "employerOffers", summary: "Shows the offers of one's organization",
        limit: Read, access: Access::Session, query: offers::QUERY,
        answers: [200, 303, 401, 403, 429, 503],
    }),
    endpoint!(GET "/dashboard/ofertas/nueva" => editor::blank {
        id: "employerOfferNew", summary: "Shows the form for a new offer",
        limit: Read, access: Access::Session, answers: [200, 303, 401, 403, 429, 503],
    }),
    endpoint!(POST "/dashboard/ofertas/nueva" => editor::create {
        id: "employerOfferCreate", summary: "Writes an offer, and publishes it if asked to",
        limit: Write, access: Access::Session, body_optional: typed::OfferForm,
        media: Form, guard: OwnPage, answers: [200, 303, 400, 401, 403, 409, 413, 415, 429, 503],
    }),
    endpoint!(POST "/dashboard/ofertas/nueva/vista" => preview::of_new {
        id: "employerOfferNewPreview", summary: "Shows how a new offer would look",
        limit: Write, access: Access::Session, body_optional: typed::OfferForm,
        media: Form, guard: OwnPage, answers: [200, 303, 400, 401, 403, 413, 415, 429, 503],
    }),
    endpoint!(GET "/dashboard/ofertas/{id}" => editor::page {
        id: "employerOffer", summary: "Shows an offer of one's organization, to change it",
        limit: Read, access: Access::Session, answers: [200, 303, 401, 404, 429, 503],
    }),
    endpoint!(POST "/dashboard/ofertas/{id}" => editor::update {
        id: "employerOfferSubmit", summary: "Changes an offer, and publishes it if asked to",
        limit: Write, access: Access::Session, body_optional: typed::OfferForm,
        media: Form, guard: OwnPage,
        answers: [200, 303, 400, 401, 403, 404, 409, 413, 415, 429, 503],
    }),
    endpoint!(POST "/dashboard/ofertas/{id}/paso" => steps::submit {
        id: "employerOfferStep", summary: "Takes a step with an offer",
        limit: Write, access: Access::Session, body_optional: steps::StepForm,
        media: Form, guard: OwnPage, answers: [303, 400, 401, 403, 404, 413, 415, 429, 503],
    }),
    endpoint!(GET "/dashboard/ofertas/{id}/vista" => preview::of_saved {
        id: "employerOfferPreview", summary: "Shows an offer as visitors see it",
        limit: Read, access: Access::Session, answers: [200, 303, 401, 404, 429, 503],
    }),
    endpoint!(POST "/dashboard/ofertas/{id}/vista" => preview::of_typed {
        id: "employerOfferTypedPreview", summary: "Shows how a changed offer would look",
        limit: Write, access: Access::Session, body_optional: typed::OfferForm,
        media: Form, guard: OwnPage, answers: [200, 400, 401, 403, 404, 413, 415, 429, 503],
    }),
];

/// Where whoever asks stands, or where they are sent instead.
enum Place {
    /// In an organisation.
    Inside(Box<Standing>),
    /// To the page on which they make one.
    Away(Response),
}

/// Finds where whoever asks stands.
///
/// # Errors
/// `OrganizationAccountRequired` for people who look for work; a fault of the store.
async fn place(app: &App, request: &Request) -> Result<Place, ApiError> {
    let user = &request.live()?.user;
    match employer::standing(app, user).await? {
        Some(standing) => Ok(Place::Inside(Box::new(standing))),
        None if user.kind == UserKind::Organization => Ok(Place::Away(next::to(HOME))),
        None => Err(Refusal::OrganizationAccountRequired.into()),
    }
}
