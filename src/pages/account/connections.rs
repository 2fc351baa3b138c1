//! `/dashboard/cuenta/conexiones`: the ways in, another one, one less.

use askama::Template;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::account::profile;
use crate::account::social::named::Named;
use crate::account::social::unlink as rule;
use crate::app::{App, Failure};
use crate::base::bounds::ID_LENGTH_MAX;
use crate::base::clock::Millis;
use crate::domain::account::PROVIDER_CREDENTIAL;
use crate::http::error::{ApiError, rendered};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;
use crate::pages::access::depart::{self, DepartForm};
use crate::pages::access::proper;
use crate::pages::next;

const PAGE: &str = "/dashboard/cuenta/conexiones";

/// The field of the button that takes a way in away.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct UnlinkForm {
    /// The way's id.
    #[schemars(length(max = ID_LENGTH_MAX))]
    account: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/dashboard/connections.html", config = ".askama.toml")]
struct Connections<'a> {
    words: PageWords<'a>,
    ways: Vec<WayIn>,
    others: Vec<Other>,
}

/// A way in that is there.
struct WayIn {
    id: String,
    name: String,
    since: Millis,
    /// The last one stays, and so does the password.
    may_go: bool,
}

/// A provider that could be one.
struct Other {
    name: String,
    label: String,
}

/// Shows the ways in.
///
/// # Errors
/// A fault of the store.
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    let live = request.live()?;
    let words = PageWords::of(app, &request);
    let accounts = profile::accounts(app, live).await?;
    let ways = accounts
        .iter()
        .map(|account| {
            let is_password = account.provider_id == PROVIDER_CREDENTIAL;
            WayIn {
                id: account.id.clone(),
                name: if is_password {
                    words.text("connections-password")
                } else {
                    proper(&account.provider_id)
                },
                since: account.created_at,
                may_go: accounts.len() > 1 && !is_password,
            }
        })
        .collect();
    let is_there = |name: &String| accounts.iter().any(|account| account.provider_id == *name);
    let others = app
        .config
        .social
        .keys()
        .filter(|name| !is_there(name))
        .map(|name| Other { name: name.clone(), label: proper(name) })
        .collect();
    let page = Connections { words, ways, others };
    Ok(Response::html(200, rendered(page.render())?).no_store())
}

/// Leads to a provider for another way in.
///
/// # Errors
/// A fault; a provider that does not answer leads back.
pub async fn link(app: &App, request: Request) -> Result<Response, ApiError> {
    let form: DepartForm = request.body_or_default()?;
    let live = request.live()?;
    let pages = (format!("{PAGE}?done=linked"), PAGE.to_owned());
    depart::to_provider(app, &request, (form.provider.as_deref(), Some(live)), pages).await
}

/// Takes a way in away; never the last one.
///
/// # Errors
/// A fault; a refusal is said on the page.
pub async fn unlink(app: &App, request: Request) -> Result<Response, ApiError> {
    let form: UnlinkForm = request.body_or_default()?;
    let live = request.live()?;
    let named = Named { account_id: form.account, ..Named::default() };
    let by = (&request.caller(app), request.now);
    match rule::remove(app, live, &named, by).await {
        Ok(()) => Ok(next::to(&next::with(PAGE, "done", "unlinked"))),
        Err(Failure::Refused(refusal)) => {
            Ok(next::to(&next::with(PAGE, "problem", refusal.code())))
        }
        Err(
            other @ (Failure::IllegalStep { .. } | Failure::Limited { .. } | Failure::Fault(_)),
        ) => Err(other.into()),
    }
}
