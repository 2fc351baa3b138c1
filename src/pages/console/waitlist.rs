//! `/dashboard/admin/lista`: who waits, where they come from, who is next.

use askama::Template;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{figures, outbox};
use crate::account::audit;
use crate::app::{Ahead, App, Failure};
use crate::base::bounds::{EMAIL_LENGTH_MAX, NAME_LENGTH_MAX};
use crate::base::clock::Millis;
use crate::domain::audit::Act;
use crate::domain::email::Email;
use crate::domain::refusal::Refusal;
use crate::domain::waitlist::{WaitlistEntry, WaitlistRole};
use crate::http::endpoint::QueryField;
use crate::http::error::{ApiError, rendered};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;
use crate::pages::chart::Chart;
use crate::pages::form::{Choice, Field, Form, Kind, Told};
use crate::pages::next;
use crate::store;
use crate::store::waitlist_mail::Filter;
use crate::waitlist;

const PAGE: &str = "/dashboard/admin/lista";

/// Entries of a page.
const ENTRIES: i64 = 25;

/// Most invitations of one press of the button.
const INVITED_MAX: i64 = 500;

/// Sources that the page names.
const SOURCES: usize = 8;

/// What the page reads from the query.
pub const QUERY: &[QueryField] = &[
    QueryField::optional("q", "an address"),
    QueryField::optional("tras", "the code of the last entry of the page before"),
    QueryField::optional("lote", "a batch of invitations, whose end is foretold"),
];

/// The fields of the invitation's form.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct InviteForm {
    /// How many of the next ones.
    #[schemars(length(max = 8))]
    count: Option<String>,
    /// Only these.
    #[schemars(length(max = 16))]
    role: Option<String>,
    /// Only those from this source.
    #[schemars(length(max = NAME_LENGTH_MAX))]
    source: Option<String>,
}

/// The field of the buttons beside an entry.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct EntryForm {
    /// The entry's address.
    #[schemars(length(max = 254))]
    email: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/console/waitlist.html", config = ".askama.toml")]
struct Waitlist<'a> {
    words: PageWords<'a>,
    figures: Vec<(String, i64)>,
    charts: Vec<Chart>,
    sources: Vec<(String, i64)>,
    form: Form,
    q: String,
    rows: Vec<Entry>,
    more: Option<String>,
    forecast: Option<String>,
}

struct Entry {
    position: i64,
    email: String,
    name: String,
    role: String,
    source: String,
    referrals: i64,
    created_at: Millis,
    is_confirmed: bool,
    is_invited: bool,
}

/// Shows the page.
///
/// # Errors
/// A fault of the store.
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    let form = blank(&PageWords::of(app, &request), &InviteForm::default());
    show(app, &request, Told { form, status: 200, retry_after_s: None }).await
}

async fn show(app: &App, request: &Request, told: Told) -> Result<Response, ApiError> {
    let words = PageWords::of(app, request).back_to(match told.status {
        200 => request.target(),
        _ => PAGE,
    });
    let typed = request.query("q").unwrap_or_default().trim();
    let q: String = typed.chars().take(EMAIL_LENGTH_MAX).collect();
    let found = found(app, &q, request.query("tras")).await?;
    let is_full = q.is_empty() && i64::try_from(found.len()).unwrap_or(0) == ENTRIES;
    let more = found.last().filter(|_| is_full).map(|last| next::with(PAGE, "tras", &last.id));
    let stats = waitlist::stats(app, request.now.plus_s(-7 * 86_400)).await?;
    let joins = figures::daily(app, &words, request.now, store::figures::joins).await?;
    let charts = vec![
        figures::growth(&words, "console-growth", (&joins, stats.total)),
        figures::days(&words, "console-joins", &joins),
    ];
    let figures = [
        ("console-waiting", stats.total),
        ("console-confirmed", stats.confirmed),
        ("console-invited", stats.invited),
        ("console-referred", stats.referred),
        ("console-professionals", stats.professionals),
        ("console-empresas", stats.empresas),
    ];
    let sources = waitlist::sources(app).await?;
    let ahead = request.query("lote").map_or(Ahead::All, Ahead::Campaign);
    let forecast = outbox::forecast(app, &words, ahead, request.now).await?;
    let page = Waitlist {
        figures: figures.map(|(key, value)| (words.text(key), value)).into(),
        sources: sources
            .into_iter()
            .take(SOURCES)
            .map(|each| {
                let is_named = !each.source.is_empty();
                let named = if is_named { each.source } else { words.text("console-no-source") };
                (named, each.count)
            })
            .collect(),
        rows: found.iter().map(|entry| row(app, &words, entry)).collect(),
        words,
        charts,
        forecast,
        form: told.form,
        q,
        more,
    };
    Ok(Response::html(told.status, rendered(page.render())?).no_store())
}

