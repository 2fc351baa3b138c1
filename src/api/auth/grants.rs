//! `POST /get-access-token`, `POST /refresh-token`, `GET /account-info`.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::account::social::named::Named;
use crate::account::social::tokens::{self, Granted};
use crate::app::App;
use crate::base::clock::Iso;
use crate::domain::email::Email;
use crate::domain::refusal::Refusal;
use crate::http::endpoint::QueryField;
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::schema::{FieldFault, Violation};

/// Which way in is meant.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct NamedAccount {
    /// The `id` that list-accounts shows; older clients send its `accountId`.
    account_id: Option<String>,
    /// The provider, as older clients send it.
    provider_id: Option<String>,
    /// The way in that a cookie remembers; no cookie here does.
    use_account_cookie: Option<bool>,
}

/// What account-info reads from the query.
pub const INFO_QUERY: &[QueryField] = &[
    QueryField::optional("accountId", "the id that list-accounts shows"),
    QueryField::optional("providerId", "the provider, as older clients send it"),
    QueryField::optional("useAccountCookie", "the way in that a cookie remembers; none does"),
];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct AccessShape<'a> {
    access_token: Option<&'a str>,
    access_token_expires_at: Option<Iso>,
    scopes: Vec<&'a str>,
    id_token: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RefreshShape<'a> {
    access_token: Option<&'a str>,
    refresh_token: Option<&'a str>,
    access_token_expires_at: Option<Iso>,
    refresh_token_expires_at: Option<Iso>,
    scope: Option<&'a str>,
    id_token: Option<&'a str>,
    provider_id: &'a str,
    account_id: &'a str,
}

#[derive(Serialize)]
struct InfoShape<'a> {
    user: ForeignUser<'a>,
    data: Map<String, Value>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ForeignUser<'a> {
    id: &'a str,
    name: &'a str,
    email: Option<&'a str>,
    image: Option<&'a str>,
    email_verified: bool,
}

/// Returns an access token that still counts.
///
/// # Errors
/// Those of [`tokens::access`]; `VALIDATION_ERROR`.
pub async fn access(app: &App, request: Request) -> Result<Response, ApiError> {
    let named = named(&request)?;
    let granted = tokens::access(app, (request.live()?, &named), request.now).await?;
    let Granted { grants, .. } = &granted;
    let scopes = grants.scope.as_deref().unwrap_or_default().split(',');
    let shape = AccessShape {
        access_token: grants.access_token.as_deref(),
        access_token_expires_at: grants.access_token_expires_at.map(Iso),
        scopes: scopes.filter(|scope| !scope.is_empty()).collect(),
        id_token: grants.id_token.as_deref(),
    };
    Ok(Response::json(200, &shape).no_store())
}

/// Renews what was granted.
///
/// # Errors
/// Those of [`tokens::renewed`]; `VALIDATION_ERROR`.
pub async fn refresh(app: &App, request: Request) -> Result<Response, ApiError> {
    let named = named(&request)?;
    let granted = tokens::renewed(app, (request.live()?, &named), request.now).await?;
    let Granted { account, grants } = &granted;
    let shape = RefreshShape {
        access_token: grants.access_token.as_deref(),
        refresh_token: grants.refresh_token.as_deref(),
        access_token_expires_at: grants.access_token_expires_at.map(Iso),
        refresh_token_expires_at: grants.refresh_token_expires_at.map(Iso),
        scope: grants.scope.as_deref(),
        id_token: grants.id_token.as_deref(),
        provider_id: &account.provider_id,
        account_id: &account.account_id,
    };
    Ok(Response::json(200, &shape).no_store())
}

/// Returns who the person is at the provider.
///
/// # Errors
/// Those of [`tokens::info`].
pub async fn info(app: &App, request: Request) -> Result<Response, ApiError> {
    let text = |name: &str| request.query(name).map(str::to_owned);
    let named = Named { account_id: text("accountId"), provider_id: text("providerId") };
    if named.account_id.is_none() && named.provider_id.is_none() {
        return Err(unclear(&request, "query"));
    }
    let (identity, data) = tokens::info(app, (request.live()?, &named), request.now).await?;
    let user = ForeignUser {
        id: &identity.account_id,
        name: &identity.name,
        email: identity.email.as_ref().map(Email::as_str),
        image: identity.image.as_deref(),
        email_verified: identity.is_email_proven,
    };
    Ok(Response::json(200, &InfoShape { user, data }).no_store())
}

/// Reads which way in is meant: by its name, or by a cookie that nobody sets.
fn named(request: &Request) -> Result<Named, ApiError> {
    let body: NamedAccount = request.body()?;
    let known = ["accountId", "providerId", "useAccountCookie"];
    let keys = request.json.as_ref().and_then(Value::as_object).into_iter().flatten();
    let is_strange = keys.into_iter().any(|(key, _)| !known.contains(&key.as_str()));
    let named = Named { account_id: body.account_id, provider_id: body.provider_id };
    let is_named = named.account_id.is_some() || named.provider_id.is_some();
    match (is_strange, is_named, body.use_account_cookie) {
        (false, true, _) => Ok(named),
        (false, false, Some(true)) => Err(Refusal::AccountNotFound.into()),
        (true, _, _) | (false, false, _) => Err(unclear(request, "body")),
    }
}

/// Says that nothing names a way in; a cookie that is asked for names none.
fn unclear(request: &Request, place: &'static str) -> ApiError {
    if request.query("useAccountCookie") == Some("true") {
        return Refusal::AccountNotFound.into();
    }
    let violation = Violation { field: String::new(), fault: FieldFault::Shape };
    ApiError::Invalid { place, violations: vec![violation] }
}
