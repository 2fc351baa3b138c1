//! `antesala mail …`: the outbox and the templates.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;

use super::arguments::{LocaleArgument, MailCommand, PreviewArguments};
use super::error::CliError;
use super::open::{self, Settings};
use super::output;
use crate::app::App;
use crate::base::bounds::LIST_ROWS_MAX;
use crate::base::clock::Millis;
use crate::base::locale::Locale;
use crate::domain::email::Email;
use crate::mail::{Delivered, Logo, Message};
use crate::store::StoreError;
use crate::store::outbox::{self, OutboxMail};
use crate::tasks::mail_sample;

/// To whom a preview is addressed.
const SAMPLE_ADDRESS: &str = "ana@example.com";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    id: String,
    kind: String,
    to: String,
    state: String,
    attempts: i64,
    last_error: Option<String>,
    next_attempt_at: Option<String>,
    sent_at: Option<String>,
}

impl Line {
    fn of(mail: &OutboxMail) -> Self {
        let waits = ["pending", "sending"].contains(&mail.state.as_str());
        Self {
            id: mail.id.clone(),
            kind: mail.kind.clone(),
            to: mail.to.to_string(),
            state: mail.state.clone(),
            attempts: mail.attempts,
            last_error: mail.last_error.clone(),
            next_attempt_at: waits.then(|| mail.next_attempt_at.iso()),
            sent_at: mail.sent_at.map(Millis::iso),
        }
    }

    fn row(&self) -> Vec<String> {
        vec![
            self.id.clone(),
            self.kind.clone(),
            self.to.clone(),
            self.state.clone(),
            self.attempts.to_string(),
            output::or_nothing(self.sent_at.as_deref().or(self.next_attempt_at.as_deref())),
            output::or_nothing(self.last_error.as_deref()),
        ]
    }
}

/// Runs one `mail` command.
///
/// # Errors
/// An unknown mail or template; a transport that refuses; an unreachable database.
pub fn run(settings: &Settings, command: MailCommand) -> Result<(), CliError> {
    open::with_app(settings, async |app: &App| match command {
        MailCommand::List { state, limit, json } => {
            list(app, state.map(super::arguments::StateArgument::name), limit, json).await
        }
        MailCommand::Show { id, json } => show(app, &id, json).await,
        MailCommand::Retry { ids } => retry(app, &ids).await,
        MailCommand::Preview(arguments) => preview(app, &arguments),
        MailCommand::Test { address, template, locale } => {
            test(app, &address, &template, locale).await
        }
    })
}

async fn list(app: &App, state: Option<&str>, limit: i64, as_json: bool) -> Result<(), CliError> {
    let newest = (Millis(i64::MAX), "");
    let page = outbox::page(state, newest, limit.min(LIST_ROWS_MAX));
    let mails: Vec<OutboxMail> = read(app, page).await?;
    let lines: Vec<Line> = mails.iter().map(Line::of).collect();
    let columns: &[&str] = &["id", "kind", "to", "state", "tries", "sent / next", "why not"];
    output::list(&lines, as_json, (columns, Line::row), "the outbox is empty")
}

async fn read(app: &App, statement: crate::store::Statement) -> Result<Vec<OutboxMail>, CliError> {
    app.store.list(statement).await.map_err(|error| unreachable(&error))
}

fn unreachable(error: &StoreError) -> CliError {
    CliError::failed(super::error::chain(error))
}

async fn show(app: &App, id: &str, as_json: bool) -> Result<(), CliError> {
    let found: Option<OutboxMail> =
        app.store.find(outbox::by_id(id)).await.map_err(|error| unreachable(&error))?;
    let mail = found.ok_or_else(|| unknown(id))?;
    let line = Line::of(&mail);
    let shown = serde_json::json!({
        "id": line.id, "kind": line.kind, "to": line.to, "state": line.state,
        "attempts": line.attempts, "lastError": line.last_error,
        "nextAttemptAt": line.next_attempt_at, "sentAt": line.sent_at,
        "locale": mail.locale, "createdAt": mail.created_at.iso(),
        "providerId": mail.provider_id, "params": parsed(&mail.params),
    });
    if as_json {
        return output::json(&shown);
    }
    let rows = shown.as_object().into_iter().flatten().map(|(name, value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        vec![name.clone(), if value.is_null() { String::new() } else { text }]
    });
    output::table(&["", ""], rows.collect(), "")
}

fn parsed(params: &str) -> serde_json::Value {
    serde_json::from_str(params).unwrap_or_default()
}

fn unknown(id: &str) -> CliError {
    CliError::failed(format!("no mail has the id {id}; see: antesala mail list"))
}

async fn retry(app: &App, ids: &[String]) -> Result<(), CliError> {
    for id in ids {
        match app.store.apply(vec![outbox::again(id, app.clock.now())]).await {
            Ok(_) => output::line(&format!("{id} is due; a running server sends it"))?,
            Err(StoreError::Unexpected { .. }) => {
                return Err(CliError::failed(format!(
                    "{id} cannot be sent again: there is no such mail, it is sent or on its way, or \
                     it has nobody to go to; see: antesala mail show {id}"
                )));
            }
            Err(error) => return Err(unreachable(&error)),
        }
    }
    Ok(())
}

fn preview(app: &App, arguments: &PreviewArguments) -> Result<(), CliError> {
    let to = Email::from_store(String::from(SAMPLE_ADDRESS));
    let message = sample(app, &arguments.template, &to, arguments.locale)?;
    if arguments.html {
        return output::bytes(pictured(message).as_bytes());
    }
    output::line(&format!("{}\n\n{}", message.letter.subject, message.letter.text))
}

/// Returns the HTML with its logo inside, as a browser shows it by itself.
fn pictured(message: Message) -> String {
    let html = message.letter.html;
    let Some(logo) = message.logo else { return html };
    let data = format!("data:{};base64,{}", Logo::MEDIA_TYPE, STANDARD.encode(&logo.png));
    html.replace(&format!("cid:{}", Logo::CID), &data)
}

fn sample(
    app: &App,
    template: &str,
    to: &Email,
    locale: Option<LocaleArgument>,
) -> Result<Message, CliError> {
    let locale = locale.map_or(app.config.locale, |locale| match locale {
        LocaleArgument::Es => Locale::Es,
        LocaleArgument::En => Locale::En,
    });
    mail_sample::of(app, template, to, locale)?.ok_or_else(|| {
        let names = mail_sample::NAMES.join(", ");
        CliError::usage(format!("there is no template {template}; one of: {names}"))
    })
}

async fn test(
    app: &App,
    address: &str,
    template: &str,
    locale: Option<LocaleArgument>,
) -> Result<(), CliError> {
    let to = Email::parse(address)
        .ok_or_else(|| CliError::usage(format!("{address} is no mail address")))?;
    let message = sample(app, template, &to, locale)?;
    match app.mail.deliver(message, app.clock.now()).await {
        Ok(Delivered { provider_id: Some(id) }) => {
            output::line(&format!("accepted for {to}; the provider calls it {id}"))
        }
        Ok(Delivered { provider_id: None }) => output::line(&format!("accepted for {to}")),
        Err(refused) => Err(CliError::failed(format!(
            "the mail to {to} did not go: {refused}; look at the mail settings: antesala config print"
        ))),
    }
}
