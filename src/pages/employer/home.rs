//! `/dashboard/organizacion`: what happened, what waits, what ends soon. Whoever belongs
//! nowhere yet makes an organisation here.

use askama::Template;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::json;

use super::{HOME, figures};
use crate::app::{App, Failure};
use crate::base::bounds::{EMPLOYER_DIGEST_ROWS, SHORT_LENGTH_MAX, URL_LENGTH_MAX};
use crate::board::dashboard::{self, OrganizationSummary};
use crate::board::employer::{self, Standing, Wanted};
use crate::board::organizations;
use crate::domain::application::ApplicationStatus;
use crate::domain::job::JobStatus;
use crate::domain::refusal::Refusal;
use crate::domain::user::UserKind;
use crate::http::bodies::{self, organization::NewOrganization};
use crate::http::endpoint::QueryField;
use crate::http::error::{ApiError, rendered};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;
use crate::pages::board::said::grouped;
use crate::pages::chart::Chart;
use crate::pages::form::{Field, Form, Kind, Told};
use crate::pages::next;
use crate::store::employer::{Column, OwnRow, Waiting, Way};
use crate::store::idempotency::unkept;
use crate::store::job_list::Ending;

/// What the page reads from the query.
pub const QUERY: &[QueryField] =
    &[QueryField::optional("dias", "how many days the charts show: 7, 30, 90 or 365")];

/// The fields of the form that makes an organisation.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct FoundForm {
    /// Its name.
    #[schemars(length(max = URL_LENGTH_MAX))]
    name: Option<String>,
    /// Its site; may be empty.
    #[schemars(length(max = URL_LENGTH_MAX))]
    website: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/employer/home.html", config = ".askama.toml")]
struct Home<'a> {
    words: PageWords<'a>,
    name: String,
    public_url: String,
    role: String,
    may_recruit: bool,
    may_govern: bool,
    is_bare: bool,
    unverified: Option<String>,
    figures: Vec<(String, String, String)>,
    waiting: Vec<Waiting>,
    ending: Vec<Ending>,
    periods: Vec<(i64, bool, String)>,
    charts: Vec<Chart>,
    stages: Vec<Stage>,
    offers: Vec<OfferRow>,
}

/// How many applications stand somewhere.
struct Stage {
    label: String,
    count: String,
    /// How wide its bar is, of a hundred.
    share: i64,
}

struct OfferRow {
    id: String,
    title: String,
    views: String,
    saves: String,
    applications: String,
    /// Of a hundred visitors, how many applied.
    rate: String,
    /// How wide its bar is, of a hundred.
    share: i64,
}

#[derive(Template)]
#[template(path = "pages/employer/found.html", config = ".askama.toml")]
struct Found<'a> {
    words: PageWords<'a>,
    form: Form,
    email: String,
}

/// Shows an organisation's numbers, or the form that makes one.
///
/// # Errors
/// `OrganizationAccountRequired` for people who look for work; a fault of the store.
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    let user = &request.live()?.user;
    match employer::standing(app, user).await? {
        Some(standing) => show(app, &request, standing).await,
        None if user.kind == UserKind::Organization => {
            let words = PageWords::of(app, &request);
            let form = blank(&words, &FoundForm::default());
            founding(app, &request, Told { form, status: 200, retry_after_s: None })
        }
        None => Err(Refusal::OrganizationAccountRequired.into()),
    }
}

/// Makes an organisation, with whoever asks as its owner.
///
/// # Errors
/// A fault; a refusal is shown on the form.
pub async fn found(app: &App, request: Request) -> Result<Response, ApiError> {
    let typed: FoundForm = request.body_or_default()?;
    let words = PageWords::of(app, &request);
    let form = blank(&words, &typed);
    let body = json!({"name": typed.name.unwrap_or_default(), "website": typed.website});
    let draft = match bodies::read::<NewOrganization>(&body).and_then(NewOrganization::read) {
        Ok(draft) => draft,
        Err(error) => {
            let form = super::profile::told(&words, form, &bodies::wrong(error)?);
            return founding(app, &request, form.back());
        }
    };
    match organizations::create(app, &request.live()?.user, (draft, request.now), unkept).await {
        Ok(_made) => Ok(next::to(&next::with(HOME, "done", "organization-made"))),
        Err(Failure::Refused(Refusal::BelongsElsewhere)) => Ok(next::to(HOME)),
        Err(Failure::Refused(Refusal::OrganizationAccountRequired)) => {
            Err(Refusal::OrganizationAccountRequired.into())
        }
        Err(failure) => founding(app, &request, form.told(&words, failure)?),
    }
}

fn founding(app: &App, request: &Request, told: Told) -> Result<Response, ApiError> {
    let words = PageWords::of(app, request);
    let email = request.live()?.user.email.to_string();
    let page = Found { words, form: told.form, email };
    let response = Response::html(told.status, rendered(page.render())?).no_store();
    Ok(match told.retry_after_s {
        Some(seconds) => response.retry_after(seconds),
        None => response,
    })
}

