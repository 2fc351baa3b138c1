//! `/registro`: opening an account.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{signed_in, ways};
use crate::account::sign_up::{self, Side, SignUp};
use crate::app::App;
use crate::base::bounds::{NAME_LENGTH_MAX, URL_LENGTH_MAX};
use crate::base::secret::Secret;
use crate::config::Signup;
use crate::domain::email::Email;
use crate::domain::refusal::Refusal;
use crate::domain::session::Remember;
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;
use crate::pages::form::{Field, Form};
use crate::pages::sheet::Sheet;
use crate::pages::{next, notice};

/// The fields of the form; what is missing is said on the page itself.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct SignUpForm {
    /// The name people see.
    #[schemars(length(max = NAME_LENGTH_MAX))]
    name: Option<String>,
    /// The mail address.
    #[schemars(length(max = 254))]
    email: Option<String>,
    /// The password.
    password: Option<String>,
    /// Where to go afterwards.
    #[schemars(length(max = URL_LENGTH_MAX))]
    next: Option<String>,
}

/// Shows the form, or why there is none; whoever is signed in already goes on.
///
/// # Errors
/// A fault.
pub async fn form(app: &App, request: Request) -> Result<Response, ApiError> {
    let asked = request.query("next");
    if request.viewer().is_some() {
        return Ok(next::to(&next::checked(app, asked)));
    }
    let words = PageWords::of(app, &request);
    let typed = SignUpForm { next: asked.map(str::to_owned), ..SignUpForm::default() };
    match app.config.auth.signup {
        Signup::Open | Signup::Invite => sheet(app, words, &typed).show(blank(app, &words, &typed)),
        Signup::Closed => Sheet::new(words, "sign-up-closed")
            .below(("access-have-account", "access-sign-in"), String::from("/login"))
            .show_bare(),
    }
}

/// Opens the account and, unless configured otherwise, signs in.
///
/// # Errors
/// A fault; a refusal is shown on the form.
pub async fn submit(app: &App, request: Request) -> Result<Response, ApiError> {
    let typed: SignUpForm = request.body_or_default()?;
    let words = PageWords::of(app, &request);
    let mut form = blank(app, &words, &typed);
    let name = typed.name.as_deref().map_or("", str::trim);
    let email = Email::parse(typed.email.as_deref().unwrap_or_default());
    if name.is_empty() {
        form = form.wrong_at("name", words.text("access-name-missing"));
    }
    let (Some(email), false) = (email.clone(), name.is_empty()) else {
        if email.is_none() {
            form = form.refused(&words, Refusal::InvalidEmail);
        }
        return sheet(app, words, &typed).show_told(form.back());
    };
    let sign_up = SignUp {
        email,
        password: Secret::new(typed.password.clone().unwrap_or_default()),
        name: name.to_owned(),
        image: None,
        callback_url: Some(String::from("/verificado")),
        invitation: None,
        remember: Remember::Yes,
        side: Side::default(),
    };
    match sign_up::with_email(app, sign_up, (&request.caller(app), request.now)).await {
        Ok(signed_up) => {
            let onward = match &signed_up.opened {
                Some(_) => {
                    let page = next::checked(app, typed.next.as_deref());
                    next::to(&next::with(&page, "done", "welcome"))
                }
                None => next::to(&notice::address("sign-up-sent")),
            };
            let opened = signed_up.opened.as_ref().map(|opened| (opened, Remember::Yes));
            Ok(signed_in(app, &request, onward, (opened, signed_up.device.as_ref())))
        }
        Err(failure) => sheet(app, words, &typed).show_told(form.told(&words, failure)?),
    }
}

fn blank(app: &App, words: &PageWords<'_>, typed: &SignUpForm) -> Form {
    let said = |text: &Option<String>| text.clone().unwrap_or_default();
    let name = Field::line(words, "name", "field-name").required().filled(&said(&typed.name));
    let name = Field { autocomplete: "name", ..name };
    let min = app.config.auth.password_length_min;
    let fields = vec![
        if typed.email.is_none() { name.focused() } else { name },
        Field::email(words, "field-email").filled(&said(&typed.email)),
        Field::new_password(words, "password", min),
    ];
    let form = Form::new(words, "sign-up", ("/registro", "access-sign-up-submit"), fields);
    match next::path(app, typed.next.as_deref()) {
        Some(path) => form.with("next", path),
        None => form,
    }
}

fn sheet<'a>(app: &App, words: PageWords<'a>, typed: &SignUpForm) -> Sheet<'a> {
    let onward = next::checked(app, typed.next.as_deref());
    let key = match app.config.auth.signup {
        Signup::Open | Signup::Closed => "sign-up",
        Signup::Invite => "sign-up-invited",
    };
    Sheet::new(words, key)
        .ways(ways(app, &words, &onward))
        .below(("access-have-account", "access-sign-in"), String::from("/login"))
}
