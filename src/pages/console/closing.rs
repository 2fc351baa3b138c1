//! The site closed for a while, and opened again, from the page of the system.

use schemars::JsonSchema;
use serde::Deserialize;

use super::system;
use crate::app::{App, maintenance};
use crate::base::bounds::MAINTENANCE_MINUTES_MAX;
use crate::base::clock::Millis;
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::{Heading, PageWords};
use crate::pages::account::Section;
use crate::pages::form::{Field, Form, Kind};
use crate::pages::next;
use crate::store::maintenance::Closing;

const PAGE: &str = "/dashboard/admin/sistema";

/// The fields of both forms.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct CloseForm {
    /// `open` opens; anything else closes.
    #[schemars(length(max = 8))]
    act: Option<String>,
    /// For how many minutes, as people are told; empty: nobody knows.
    #[schemars(length(max = 8))]
    minutes: Option<String>,
}

/// Closes or opens.
///
/// # Errors
/// A fault of the store.
pub async fn submit(app: &App, request: Request) -> Result<Response, ApiError> {
    let form: CloseForm = request.body_or_default()?;
    let by = (&request.caller(app), request.now);
    if form.act.as_deref() == Some("open") {
        maintenance::end(app, by).await?;
        return Ok(next::to(&next::with(PAGE, "done", "site-opened")));
    }
    let typed = form.minutes.as_deref().unwrap_or_default().trim();
    let minutes: Option<i64> = typed.parse().ok();
    let is_known = minutes.is_some_and(|it| (1..=MAINTENANCE_MINUTES_MAX).contains(&it));
    if !typed.is_empty() && !is_known {
        let words = PageWords::of(app, &request);
        let most = MAINTENANCE_MINUTES_MAX.to_string();
        let wrong = words.format("maintenance-minutes-wrong", &[("most", &most)]);
        let told = blank(&words, typed).wrong_at("minutes", wrong).back();
        return system::show(app, &request, Some(told)).await;
    }
    let ends_at = minutes.map(|minutes| request.now.plus_s(minutes * 60));
    maintenance::begin(app, ends_at, by).await?;
    Ok(next::to(&next::with(PAGE, "done", "site-closed")))
}

/// Makes the section of the page: the form that closes, or the one that opens.
#[must_use]
pub fn section(words: &PageWords<'_>, closing: &Closing, told: Option<Form>) -> Section {
    if let Some(form) = told {
        return Section::new(words, Heading("maintenance-close"), form);
    }
    if !closing.is_on {
        return Section::new(words, Heading("maintenance-close"), blank(words, ""));
    }
    let form = Form::new(words, "maintenance", (PAGE, "maintenance-open-submit"), Vec::new());
    let section = Section::new(words, Heading("maintenance-open"), form.with("act", "open"));
    let moment = |at: Option<Millis>| at.map(|at| words.moment(&at)).unwrap_or_default();
    let key =
        if closing.ends_at.is_some() { "maintenance-since-until" } else { "maintenance-since" };
    let (at, until) = (moment(closing.began_at), moment(closing.ends_at));
    let since = words.format(key, &[("at", &at), ("until", &until)]);
    Section { text: format!("{since} {}", section.text), ..section }
}

fn blank(words: &PageWords<'_>, typed: &str) -> Form {
    let field = Field::new(words, "minutes", Kind::Input("number"), "maintenance-minutes");
    let field = Field { max: 5, ..field }.filled(typed);
    let fields = vec![field.hinted(words.text("maintenance-minutes-hint"))];
    let form = Form::new(words, "maintenance", (PAGE, "maintenance-close-submit"), fields);
    form.dangerous().asking(words.text("maintenance-close-sure"))
}
