//! `/dashboard/admin/correo`: mails that went, wait or did not go, and how they read.

use askama::Template;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header;

use super::moderation;
use crate::app::{Ahead, App, Failure, Fault};
use crate::base::clock::Millis;
use crate::base::locale::Locale;
use crate::domain::refusal::Refusal;
use crate::http::endpoint::QueryField;
use crate::http::error::{ApiError, HttpRefusal, rendered};
use crate::http::headers::{CSP_FRAMING, CSP_LETTER};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;
use crate::mail::letter::Letter;
use crate::mail::{Logo, Message};
use crate::pages::next;
use crate::store::StoreError;
use crate::store::outbox::{self, OutboxMail};
use crate::tasks::mail_sample;

const PAGE: &str = "/dashboard/admin/correo";

/// Mails of a page.
const MAILS: i64 = 50;

/// The states of a mail, and the class of each badge.
const STATES: [(&str, &str); 5] = [
    ("pending", "warn"),
    ("sending", "warn"),
    ("sent", "good"),
    ("failed", "bad"),
    ("suppressed", ""),
];

/// What the page reads from the query.
pub const QUERY: &[QueryField] = &[
    QueryField::optional("estado", "a state of mails"),
    QueryField::optional("antes", "the last mail of the page before: its moment and id"),
];

#[derive(Template)]
#[template(path = "pages/console/outbox.html", config = ".askama.toml")]
struct Outbox<'a> {
    words: PageWords<'a>,
    tabs: Vec<(String, String, bool)>,
    mails: Vec<Row>,
    is_cut: bool,
    first: Option<String>,
    older: Option<String>,
    forecast: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/console/mail.html", config = ".askama.toml")]
struct Shown<'a> {
    words: PageWords<'a>,
    mail: Row,
    error: String,
    may_retry: bool,
    letter: Option<Letter>,
}

struct Row {
    id: String,
    kind: String,
    to: String,
    locale: String,
    state: String,
    class: &'static str,
    attempts: i64,
    created_at: Millis,
    sent_at: Option<Millis>,
}

/// Shows mails, of one state or of any, the newest first.
///
/// # Errors
/// A fault of the store.
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    let words = PageWords::of(app, &request);
    let asked = request.query("estado").unwrap_or_default();
    let state = STATES.iter().map(|(state, _)| *state).find(|state| *state == asked);
    let after = moderation::place(request.query("antes"));
    let read = outbox::page(state, after.unwrap_or((Millis(i64::MAX), "")), MAILS + 1);
    let mut mails: Vec<OutboxMail> = app.store.list(read).await.map_err(fault)?;
    let has_more = i64::try_from(mails.len()).unwrap_or(0) > MAILS;
    mails.truncate(usize::try_from(MAILS).unwrap_or(usize::MAX));
    let last = mails.last().filter(|_| has_more).map(|last| (last.created_at, last.id.clone()));
    let filters = [("estado", state.unwrap_or_default())];
    let all = (PAGE.to_owned(), words.text("console-all"), state.is_none());
    let tabs = STATES.map(|(name, _)| {
        (
            next::with(PAGE, "estado", name),
            words.text(&format!("state-{name}")),
            state == Some(name),
        )
    });
    let page = Outbox {
        tabs: std::iter::once(all).chain(tabs).collect(),
        mails: mails.iter().map(|mail| row(&words, mail)).collect(),
        is_cut: false,
        forecast: forecast(app, &words, Ahead::All, request.now).await?,
        first: after.is_some().then(|| moderation::address(PAGE, &filters, None)),
        older: last.map(|last| moderation::address(PAGE, &filters, Some(&last))),
        words,
    };
    Ok(Response::html(200, rendered(page.render())?).no_store())
}

