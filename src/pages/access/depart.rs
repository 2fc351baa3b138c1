//! `POST /login/proveedor`: on the way to a provider.
//!
//! The policy of our pages lets a form lead to this site alone, redirects included. So the
//! answer is a page that goes on by itself, with a link for whoever stays.

use askama::Template;
use schemars::JsonSchema;
use serde::Deserialize;

use super::proper;
use crate::account::session::Live;
use crate::account::social;
use crate::account::social::start::{self, Wishes};
use crate::app::{App, Failure};
use crate::base::bounds::{NAME_LENGTH_MAX, URL_LENGTH_MAX};
use crate::http::cookie;
use crate::http::error::{ApiError, rendered};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;
use crate::pages::next;

/// The fields of a provider's button.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct DepartForm {
    /// The provider's name in the settings.
    #[schemars(length(max = NAME_LENGTH_MAX))]
    pub provider: Option<String>,
    /// Where to go afterwards.
    #[schemars(length(max = URL_LENGTH_MAX))]
    pub next: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/depart.html", config = ".askama.toml")]
struct Departure<'a> {
    words: PageWords<'a>,
    provider: String,
    url: String,
}

/// Leads to a provider to sign in.
///
/// # Errors
/// A fault; a provider that is unknown or does not answer leads back to the form.
pub async fn submit(app: &App, request: Request) -> Result<Response, ApiError> {
    let form: DepartForm = request.body_or_default()?;
    let onward = next::checked(app, form.next.as_deref());
    let error = String::from("/login");
    to_provider(app, &request, (form.provider.as_deref(), None), (onward, error)).await
}

/// Leads to a provider, to sign in or, with `live`, for another way in.
///
/// # Errors
/// As [`submit`]; `pages` are where it leads when it went well, and when not.
pub async fn to_provider(
    app: &App,
    request: &Request,
    (name, live): (Option<&str>, Option<&Live>),
    (onward, otherwise): (String, String),
) -> Result<Response, ApiError> {
    let wishes = Wishes {
        callback_url: Some(onward),
        error_url: Some(otherwise.clone()),
        ..Wishes::default()
    };
    let departure = match social::provider(app, name.unwrap_or_default()) {
        Ok(provider) => start::depart(app, provider, wishes, (live, request.now)).await,
        Err(refusal) => Err(Failure::from(refusal)),
    };
    let departure = match departure {
        Ok(departure) => departure,
        Err(Failure::Refused(refusal)) => {
            return Ok(next::to(&next::with(&otherwise, "problem", refusal.code())));
        }
        Err(
            other @ (Failure::IllegalStep { .. } | Failure::Limited { .. } | Failure::Fault(_)),
        ) => return Err(other.into()),
    };
    let page = Departure {
        words: PageWords::of(app, request).back_to("/login"),
        provider: proper(name.unwrap_or_default()),
        url: departure.url,
    };
    let response = Response::html(200, rendered(page.render())?).no_store();
    Ok(response.with_cookie(cookie::state_cookie(app, &departure.state)))
}
