//! `/styleguide`: every part of the design on one page, for whoever builds with it.
//!
//! It is there while `server.public_url` names this machine: where people work on the
//! site, and nowhere else.

use askama::Template;

use super::form::{Choice, Field, Form, Kind};
use crate::app::App;
use crate::http::error::{ApiError, HttpRefusal, rendered};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;

#[derive(Template)]
#[template(path = "pages/styleguide.html", config = ".askama.toml")]
struct Styleguide<'a> {
    words: PageWords<'a>,
    colors: &'static [&'static str],
    form: Form,
}

const COLORS: &[&str] = &[
    "paper",
    "sheet",
    "well",
    "tint",
    "line",
    "line-strong",
    "soft",
    "ink",
    "accent",
    "fill",
    "good",
    "warn",
    "wrong",
];

/// Shows the page.
///
/// # Errors
/// 404 where the site is not this machine.
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    if !app.config.server.public_url.is_loopback() {
        return Err(HttpRefusal::NotFound.into());
    }
    let words = PageWords::of(app, &request);
    let page = Styleguide { form: sample(&words), words, colors: COLORS };
    Ok(Response::html(200, rendered(page.render())?).no_store())
}

fn sample(words: &PageWords<'_>) -> Form {
    let options = || {
        ["professional", "empresa"]
            .map(|value| Choice::new(words, value, &format!("landing-role-{value}")))
    };
    let choices = Field::new(words, "choices", Kind::Choices, "landing-role");
    let select = Field::new(words, "select", Kind::Select, "landing-role");
    let wrong = words.text("error-invalid-email");
    let fields = vec![
        Field { value: String::from("professional"), options: options().into(), ..choices },
        Field::line(words, "name", "field-name").filled("Ana"),
        Field::email(words, "field-email").filled("ana@").wrong(Some(wrong)),
        Field::new_password(words, "password", 8),
        Field { options: options().into(), ..select },
        Field::new(words, "long", Kind::Long, "landing-field"),
        Field::new(words, "check", Kind::Check, "access-remember").filled("true"),
    ];
    Form::new(words, "sample", ("/styleguide", "form-save"), fields)
}
