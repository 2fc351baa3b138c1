//! `/api/admin/*`: what administrators do beside the contract's own endpoints.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::waitlist::RoleBody;
use crate::account::audit;
use crate::app::{App, Failure};
use crate::base::bounds::{INVITATIONS_MAX, NAME_LENGTH_MAX};
use crate::domain::audit::Act;
use crate::domain::email::Email;
use crate::domain::refusal::Refusal;
use crate::domain::waitlist::WaitlistEntry;
use crate::endpoint;
use crate::http::endpoint::{Access, Endpoint};
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::store::waitlist_mail::Filter;
use crate::waitlist;

/// The endpoints.
pub const ENDPOINTS: &[Endpoint] = &[endpoint!(POST "/api/admin/waitlist/invite" => invite {
    id: "inviteWaitlist", summary: "Invites people from the waitlist",
    limit: Write, access: Access::Admin, body: InviteWaitlist,
    answers: [200, 400, 401, 403, 413, 415, 429, 503],
})];

/// The body of an invitation: addresses, or how many of the next ones.
#[derive(Debug, Deserialize, JsonSchema)]
pub struct InviteWaitlist {
    /// Addresses on the list; somebody invited before is invited again.
    #[schemars(length(max = INVITATIONS_MAX))]
    emails: Option<Vec<String>>,
    /// How many of the next ones, by position.
    #[schemars(range(min = 1, max = INVITATIONS_MAX))]
    count: Option<i64>,
    /// Of the next ones, only these: `professional` or `empresa`.
    role: Option<RoleBody>,
    /// Of the next ones, only those of this field.
    #[schemars(length(max = NAME_LENGTH_MAX))]
    field: Option<String>,
    /// Of the next ones, only those from this source.
    #[schemars(length(max = NAME_LENGTH_MAX))]
    source: Option<String>,
}

/// Invites; tells how many, and who could not be and why.
///
/// # Errors
/// `VALIDATION_ERROR` when neither addresses nor a number are given.
pub async fn invite(app: &App, request: Request) -> Result<Response, ApiError> {
    let body: InviteWaitlist = request.body()?;
    let mut skipped = Vec::new();
    let entries = match (&body.emails, body.count) {
        (Some(emails), _) => named(app, emails, &mut skipped).await?,
        (None, Some(count)) => waitlist::next_to_invite(app, &filter(body), count).await?,
        (None, None) => return Err(ApiError::missing("count")),
    };
    let detail = json!({"entries": entries.len()});
    let by = (&request.caller(app), request.now);
    audit::note(app, Act::WaitlistInvited, &detail, by).await?;
    let campaign = waitlist::campaign(app, request.now);
    let invited = waitlist::invite(app, &entries, &campaign, request.now).await?;
    Ok(Response::json(200, &json!({"success": true, "invited": invited, "skipped": skipped})))
}

fn filter(body: InviteWaitlist) -> Filter {
    Filter { role: body.role.map(Into::into), field: body.field, source: body.source }
}

async fn named(
    app: &App,
    emails: &[String],
    skipped: &mut Vec<serde_json::Value>,
) -> Result<Vec<WaitlistEntry>, ApiError> {
    let mut entries = Vec::new();
    for typed in emails {
        let found = match Email::parse(typed) {
            Some(email) => waitlist::to_invite(app, &email).await,
            None => Err(Refusal::InvalidEmail.into()),
        };
        match found {
            Ok(entry) => entries.push(entry),
            Err(Failure::Refused(refusal)) => {
                skipped.push(json!({"email": typed, "code": refusal.code()}));
            }
            Err(failure) => return Err(failure.into()),
        }
    }
    Ok(entries)
}
