//! `/dashboard/organizacion/perfil`: what an organisation tells of itself, and its end.

use askama::Template;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::sheet::{self, Part, Sheet};
use super::{HOME, Place, place};
use crate::app::{App, Failure};
use crate::base::bounds::{ABOUT_LENGTH_MAX, SHORT_LENGTH_MAX, URL_LENGTH_MAX};
use crate::base::words::error_key;
use crate::board::employer::Standing;
use crate::board::organizations;
use crate::domain::organization::{Organization, OrganizationDraft, OrganizationSize};
use crate::domain::refusal::Refusal;
use crate::http::bodies::{self, organization::NewOrganization};
use crate::http::error::{ApiError, rendered};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::schema::Violation;
use crate::http::words::PageWords;
use crate::pages::board::said::{COUNTRIES, named};
use crate::pages::form::{Choice, Field, Form, Kind};
use crate::pages::next;

/// Where the page is.
pub const PATH: &str = "/dashboard/organizacion/perfil";

/// The field of the form that has to do with the form itself; what the organisation tells
/// comes beside it, and is checked as the API's body.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct ProfileForm {
    /// The version that was changed.
    #[schemars(length(max = 20))]
    version: Option<String>,
}

/// The field of the form that deletes.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct DeleteForm {
    /// The name of the organisation, typed once more.
    #[schemars(length(max = URL_LENGTH_MAX))]
    name: Option<String>,
}

/// The fields, in their order.
const FIELDS: [&str; 9] =
    ["name", "website", "description", "sector", "size", "logoUrl", "city", "state", "country"];

#[derive(Template)]
#[template(path = "pages/employer/profile.html", config = ".askama.toml")]
struct Profile<'a> {
    words: PageWords<'a>,
    public_url: String,
    is_verified: bool,
    version: i64,
    sheet: Sheet,
    read: Vec<(String, Vec<(String, String)>)>,
    may_govern: bool,
    farewell: Form,
}

/// Shows the form; to whoever is no owner, what it holds.
///
/// # Errors
/// As [`place`].
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    let standing = match place(app, &request).await? {
        Place::Inside(standing) => standing,
        Place::Away(response) => return Ok(response),
    };
    let words = PageWords::of(app, &request);
    let sheet = filled(&words, &of(&standing.organization.draft));
    let farewell = farewell(&words);
    show(app, &request, (&standing, standing.organization.version), (sheet, farewell, 200))
}

/// Changes what the organisation tells of itself.
///
/// # Errors
/// `FORBIDDEN` for whoever is no owner; a fault. A refusal is shown on the form.
pub async fn submit(app: &App, request: Request) -> Result<Response, ApiError> {
    let standing = match place(app, &request).await? {
        Place::Inside(standing) => standing,
        Place::Away(response) => return Ok(response),
    };
    let form: ProfileForm = request.body_or_default()?;
    let version = form.version.as_deref().and_then(|version| version.parse().ok()).unwrap_or(0);
    let (user, words) = (&request.live()?.user, PageWords::of(app, &request));
    let typed = sent(&request);
    let typed_sheet = filled(&words, &typed);
    let own = organizations::own(app, user, &standing.organization.id).await?;
    let read = bodies::read::<NewOrganization>(&body(&typed)).and_then(NewOrganization::read);
    let draft = match read {
        Ok(draft) => draft,
        Err(error) => {
            let sheet = typed_sheet.faulty(&words, &bodies::wrong(error)?);
            let told = (sheet, farewell(&words), 400);
            return show(app, &request, (&standing, version), told);
        }
    };
    let name_before = own.draft.name.clone();
    let changed = Organization { draft, ..own };
    let when = (name_before.as_str(), request.now);
    match organizations::update(app, user, (changed, version), when).await {
        Ok(_changed) => Ok(next::to(&next::with(PATH, "done", "saved"))),
        Err(Failure::Refused(Refusal::VersionOutdated)) => {
            let saved = organizations::own(app, user, &standing.organization.id).await?;
            let sheet = typed_sheet.behind(&words, &filled(&words, &of(&saved.draft)));
            let told = (sheet, farewell(&words), 409);
            show(app, &request, (&standing, saved.version), told)
        }
        Err(Failure::Refused(refusal)) => {
            let sheet = typed_sheet.wrong(words.text(&error_key(refusal.code())));
            show(app, &request, (&standing, version), (sheet, farewell(&words), 400))
        }
        Err(failure) => Err(failure.into()),
    }
}

/// Deletes the organisation with its offers.
///
/// # Errors
/// `FORBIDDEN` for whoever is no owner; a fault.
pub async fn delete(app: &App, request: Request) -> Result<Response, ApiError> {
    let standing = match place(app, &request).await? {
        Place::Inside(standing) => standing,
        Place::Away(response) => return Ok(response),
    };
    let form: DeleteForm = request.body_or_default()?;
    let (user, words) = (&request.live()?.user, PageWords::of(app, &request));
    let Organization { id, draft, version, .. } = &standing.organization;
    let typed = form.name.unwrap_or_default();
    if typed.trim() != draft.name {
        let text = words.text("employer-delete-name-wrong");
        let farewell = farewell(&words).wrong_at("name", text);
        let told = (filled(&words, &of(draft)), farewell, 400);
        return show(app, &request, (&standing, *version), told);
    }
    organizations::delete(app, user, id, request.now).await?;
    Ok(next::to(&next::with(HOME, "done", "organization-deleted")))
}

