//! `/dashboard/cuenta/eliminar`: the end of an account, by its owner.
//!
//! Whoever has a password gives it; others get a link by mail unless they signed in just
//! now. The rules are the API's.

use askama::Template;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::account::delete::{self, Deletion, Proof};
use crate::account::profile;
use crate::app::App;
use crate::base::secret::Secret;
use crate::domain::account::PROVIDER_CREDENTIAL;
use crate::http::cookie;
use crate::http::error::{ApiError, rendered};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;
use crate::pages::form::{Field, Form, Kind, Told};
use crate::pages::next;

/// The fields of the form.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct FarewellForm {
    /// The password, where there is one.
    password: Option<String>,
    /// Whether the person means it.
    #[schemars(length(max = 8))]
    sure: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/dashboard/farewell.html", config = ".askama.toml")]
struct Farewell<'a> {
    words: PageWords<'a>,
    form: Form,
}

/// Shows the form.
///
/// # Errors
/// A fault of the store.
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    let words = PageWords::of(app, &request);
    let form = blank(app, &request, &words).await?;
    show(words, Told { form, status: 200, retry_after_s: None })
}

/// Deletes the account, or mails the link that does.
///
/// # Errors
/// A fault; a refusal is shown on the form.
pub async fn submit(app: &App, request: Request) -> Result<Response, ApiError> {
    let typed: FarewellForm = request.body_or_default()?;
    let live = request.live()?;
    let words = PageWords::of(app, &request);
    let form = blank(app, &request, &words).await?;
    if typed.sure.is_none() {
        return show(words, form.wrong_at("sure", words.text("farewell-sure-missing")).back());
    }
    let has_password = form.fields.iter().any(|field| field.name == "password");
    let proof = Proof {
        password: has_password.then(|| Secret::new(typed.password.unwrap_or_default())),
        token: None,
        callback_url: Some(String::from("/?done=deleted")),
    };
    match delete::request(app, live, proof, (&request.caller(app), request.now)).await {
        Ok(Deletion::Done) => Ok(cookie::clear_session_cookies(app, &request.head.headers)
            .into_iter()
            .fold(next::to("/?done=deleted"), Response::with_cookie)),
        Ok(Deletion::Mailed) => Ok(next::to("/dashboard/cuenta/eliminar?done=deletion-mailed")),
        Err(failure) => show(words, form.told(&words, failure)?),
    }
}

async fn blank(app: &App, request: &Request, words: &PageWords<'_>) -> Result<Form, ApiError> {
    let ways = profile::accounts(app, request.live()?).await?;
    let mut fields = Vec::new();
    if ways.iter().any(|way| way.provider_id == PROVIDER_CREDENTIAL) {
        fields.push(Field::password(words, "password", "field-password"));
    }
    fields.push(Field::new(words, "sure", Kind::Check, "farewell-sure").required());
    let target = ("/dashboard/cuenta/eliminar", "farewell-submit");
    Ok(Form::new(words, "farewell", target, fields).dangerous())
}

fn show(words: PageWords<'_>, told: Told) -> Result<Response, ApiError> {
    let page = Farewell { words, form: told.form };
    Ok(Response::html(told.status, rendered(page.render())?).no_store())
}