/// Says when what waits will have gone; `None` when nothing waits.
///
/// # Errors
/// A fault of the store.
pub async fn forecast(
    app: &App,
    words: &PageWords<'_>,
    ahead: Ahead<'_>,
    now: Millis,
) -> Result<Option<String>, Failure> {
    let forecast = app.mail_forecast(ahead, now).await?;
    let key = match ahead {
        Ahead::All | Ahead::Planned(_) => "console-mail-forecast",
        Ahead::Campaign(_) => "console-invite-forecast",
    };
    let arguments = [
        ("count", forecast.waiting.to_string()),
        ("hourly", app.config.mail.hourly_max.to_string()),
        ("moment", words.moment(&forecast.through_at)),
    ];
    let arguments = arguments.each_ref().map(|(name, value)| (*name, value.as_str()));
    Ok((forecast.waiting > 0).then(|| words.format(key, &arguments)))
}

/// Shows one mail; how it reads is shown with made-up people, because a link that was
/// sent is kept nowhere.
///
/// # Errors
/// 404; a fault of the store.
pub async fn mail(app: &App, request: Request) -> Result<Response, ApiError> {
    let words = PageWords::of(app, &request);
    let (mail, sample) = read(app, &request).await?;
    let page = Shown {
        mail: row(&words, &mail),
        words,
        error: mail.last_error.clone().unwrap_or_default(),
        may_retry: ["pending", "failed", "suppressed"].contains(&mail.state.as_str()),
        letter: sample.map(|message| message.letter),
    };
    let page = Response::html(200, rendered(page.render())?).no_store();
    Ok(page.with_header(header::CONTENT_SECURITY_POLICY, CSP_FRAMING))
}

/// Shows the HTML part of a mail by itself, for the frame of its page: under a policy of
/// its own that lets it do nothing, with the logo inside, as mail programs have it.
///
/// # Errors
/// 404; a fault of the store.
pub async fn html(app: &App, request: Request) -> Result<Response, ApiError> {
    let (_mail, sample) = read(app, &request).await?;
    let message = sample.ok_or(ApiError::Http(HttpRefusal::NotFound))?;
    let html = match &message.logo {
        Some(logo) => {
            let picture =
                format!("data:{};base64,{}", Logo::MEDIA_TYPE, STANDARD.encode(&logo.png));
            message.letter.html.replace(&format!("cid:{}", Logo::CID), &picture)
        }
        None => message.letter.html,
    };
    let page = Response::html(200, html).no_store();
    Ok(page.with_header(header::CONTENT_SECURITY_POLICY, CSP_LETTER))
}

async fn read(app: &App, request: &Request) -> Result<(OutboxMail, Option<Message>), ApiError> {
    let found: Option<OutboxMail> =
        app.store.find(outbox::by_id(request.param("id"))).await.map_err(fault)?;
    let mail = found.ok_or(ApiError::Http(HttpRefusal::NotFound))?;
    let locale = Locale::parse(&mail.locale).unwrap_or(app.config.locale);
    let sample = mail_sample::of(app, &mail.kind, &mail.to, locale)?;
    Ok((mail, sample))
}

/// Makes a mail due again.
///
/// # Errors
/// A fault of the store; a mail that cannot go is said on its page.
pub async fn retry(app: &App, request: Request) -> Result<Response, ApiError> {
    let id = request.param("id");
    let page = format!("{PAGE}/{id}");
    match app.store.apply(vec![outbox::again(id, request.now)]).await {
        Ok(_) => {
            app.mail_posted().await;
            Ok(next::to(&next::with(&page, "done", "mail-retried")))
        }
        Err(StoreError::Unexpected { .. }) => {
            Ok(next::to(&next::with(&page, "problem", Refusal::NoDataToUpdate.code())))
        }
        Err(error) => Err(fault(error)),
    }
}

fn row(words: &PageWords<'_>, mail: &OutboxMail) -> Row {
    let class =
        STATES.iter().find(|(state, _)| *state == mail.state).map_or("", |(_, class)| *class);
    Row {
        id: mail.id.clone(),
        kind: mail.kind.clone(),
        to: mail.to.to_string(),
        locale: mail.locale.clone(),
        state: words.text(&format!("state-{}", mail.state)),
        class,
        attempts: mail.attempts,
        created_at: mail.created_at,
        sent_at: mail.sent_at,
    }
}

fn fault(error: StoreError) -> ApiError {
    ApiError::Fault(Fault::from(error))
}