fn blank(words: &PageWords<'_>, typed: &FoundForm) -> Form {
    let said = |text: &Option<String>| text.clone().unwrap_or_default();
    let name =
        Field::line(words, "name", "field-organization").required().filled(&said(&typed.name));
    let website = Field::new(words, "website", Kind::Input("url"), "employer-website");
    let fields = vec![
        Field { autocomplete: "organization", max: SHORT_LENGTH_MAX, ..name },
        Field { autocomplete: "url", max: URL_LENGTH_MAX, ..website }
            .filled(&said(&typed.website))
            .hinted(words.text("employer-website-hint")),
    ];
    Form::new(words, "found", (HOME, "employer-found-submit"), fields)
}

async fn show(app: &App, request: &Request, standing: Standing) -> Result<Response, ApiError> {
    let (user, now) = (&request.live()?.user, request.now);
    let words = PageWords::of(app, request);
    let Standing { organization, role } = standing;
    let id = organization.id.as_str();
    let days = figures::period(request.query("dias"));
    let summary = dashboard::of_organization(app, id, now).await?;
    let saves = employer::saves(app, id).await?;
    let wanted = Wanted {
        status: Some(JobStatus::Publicada),
        column: Column::Views,
        way: Way::Down,
        rows: EMPLOYER_DIGEST_ROWS,
        offset: 0,
    };
    let offers = employer::table(app, id, wanted).await?;
    let page = Home {
        figures: numbers(&words, &summary, saves),
        waiting: employer::waiting(app, id).await?,
        ending: employer::ending(app, id, now).await?,
        charts: figures::charts(app, &words, (id, days), now).await?,
        periods: periods(&words, days),
        stages: stages(&words, &summary),
        offers: rows(&words, offers),
        public_url: format!("/organizaciones/{}", organization.slug),
        role: words.text(&format!("role-{}", role.name())),
        may_recruit: role.may_recruit(),
        may_govern: role.may_govern(),
        is_bare: organization.draft.description.is_none(),
        unverified: (!user.email_verified).then(|| user.email.to_string()),
        name: organization.draft.name,
        words,
    };
    Ok(Response::html(200, rendered(page.render())?).no_store())
}

/// Lists what the page begins with: a number, what it counts, and where more of it is.
fn numbers(
    words: &PageWords<'_>,
    summary: &OrganizationSummary,
    saves: i64,
) -> Vec<(String, String, String)> {
    let of = |counts: &[crate::domain::figures::StatusCount], status: &str| {
        counts.iter().find(|each| each.status == status).map_or(0, |each| each.count)
    };
    let open = of(&summary.jobs, JobStatus::Publicada.name());
    let waiting = of(&summary.applications, ApplicationStatus::Pending.name());
    [
        (open, "employer-figure-open", "/dashboard/ofertas?estado=publicada"),
        (waiting, "employer-figure-waiting", "#esperan"),
        (summary.new_applications, "employer-figure-new", ""),
        (summary.views, "employer-figure-views", ""),
        (saves, "employer-figure-saves", ""),
    ]
    .into_iter()
    .map(|(number, key, url)| (grouped(words.locale(), number), words.text(key), url.to_owned()))
    .collect()
}

fn stages(words: &PageWords<'_>, summary: &OrganizationSummary) -> Vec<Stage> {
    let of = |status: &str| {
        let found = summary.applications.iter().find(|each| each.status == status);
        found.map_or(0, |each| each.count)
    };
    let most =
        ApplicationStatus::ALL.iter().map(|status| of(status.name())).max().unwrap_or(0).max(1);
    let stage = |status: &ApplicationStatus| Stage {
        label: words.text(&format!("stage-{}", status.name())),
        count: grouped(words.locale(), of(status.name())),
        share: of(status.name()) * 100 / most,
    };
    ApplicationStatus::ALL.iter().map(stage).collect()
}

fn periods(words: &PageWords<'_>, chosen: i64) -> Vec<(i64, bool, String)> {
    let period = |days| (days, days == chosen, words.count("employer-period", &days));
    figures::PERIODS.map(period).into()
}

fn rows(words: &PageWords<'_>, offers: Vec<OwnRow>) -> Vec<OfferRow> {
    let most = offers.iter().map(|row| row.job.views).max().unwrap_or(0).max(1);
    let number = |number| grouped(words.locale(), number);
    let row = |OwnRow { job, saves }: OwnRow| OfferRow {
        views: number(job.views),
        saves: number(saves),
        applications: number(job.applications_count),
        rate: rate(job.applications_count, job.views),
        share: job.views * 100 / most,
        id: job.id,
        title: job.draft.title,
    };
    offers.into_iter().map(row).collect()
}

/// Says how many of a hundred visitors applied; nothing of an offer that nobody has seen.
/// Whoever came by another way than the page is no visitor, so it stops at all of them.
#[must_use]
pub fn rate(applications: i64, views: i64) -> String {
    if views <= 0 {
        String::from("–")
    } else {
        format!("{}\u{a0}%", (applications * 100 / views).min(100))
    }
}
