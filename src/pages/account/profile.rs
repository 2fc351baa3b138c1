//! `/dashboard/cuenta`: name, picture and address.

use askama::Template;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Section, address};
use crate::account::profile::{self, ProfileChange};
use crate::app::App;
use crate::base::bounds::{NAME_LENGTH_MAX, URL_LENGTH_MAX};
use crate::domain::picture::GivenPicture;
use crate::http::error::{ApiError, rendered};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::{Heading, PageWords};
use crate::pages::form::{Field, Form, Kind, Told};
use crate::pages::next;

/// The fields of the form.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct ProfileForm {
    /// The name people see.
    #[schemars(length(max = NAME_LENGTH_MAX))]
    name: Option<String>,
    /// Address of a picture; empty removes it.
    #[schemars(length(max = URL_LENGTH_MAX))]
    image: Option<String>,
    /// What the person does for a living; empty removes it.
    #[schemars(length(max = NAME_LENGTH_MAX))]
    profession: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/dashboard/profile.html", config = ".askama.toml")]
struct Profile<'a> {
    words: PageWords<'a>,
    sections: Vec<Section>,
}

/// Shows the forms.
///
/// # Errors
/// `Unauthorized`.
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    show(app, &request, (None, None))
}

/// Changes name and picture.
///
/// # Errors
/// A fault; a refusal is shown on the form.
pub async fn submit(app: &App, request: Request) -> Result<Response, ApiError> {
    let typed: ProfileForm = request.body_or_default()?;
    let live = request.live()?;
    let words = PageWords::of(app, &request);
    let said = |text: &Option<String>| text.as_deref().map_or("", str::trim).to_owned();
    let (name, image) = (said(&typed.name), said(&typed.image));
    let profession = typed.profession.as_deref().map(|text| text.trim().to_owned());
    let own = live.user.profession.clone().unwrap_or_default();
    let mut form = blank(&words, [&name, &image, profession.as_ref().unwrap_or(&own)]);
    if name.is_empty() {
        form = form.wrong_at("name", words.text("access-name-missing"));
    }
    if !image.is_empty() && !is_picture(&image) {
        form = form.wrong_at("image", words.text("profile-image-wrong"));
    }
    if form.is_wrong() {
        return show(app, &request, (Some(form.back()), None));
    }
    let change = ProfileChange {
        name: Some(name),
        image: Some((!image.is_empty()).then_some(GivenPicture::Address(image))),
        profession: profession.map(|text| Some(text).filter(|text| !text.is_empty())),
    };
    match profile::update(app, live, change, request.now).await {
        Ok(()) => Ok(next::to("/dashboard/cuenta?done=saved")),
        Err(failure) => show(app, &request, (Some(form.told(&words, failure)?), None)),
    }
}

/// Shows both forms, one of them perhaps as it comes back.
///
/// # Errors
/// `Unauthorized`; a fault when the template cannot be rendered.
pub fn show(
    app: &App,
    request: &Request,
    (own, of_address): (Option<Told>, Option<Told>),
) -> Result<Response, ApiError> {
    let user = &request.live()?.user;
    let words = PageWords::of(app, request).back_to("/dashboard/cuenta");
    let status = [&own, &of_address].into_iter().flatten().map(|told| told.status).next();
    let own = own.map_or_else(
        || {
            let said = |text: &Option<String>| text.clone().unwrap_or_default();
            blank(&words, [&user.name, &said(&user.image), &said(&user.profession)])
        },
        |told| told.form,
    );
    let of_address = of_address.map_or_else(|| address::blank(&words, ""), |told| told.form);
    let mut address = Section::new(&words, Heading("address"), of_address);
    address.text = words.format("address-text", &[("email", user.email.as_str())]);
    let sections = vec![Section::new(&words, Heading("profile"), own), address];
    let page = Profile { words, sections };
    Ok(Response::html(status.unwrap_or(200), rendered(page.render())?).no_store())
}

fn blank(words: &PageWords<'_>, [name, image, profession]: [&str; 3]) -> Form {
    let picture = Field::new(words, "image", Kind::Input("url"), "profile-image");
    let picture = Field { max: URL_LENGTH_MAX, ..picture }
        .filled(image)
        .hinted(words.text("profile-image-hint"));
    let name = Field::line(words, "name", "field-name").required().filled(name);
    let profession = Field::line(words, "profession", "field-profession").filled(profession);
    let profession = Field { autocomplete: "organization-title", ..profession };
    let fields = vec![Field { autocomplete: "name", ..name }, profession, picture];
    Form::new(words, "profile", ("/dashboard/cuenta", "form-save"), fields)
}

/// A picture is shown by others, so its address must be one of the web.
fn is_picture(address: &str) -> bool {
    url::Url::parse(address).is_ok_and(|url| ["http", "https"].contains(&url.scheme()))
}
