//! `/api/notifications/preferences`: which optional mails one wants.

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::app::App;
use crate::board::mail_wishes;
use crate::endpoint;
use crate::http::endpoint::{Access, Endpoint};
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;

/// The endpoints.
pub const ENDPOINTS: &[Endpoint] = &[
    endpoint!(GET "/api/notifications/preferences" => read {
        id: "getMailPreferences", summary: "Tells which optional mails one gets",
        limit: Read, access: Access::Session, answers: [200, 401, 429, 503],
    }),
    endpoint!(PUT "/api/notifications/preferences" => write {
        id: "putMailPreferences",
        summary: "Says which optional mails one wants; what is not named stays",
        limit: Write, access: Access::Session, body: MailWishesBody,
        answers: [200, 400, 401, 403, 413, 415, 429, 503],
    }),
];

/// Which optional mails one wants.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct MailWishesBody {
    /// New offers of one's alerts.
    job_alert: Option<bool>,
    /// Somebody applied for an offer of one's organisation.
    application_received: Option<bool>,
    /// An application of one's own stands elsewhere.
    application_status: Option<bool>,
    /// A message that was not read for a while.
    new_message: Option<bool>,
    /// A week in numbers.
    weekly_report: Option<bool>,
    /// An offer of one's organisation is about to end.
    offer_expiring: Option<bool>,
}

/// Tells which optional mails one gets.
///
/// # Errors
/// A fault of the store.
pub async fn read(app: &App, request: Request) -> Result<Response, ApiError> {
    let wishes = mail_wishes::of(app, &request.live()?.user).await?;
    let wishes = wishes.into_iter().map(|(kind, wants)| (kind.to_owned(), Value::Bool(wants)));
    Ok(Response::json(200, &wishes.collect::<Map<_, _>>()).no_store())
}

/// Writes which optional mails one wants.
///
/// # Errors
/// `Invalid` for a kind that one cannot do without.
pub async fn write(app: &App, request: Request) -> Result<Response, ApiError> {
    let body: MailWishesBody = request.body()?;
    let named = [
        ("job-alert", body.job_alert),
        ("application-received", body.application_received),
        ("application-status", body.application_status),
        ("new-message", body.new_message),
        ("weekly-report", body.weekly_report),
        ("offer-expiring", body.offer_expiring),
    ];
    let wishes: Vec<(&str, bool)> =
        named.into_iter().filter_map(|(kind, wants)| Some((kind, wants?))).collect();
    mail_wishes::set(app, &request.live()?.user, &wishes, request.now).await?;
    read(app, request).await
}
