//! `/login`: the way in by address and password, or by a provider.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{awaiting, signed_in, ways};
use crate::account::sign_in::{self, Credentials};
use crate::app::{App, Failure};
use crate::base::bounds::URL_LENGTH_MAX;
use crate::base::secret::Secret;
use crate::domain::email::Email;
use crate::domain::refusal::Refusal;
use crate::domain::session::Remember;
use crate::http::endpoint::QueryField;
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::{Heading, PageWords};
use crate::pages::form::{Field, Form, Kind};
use crate::pages::next;
use crate::pages::sheet::Sheet;

/// What the page reads from the query.
pub const QUERY: &[QueryField] = &[
    QueryField::optional("next", "where to go afterwards, a path of this site"),
    QueryField::optional("error", "the code of why a provider did not lead here"),
];

/// The fields of the form; what is missing is said on the page itself.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct SignInForm {
    /// The mail address.
    #[schemars(length(max = 254))]
    email: Option<String>,
    /// The password.
    password: Option<String>,
    /// Whether the session outlives the browser.
    #[schemars(length(max = 8))]
    remember: Option<String>,
    /// Where to go afterwards.
    #[schemars(length(max = URL_LENGTH_MAX))]
    next: Option<String>,
}

/// Shows the form; whoever is signed in already goes on.
///
/// # Errors
/// A fault.
pub async fn form(app: &App, request: Request) -> Result<Response, ApiError> {
    let asked = request.query("next");
    if request.viewer().is_some() {
        return Ok(next::to(&next::checked(app, asked)));
    }
    let words = PageWords::of(app, &request);
    let typed = SignInForm { next: asked.map(str::to_owned), ..SignInForm::default() };
    let mut form = blank(app, &words, &typed);
    if request.query("error").is_some() {
        form.problem = Some(words.text("access-provider-failed"));
    }
    sheet(app, words, &typed).show(form)
}

/// Signs in.
///
/// # Errors
/// A fault; a refusal is shown on the form.
pub async fn submit(app: &App, request: Request) -> Result<Response, ApiError> {
    let typed: SignInForm = request.body_or_default()?;
    let words = PageWords::of(app, &request);
    let form = blank(app, &words, &typed);
    let email = Email::parse(typed.email.as_deref().unwrap_or_default());
    let Some(email) = email else {
        let told = form.refused(&words, Refusal::InvalidEmail).back();
        return sheet(app, words, &typed).show_told(told);
    };
    let remember = if typed.remember.is_some() { Remember::Yes } else { Remember::No };
    let credentials = Credentials {
        email,
        password: Secret::new(typed.password.clone().unwrap_or_default()),
        remember,
        callback_url: Some(String::from("/verificado")),
    };
    let by = (&request.caller(app), request.now);
    let email = credentials.email.clone();
    match sign_in::with_password(app, credentials, by).await {
        Ok(signed) => {
            let onward = next::to(&next::checked(app, typed.next.as_deref()));
            let cookies = (Some((&signed.opened, remember)), signed.device.as_ref());
            Ok(signed_in(app, &request, onward, cookies))
        }
        Err(failure) => {
            let waits = matches!(failure, Failure::Refused(Refusal::EmailNotVerified));
            let page = sheet(app, words, &typed).show_told(form.told(&words, failure)?)?;
            Ok(if waits { awaiting(app, &request, page, &email) } else { page })
        }
    }
}

fn blank(app: &App, words: &PageWords<'_>, typed: &SignInForm) -> Form {
    let is_first = typed.email.is_none();
    let email = Field::email(words, "field-email").filled(typed.email.as_deref().unwrap_or(""));
    let kept = if is_first || typed.remember.is_some() { "true" } else { "" };
    let fields = vec![
        if is_first { email.focused() } else { email },
        Field::password(words, "password", "field-password"),
        Field::new(words, "remember", Kind::Check, "access-remember").filled(kept),
    ];
    let form = Form::new(words, "sign-in", ("/login", "access-sign-in-submit"), fields);
    match next::path(app, typed.next.as_deref()) {
        Some(path) => form.with("next", path),
        None => form,
    }
}

fn sheet<'a>(app: &App, words: PageWords<'a>, typed: &SignInForm) -> Sheet<'a> {
    let onward = next::checked(app, typed.next.as_deref());
    let sheet = Sheet::new(words, Heading("sign-in"))
        .ways(ways(app, &words, &onward))
        .below(("", "access-forgotten"), String::from("/recuperar"));
    if words.is_open() {
        let register = match next::path(app, typed.next.as_deref()) {
            Some(path) => next::with("/registro", "next", path),
            None => String::from("/registro"),
        };
        sheet.below(("access-no-account", "access-register"), register)
    } else {
        sheet
    }
}
