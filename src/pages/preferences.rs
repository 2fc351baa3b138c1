//! `POST /preferencias`: the language and the theme of whoever reads, remembered.

use schemars::JsonSchema;
use serde::Deserialize;

use super::next;
use crate::app::App;
use crate::base::bounds::URL_LENGTH_MAX;
use crate::base::locale::Locale;
use crate::http::cookie;
use crate::http::error::ApiError;
use crate::http::preferences::{LANGUAGE, THEME, Theme};
use crate::http::request::Request;
use crate::http::response::Response;

/// The fields of the switches; what is missing stays as it is.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct PreferencesForm {
    /// A language's tag.
    #[schemars(length(max = 8))]
    language: Option<String>,
    /// A theme's word.
    #[schemars(length(max = 8))]
    theme: Option<String>,
    /// The page that the switch was on.
    #[schemars(length(max = URL_LENGTH_MAX))]
    next: Option<String>,
}

/// Remembers a choice and goes back to the page.
///
/// # Errors
/// None of its own.
pub async fn submit(app: &App, request: Request) -> Result<Response, ApiError> {
    let form: PreferencesForm = request.body_or_default()?;
    let page = next::path(app, form.next.as_deref()).unwrap_or("/");
    let language = form.language.as_deref().and_then(Locale::parse).map(Locale::tag);
    let theme = form.theme.as_deref().and_then(Theme::parse).map(Theme::name);
    let choices = [(LANGUAGE, language), (THEME, theme)];
    let chosen = choices.into_iter().filter_map(|(name, value)| Some((name, value?)));
    Ok(chosen.fold(next::to(page), |response, (name, value)| {
        response.with_cookie(cookie::choice_cookie(app, name, value))
    }))
}