fn show(
    app: &App,
    request: &Request,
    (standing, version): (&Standing, i64),
    (sheet, farewell, status): (Sheet, Form, u16),
) -> Result<Response, ApiError> {
    let words = PageWords::of(app, request).back_to(PATH);
    let may_govern = standing.role.may_govern();
    let page = Profile {
        public_url: format!("/organizaciones/{}", standing.organization.slug),
        is_verified: standing.organization.is_verified,
        read: if may_govern { Vec::new() } else { sheet.read(&words) },
        version,
        sheet,
        may_govern,
        farewell,
        words,
    };
    Ok(Response::html(status, rendered(page.render())?).no_store())
}

fn farewell(words: &PageWords<'_>) -> Form {
    let name = Field::line(words, "name", "employer-delete-name").required();
    // The name stands on the page twice: once to be changed, once to be sure.
    let name = Field { id: String::from("confirmed"), ..name };
    let action = ("/dashboard/organizacion/eliminar", "employer-delete-submit");
    Form::new(words, "eliminar", action, vec![name])
        .dangerous()
        .asking(words.text("employer-delete-sure"))
}

/// Says beside the fields of a form what is wrong with a body.
#[must_use]
pub fn told(words: &PageWords<'_>, form: Form, violations: &[Violation]) -> Form {
    violations.iter().fold(form, |form, violation| {
        let text = sheet::told(words, &violation.field, &violation.fault);
        form.wrong_at(&violation.field, text)
    })
}

fn sent(request: &Request) -> [String; 9] {
    FIELDS.map(|name| {
        let sent = request.json.as_ref().and_then(|form| form.get(name)?.as_str());
        sent.unwrap_or_default().replace("\r\n", "\n")
    })
}

fn of(draft: &OrganizationDraft) -> [String; 9] {
    let said = |text: &Option<String>| text.clone().unwrap_or_default();
    [
        draft.name.clone(),
        said(&draft.website),
        said(&draft.description),
        said(&draft.sector),
        draft.size.map(|size| size.name().to_owned()).unwrap_or_default(),
        said(&draft.logo_url),
        said(&draft.city),
        said(&draft.state),
        said(&draft.country),
    ]
}

fn body(typed: &[String; 9]) -> Value {
    let [name, website, description, sector, size, logo, city, state, country] = typed;
    let size = Some(size.as_str()).filter(|size| !size.is_empty());
    json!({"name": name, "website": website, "description": description, "sector": sector,
        "size": size, "logoUrl": logo,
        "address": {"city": city, "state": state, "country": country}})
}

fn filled(words: &PageWords<'_>, typed: &[String; 9]) -> Sheet {
    let [name, website, description, sector, size, logo, city, state, country] = typed;
    let line = |name: &'static str, label: &str, value: &str| {
        Field { max: SHORT_LENGTH_MAX, ..Field::line(words, name, label) }.filled(value)
    };
    let url = |name: &'static str, label: &str, value: &str| {
        let field = Field::new(words, name, Kind::Input("url"), label).filled(value);
        Field { max: URL_LENGTH_MAX, class: "all", ..field }
    };
    let about = Field::new(words, "description", Kind::Long, "employer-about").filled(description);
    let sizes = OrganizationSize::ALL.iter().map(|name| Choice {
        value: (*name).into(),
        label: words.format("organization-people", &[("size", name)]),
    });
    let none = || Choice { value: "".into(), label: words.text("editor-none") };
    let sizes = std::iter::once(none()).chain(sizes).collect();
    let countries = COUNTRIES
        .iter()
        .map(|code| Choice { value: (*code).into(), label: named(words, "country", code) });
    let mut countries: Vec<Choice> = std::iter::once(none()).chain(countries).collect();
    if countries.iter().all(|choice| choice.value != *country) {
        countries.push(Choice { value: country.clone().into(), label: country.clone() });
    }
    let size_field = Field::new(words, "size", Kind::Select, "organization-size").filled(size);
    let country_field =
        Field::new(words, "country", Kind::Select, "jobs-by-country").filled(country);
    let fields = vec![
        Field { class: "all", ..line("name", "field-organization", name).required() },
        Field { max: ABOUT_LENGTH_MAX, class: "all", ..about }
            .hinted(words.text("employer-about-hint")),
        line("sector", "organization-sector", sector),
        Field { options: sizes, ..size_field },
        line("city", "editor-city", city),
        line("state", "editor-state", state),
        Field { options: countries, ..country_field },
        url("website", "employer-website", website).hinted(words.text("employer-website-hint")),
        url("logoUrl", "employer-logo", logo).hinted(words.text("employer-logo-hint")),
    ];
    let part = Part {
        id: "perfil",
        title: words.text("employer-profile-title"),
        text: words.text("employer-profile-text"),
        fields,
        rows: Vec::new(),
        more: None,
    };
    Sheet { parts: vec![part], problem: None }
}
