//! `/dashboard`: the first page behind the sign-in. An organisation's people have another.

use askama::Template;

use crate::app::App;
use crate::domain::user::UserKind;
use crate::http::error::{ApiError, rendered};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;
use crate::pages::{employer, next};

#[derive(Template)]
#[template(path = "pages/dashboard/home.html", config = ".askama.toml")]
struct Home<'a> {
    words: PageWords<'a>,
    is_verified: bool,
    email: String,
}

/// Shows what is there for whoever is signed in.
///
/// # Errors
/// `Unauthorized`.
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    let user = &request.live()?.user;
    if user.kind == UserKind::Organization {
        // What a form has just said is said there.
        let query = request.head.uri.query().map_or_else(String::new, |query| format!("?{query}"));
        return Ok(next::to(&format!("{}{query}", employer::HOME)));
    }
    let page = Home {
        words: PageWords::of(app, &request),
        is_verified: user.email_verified,
        email: user.email.to_string(),
    };
    Ok(Response::html(200, rendered(page.render())?).no_store())
}
