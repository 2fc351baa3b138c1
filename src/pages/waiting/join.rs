//! `POST /lista-de-espera`: the form on the first page.

use schemars::JsonSchema;
use serde::Deserialize;

use super::landing;
use crate::app::{App, Failure};
use crate::base::bounds::NAME_LENGTH_MAX;
use crate::domain::email::Email;
use crate::domain::refusal::Refusal;
use crate::domain::waitlist::WaitlistRole;
use crate::http::error::ApiError;
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;
use crate::pages::form::{Choice, Field, Form, Kind, Told};
use crate::pages::next;
use crate::waitlist::{self, Join, Joined};

/// The fields of the form; what is missing is said on the page itself.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct JoinForm {
    /// The mail address.
    #[schemars(length(max = 254))]
    pub email: Option<String>,
    /// What the person is.
    #[schemars(length(max = 16))]
    pub role: Option<String>,
    /// The name.
    #[schemars(length(max = NAME_LENGTH_MAX))]
    pub name: Option<String>,
    /// A professional's field.
    #[schemars(length(max = NAME_LENGTH_MAX))]
    pub field: Option<String>,
    /// An organisation's name.
    #[schemars(length(max = NAME_LENGTH_MAX))]
    pub company: Option<String>,
    /// The referral code of whoever told them.
    #[serde(rename = "ref")]
    #[schemars(length(max = 64))]
    pub referral: Option<String>,
    /// Where they came from.
    #[schemars(length(max = NAME_LENGTH_MAX))]
    pub source: Option<String>,
}

/// Leads to the form, which is on the first page.
///
/// # Errors
/// None.
pub async fn away(_app: &App, _request: Request) -> Result<Response, ApiError> {
    Ok(next::to("/#lista"))
}

/// Joins and shows the place; where it comes by mail, says that a mail is on its way.
///
/// # Errors
/// 404 while there is no waitlist; a fault; a refusal is shown on the form.
pub async fn submit(app: &App, request: Request) -> Result<Response, ApiError> {
    if !app.config.waitlist.enabled {
        return Err(Refusal::WaitlistNotFound.into());
    }
    let typed: JoinForm = request.body_or_default()?;
    let words = PageWords::of(app, &request);
    let form = blank(&words, &typed);
    let email = Email::parse(typed.email.as_deref().unwrap_or_default());
    let role = typed.role.as_deref().and_then(WaitlistRole::parse);
    let (email, role) = match (email, role) {
        (Some(email), Some(role)) => (email, role),
        (None, _) => {
            let told = form.refused(&words, Refusal::InvalidEmail).back();
            return landing::show(app, &request, Some(told)).await;
        }
        (Some(_), None) => {
            let told = form.wrong_at("role", words.text("landing-role-missing")).back();
            return landing::show(app, &request, Some(told)).await;
        }
    };
    let join = Join {
        email,
        role,
        name: said(typed.name),
        field: said(typed.field),
        company: said(typed.company),
        referral: said(typed.referral),
        source: said(typed.source),
        locale: request.locale,
        client: request.client,
    };
    match waitlist::join(app, join, request.now).await {
        Ok(Joined::Placed { referral_code, .. }) => {
            Ok(next::to(&format!("/lista-de-espera/{referral_code}?done=joined")))
        }
        Ok(Joined::Mailed) => Ok(next::to("/?apuntado=1#lista")),
        Err(Failure::Refused(Refusal::WaitlistDuplicate)) => {
            let form = form.refused(&words, Refusal::WaitlistDuplicate);
            let told = Told { form, status: 409, retry_after_s: None };
            landing::show(app, &request, Some(told)).await
        }
        Err(failure) => {
            let told = form.told(&words, failure)?;
            landing::show(app, &request, Some(told)).await
        }
    }
}

/// Makes the form with what was typed.
#[must_use]
pub fn blank(words: &PageWords<'_>, typed: &JoinForm) -> Form {
    let value = |text: &Option<String>| text.clone().unwrap_or_default();
    let roles =
        [("professional", "landing-role-professional"), ("empresa", "landing-role-empresa")];
    let options = roles.map(|(value, key)| Choice::new(words, value, key));
    let role = Field::new(words, "role", Kind::Choices, "landing-role").required();
    let chosen = typed.role.clone().unwrap_or_else(|| String::from("professional"));
    let line =
        |name, label, typed: &Option<String>| Field::line(words, name, label).filled(&value(typed));
    let name = line("name", "field-name", &typed.name);
    let field = line("field", "landing-field", &typed.field);
    let company = line("company", "landing-company", &typed.company);
    let fields = vec![
        Field { value: chosen, options: options.into(), ..role },
        Field { autocomplete: "email", ..Field::email(words, "field-email") }
            .filled(&value(&typed.email)),
        Field { autocomplete: "name", ..name },
        Field { class: "for-professional", ..field },
        Field { class: "for-empresa", autocomplete: "organization", ..company },
    ];
    let form = Form::new(words, "join", ("/lista-de-espera", "landing-join"), fields).narrow();
    let sent_along = [("ref", &typed.referral), ("source", &typed.source)];
    sent_along.into_iter().fold(form, |form, (name, value)| match value {
        Some(value) => form.with(name, value),
        None => form,
    })
}

/// Trims what was typed; nothing is nothing.
fn said(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}