/// Finds one entry by its address, or a page in the order of joining.
async fn found(app: &App, q: &str, after: Option<&str>) -> Result<Vec<WaitlistEntry>, Failure> {
    if !q.is_empty() {
        let Some(email) = Email::parse(q) else { return Ok(Vec::new()) };
        let found: Option<WaitlistEntry> =
            app.store.find(store::waitlist::by_email(&email)).await?;
        return Ok(found.into_iter().collect());
    }
    let last: Option<WaitlistEntry> = match after {
        Some(code) => app.store.find(store::waitlist::by_id(code)).await?,
        None => None,
    };
    waitlist::page(app, last.as_ref(), ENTRIES).await
}

fn row(app: &App, words: &PageWords<'_>, entry: &WaitlistEntry) -> Entry {
    Entry {
        position: entry.position(app.config.waitlist.referral_bonus),
        email: entry.email.to_string(),
        name: entry.name.clone().or_else(|| entry.company.clone()).unwrap_or_default(),
        role: words.text(match entry.role {
            WaitlistRole::Professional => "console-professional",
            WaitlistRole::Empresa => "console-empresa",
        }),
        source: entry.source.clone().unwrap_or_default(),
        referrals: entry.referrals,
        created_at: entry.created_at,
        is_confirmed: entry.confirmed_at.is_some(),
        is_invited: entry.invited_at.is_some(),
    }
}

fn blank(words: &PageWords<'_>, typed: &InviteForm) -> Form {
    let count = Field::new(words, "count", Kind::Input("number"), "console-invite-count");
    let count = Field { max: 4, ..count }.required().filled(typed.count.as_deref().unwrap_or("10"));
    let roles = [
        ("", "console-all"),
        ("professional", "console-professionals"),
        ("empresa", "console-empresas"),
    ];
    let options = roles.map(|(value, key)| Choice::new(words, value, key));
    let role = Field::new(words, "role", Kind::Select, "console-invite-role");
    let source = Field::line(words, "source", "console-invite-source");
    let fields = vec![
        count,
        Field { options: options.into(), ..role }.filled(typed.role.as_deref().unwrap_or("")),
        source.filled(typed.source.as_deref().unwrap_or("")),
    ];
    let target = "/dashboard/admin/lista/invitar";
    let form = Form::new(words, "invite", (target, "console-invite-submit"), fields);
    form.asking(words.text("console-invite-sure"))
}

/// Invites the next ones, by position.
///
/// # Errors
/// A fault of the store.
pub async fn invite(app: &App, request: Request) -> Result<Response, ApiError> {
    let typed: InviteForm = request.body_or_default()?;
    let count = typed.count.as_deref().and_then(|count| count.trim().parse::<i64>().ok());
    let Some(count) = count.filter(|count| (1..=INVITED_MAX).contains(count)) else {
        let words = PageWords::of(app, &request);
        let text = words.format("console-invite-wrong", &[("most", &INVITED_MAX.to_string())]);
        let told = blank(&words, &typed).wrong_at("count", text).back();
        return show(app, &request, told).await;
    };
    let source = typed.source.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    let role = typed.role.as_deref().and_then(WaitlistRole::parse);
    let filter = Filter { role, field: None, source };
    let entries = waitlist::next_to_invite(app, &filter, count).await?;
    let campaign = waitlist::campaign(app, request.now);
    let invited = waitlist::invite(app, &entries, &campaign, request.now).await?;
    if invited > 0 {
        let detail = serde_json::json!({"entries": invited});
        let by = (&request.caller(app), request.now);
        audit::note(app, Act::WaitlistInvited, &detail, by).await?;
    }
    if invited == 0 {
        return Ok(next::to(&next::with(PAGE, "done", "none-invited")));
    }
    Ok(next::to(&next::with(&next::with(PAGE, "lote", &campaign), "done", "invited")))
}

/// Takes somebody off the list.
///
/// # Errors
/// A fault of the store; a refusal is said on the page.
pub async fn remove(app: &App, request: Request) -> Result<Response, ApiError> {
    let typed: EntryForm = request.body_or_default()?;
    let email = Email::parse(typed.email.as_deref().unwrap_or_default());
    let outcome = match email {
        Some(email) => take_off(app, &request, &email).await,
        None => Err(Refusal::InvalidEmail.into()),
    };
    match outcome {
        Ok(()) => Ok(next::to(&next::with(PAGE, "done", "removed"))),
        Err(Failure::Refused(refusal)) => {
            Ok(next::to(&next::with(PAGE, "problem", refusal.code())))
        }
        Err(
            other @ (Failure::IllegalStep { .. } | Failure::Limited { .. } | Failure::Fault(_)),
        ) => Err(other.into()),
    }
}

async fn take_off(app: &App, request: &Request, email: &Email) -> Result<(), Failure> {
    let entry = waitlist::find(app, email).await?;
    let by = (&request.caller(app), request.now);
    waitlist::remove(app, &entry, audit::of(app, Act::WaitlistRemoved, &entry.id, by)).await
}
