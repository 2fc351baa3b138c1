//! From a row of the outbox to a mail that can go: links, words, headers.
//!
//! Links are built from `server.public_url` alone. What a link proves is minted
//! here (verification) or opened here (sealed tokens), and lives nowhere else.

mod board;
mod dealing;

use super::waitlist_digest;
use crate::account::reset;
use crate::account::verify::{self, VerifyClaims};
use crate::app::{App, Failure, Fault};
use crate::base::clock::Millis;
use crate::base::jwt;
use crate::base::keyring::Opened;
use crate::base::locale::Locale;
use crate::base::secret::Secret;
use crate::domain::mail::{ChangeStep, MailContent};
use crate::domain::token::Token;
use crate::domain::waitlist::WaitlistEntry;
use crate::mail::Message;
use crate::mail::letter::{self, Draft, Voice};
use crate::store::outbox::OutboxMail;
use crate::store::waitlist as entries;
use crate::waitlist;

/// What a mail's link is made of.
struct Link {
    url: String,
    token: String,
}

/// What a mail says, before its words are found.
#[derive(Default)]
struct Parts {
    draft: Draft<'static>,
    name: String,
    link: Option<Link>,
    /// A page that needs no token.
    page: Option<String>,
    leave_url: Option<String>,
}

/// Renders a mail that goes now; `None` when what it is about is gone.
///
/// The life of the token in its link begins.
///
/// # Errors
/// A fault: a row of another shape, a token that cannot be opened, a template.
///
/// # Cost
/// At most one point read; with a token in the link one durable write.
pub async fn of(app: &App, mail: &OutboxMail, now: Millis) -> Result<Option<Message>, Failure> {
    let content = content(mail)?;
    let entry = match content.entry_id() {
        Some(id) => match entry(app, id).await? {
            Some(entry) => Some(entry),
            None => return Ok(None),
        },
        None => None,
    };
    if let Some(purpose) = content.link_purpose() {
        let token = Token::presented(opened(app, mail)?);
        let done = app.store.apply(vec![app.link_handed_over(purpose, &token, now)]).await?;
        if done.iter().all(|affected| affected.rows == 0) {
            return Ok(None);
        }
    }
    render(app, mail, Subject { content, entry }, now).map(Some)
}

/// What a mail is about, read.
pub struct Subject {
    /// What it is made of.
    pub content: MailContent,
    /// Whoever waits, for the waitlist's mails.
    pub entry: Option<WaitlistEntry>,
}

/// Renders a mail about a subject.
///
/// # Errors
/// As [`of`].
pub fn render(
    app: &App,
    mail: &OutboxMail,
    subject: Subject,
    now: Millis,
) -> Result<Message, Failure> {
    let kind = subject.content.kind();
    let parts = parts(app, mail, subject, now)?;
    let locale = Locale::parse(&mail.locale).unwrap_or(app.config.locale);
    let logo = app.letterhead();
    let brand = &app.config.brand;
    let voice = Voice { words: &app.words, locale, brand, logo: logo.as_deref() };
    let button_url = parts.link.as_ref().map(|link| &link.url).or(parts.page.as_ref());
    let draft = Draft {
        name: &parts.name,
        button_url: button_url.map(String::as_str),
        leave_url: parts.leave_url.as_deref(),
        ..parts.draft
    };
    let letter = letter::write(voice, &draft)
        .map_err(|_template| Failure::Fault(Fault::Broken("a mail template cannot be rendered")))?;
    let headers = parts.leave_url.iter().flat_map(|url| {
        // Source: RFC 8058 §3.1.
        let one_click = String::from("List-Unsubscribe=One-Click");
        [("List-Unsubscribe", format!("<{url}>")), ("List-Unsubscribe-Post", one_click)]
    });
    Ok(Message {
        id: mail.id.clone(),
        kind,
        to: mail.to.clone(),
        locale,
        letter,
        logo,
        headers: headers.collect(),
        url: button_url.cloned().map(Secret::new),
        token: parts.link.map(|link| Secret::new(link.token)),
        otp: None,
    })
}

/// Reads the content; rows of the first version do not repeat their kind.
fn content(mail: &OutboxMail) -> Result<MailContent, Failure> {
    let wrong = |_shape| Failure::Fault(Fault::Broken("a mail with parameters of another shape"));
    let mut params: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&mail.params).map_err(wrong)?;
    params.entry("kind").or_insert_with(|| mail.kind.clone().into());
    serde_json::from_value(params.into()).map_err(wrong)
}

fn parts(app: &App, mail: &OutboxMail, subject: Subject, now: Millis) -> Result<Parts, Failure> {
    let lasts = lifetime(link_ttl_s(app, &subject.content));
    let Subject { content, entry } = subject;
    let waiting = || entry.ok_or(Failure::Fault(Fault::Broken("a mail to nobody who waits")));
    Ok(match content {
        MailContent::VerifyEmail { user_id, name, callback_url } => {
            let claims = VerifyClaims::proving(mail.to.as_str(), &user_id);
            let link = verification_link(app, claims, callback_url, now)?;
            Parts::linked(name, link, draft("mail-verify-email", lasts))
        }
        MailContent::ResetPassword { name, callback_url } => {
            let link = reset_link(app, opened(app, mail)?, callback_url);
            Parts::linked(name, link, draft("mail-reset-password", lasts))
        }
        MailContent::ChangeEmail { user_id, name, step, from, to, callback_url } => {
            let token = opened(app, mail)?;
            let claims = VerifyClaims::changing(&user_id, (&from, &to), step, token);
            let link = verification_link(app, claims, callback_url, now)?;
            let (key, facts) = change_of_address(step, from, to);
            Parts::linked(name, link, Draft { facts, ..draft(key, lasts) })
        }
        MailContent::DeleteAccount { name, callback_url } => {
            let link = deletion_link(app, opened(app, mail)?, callback_url);
            Parts::linked(name, link, draft("mail-delete-account", lasts))
        }
        MailContent::ExistingAccount { name } => {
            Parts::recovering(app, name, draft("mail-existing-account", Vec::new()))
        }
        MailContent::PasswordChanged { name, at } => {
            let facts = vec![("when", moment(at))];
            Parts::recovering(
                app,
                name,
                Draft { facts, ..draft("mail-password-changed", sessions(app)) },
            )
        }
        MailContent::EmailChanged { name, at } => {
            let facts = vec![("when", moment(at))];
            Parts {
                draft: Draft { facts, ..draft("mail-email-changed", Vec::new()) },
                name,
                ..Parts::default()
            }
        }
        MailContent::NewDevice { name, at, device, address } => {
            let facts = [("when", moment(at)), ("device", device), ("address", address)];
            let facts = facts.into_iter().filter(|(_, value)| !value.is_empty()).collect();
            Parts::recovering(app, name, Draft { facts, ..draft("mail-new-device", sessions(app)) })
        }
        MailContent::WaitlistWelcome { .. } => welcome(app, waiting()?),
        MailContent::WaitlistConfirm { .. } => {
            let draft = draft("mail-waitlist-confirm", lasts);
            let link = (opened(app, mail)?, "/api/waitlist/confirm?token=");
            asking(app, waiting()?, link, draft)
        }
        MailContent::WaitlistInvite { .. } => {
            let draft = draft("mail-waitlist-invite", lasts);
            asking(app, waiting()?, (opened(app, mail)?, "/invitacion/"), draft)
        }
        MailContent::WaitlistDigest { name, week } => {
            let facts = waitlist_digest::facts(&week);
            let draft = Draft { facts, ..draft("mail-waitlist-digest", Vec::new()) };
            Parts { draft, name, ..Parts::default() }
        }
        MailContent::Dealing(mail) => dealing::parts(app, mail),
        content @ (MailContent::OrganizationInvite { .. } | MailContent::OfferExpiring { .. }) => {
            board::parts(app, mail, content)?
        }
    })
}

/// Returns the texts of a step of a change of address, and what it states.
fn change_of_address(
    step: ChangeStep,
    from: String,
    to: String,
) -> (&'static str, Vec<(&'static str, String)>) {
    match step {
        ChangeStep::ConfirmOld => {
            ("mail-change-email-old", vec![("old-email", from), ("new-email", to)])
        }
        // Nobody knows yet whose the new address is: the present one is not told there.
        ChangeStep::ProveNew | ChangeStep::ProveNewAgreed => {
            ("mail-change-email-new", vec![("new-email", to)])
        }
    }
}

impl Parts {
    /// A mail whose button proves something.
    fn linked(name: String, link: Link, draft: Draft<'static>) -> Self {
        Self { name, link: Some(link), draft, ..Self::default() }
    }

    /// A mail whose button leads to a new password.
    fn recovering(app: &App, name: String, draft: Draft<'static>) -> Self {
        Self { name, page: Some(site_page(app, "/recuperar")), draft, ..Self::default() }
    }
}

/// Finds whoever waits; `None` when they have left the list or want no mail.
async fn entry(app: &App, id: &str) -> Result<Option<WaitlistEntry>, Failure> {
    let found: Option<WaitlistEntry> = app.store.find(entries::by_id(id)).await?;
    Ok(found.filter(|entry| entry.unsubscribed_at.is_none()))
}

/// Greets on the waitlist, with the place as it is now.
fn welcome(app: &App, entry: WaitlistEntry) -> Parts {
    let position = entry.position(app.config.waitlist.referral_bonus).to_string();
    Parts {
        draft: Draft {
            facts: vec![("position", position)],
            share_url: Some(waitlist::referral_url(app, &entry.id)),
            ..draft("mail-waitlist-welcome", Vec::new())
        },
        leave_url: Some(waitlist::unsubscribe_url(app, &entry.id)),
        name: entry.name.unwrap_or_default(),
        ..Parts::default()
    }
}

/// Asks somebody on the waitlist to open the site's `page` with a token.
fn asking(app: &App, entry: WaitlistEntry, link: (String, &str), draft: Draft<'static>) -> Parts {
    let (token, page) = link;
    let url = site_page(app, &format!("{page}{token}"));
    Parts {
        link: Some(Link { url, token }),
        leave_url: Some(waitlist::unsubscribe_url(app, &entry.id)),
        name: entry.name.unwrap_or_default(),
        draft,
        ..Parts::default()
    }
}

/// Returns how long the link of a mail counts, in seconds.
fn link_ttl_s(app: &App, content: &MailContent) -> i64 {
    content.link_purpose().map_or(app.config.auth.token_ttl_s, |purpose| app.link_ttl_s(purpose))
}

/// Says what a new password does to the sessions.
fn sessions(app: &App) -> Vec<(&'static str, String)> {
    vec![("sessions", reset::sessions_then(app).to_owned())]
}

/// Says a time in the largest unit that does not lengthen it.
fn lifetime(ttl_s: i64) -> Vec<(&'static str, String)> {
    let (unit, count) = match ttl_s {
        86_400.. => ("days", ttl_s / 86_400),
        7_200.. => ("hours", ttl_s / 3_600),
        _ => ("minutes", ttl_s / 60),
    };
    vec![("unit", unit.to_owned()), ("count", count.to_string())]
}

fn draft(key: &'static str, arguments: Vec<(&'static str, String)>) -> Draft<'static> {
    Draft { key, arguments, ..Draft::default() }
}

/// Opens the token that waited sealed.
fn opened(app: &App, mail: &OutboxMail) -> Result<String, Failure> {
    let sealed = mail.secret.as_deref();
    let opened = sealed.and_then(|sealed| app.open_token(sealed, &mail.id));
    opened.map(Opened::text).ok_or(Failure::Fault(Fault::Broken(
        "a mail without its token; is the secret that it waited under in auth.previous_secrets?",
    )))
}

fn site_page(app: &App, path: &str) -> String {
    format!("{}{path}", app.config.server.public_url.origin())
}

fn auth_page(app: &App, path: &str) -> String {
    site_page(app, &format!("{}{path}", app.config.auth.base_path))
}

/// Where a link leads when nobody said: the front end, else `otherwise`.
fn callback(app: &App, asked: Option<String>, otherwise: &str) -> String {
    let front_end = app.config.server.frontend_url.as_ref().map(ToString::to_string);
    asked.or(front_end).unwrap_or_else(|| otherwise.to_owned())
}

/// Mints the token of a verification link. Source: contract 4.
fn verification_link(
    app: &App,
    claims: VerifyClaims,
    callback_url: Option<String>,
    now: Millis,
) -> Result<Link, Failure> {
    let claims = claims.valid_for(app.config.auth.token_ttl_s, now);
    let token = jwt::sign(&app.keys.signing, &claims)
        .map_err(|_shape| Failure::Fault(Fault::Broken("a token could not be signed")))?;
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("token", &token)
        .append_pair("callbackURL", &callback(app, callback_url, verify::CALLBACK_DEFAULT))
        .finish();
    Ok(Link { url: auth_page(app, &format!("/verify-email?{query}")), token })
}

/// Returns the address that a reset link opens.
#[must_use]
pub fn reset_url(app: &App, token: String) -> String {
    reset_link(app, token, None).url
}

/// Source: contract 4; without a front end the link leads to the site's own form.
fn reset_link(app: &App, token: String, callback_url: Option<String>) -> Link {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("callbackURL", &callback(app, callback_url, "/restablecer"))
        .finish();
    Link { url: auth_page(app, &format!("/reset-password/{token}?{query}")), token }
}

fn deletion_link(app: &App, token: String, callback_url: Option<String>) -> Link {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("token", &token)
        .append_pair("callbackURL", &callback(app, callback_url, verify::CALLBACK_DEFAULT))
        .finish();
    Link { url: auth_page(app, &format!("/delete-user/callback?{query}")), token }
}

/// Shows a moment to the minute, in UTC: a mail does not know its reader's clock.
fn moment(at_ms: i64) -> String {
    let iso = Millis(at_ms).iso();
    let (day, time) = iso.split_once('T').unwrap_or((&iso, ""));
    format!("{day} {} UTC", time.get(..5).unwrap_or_default())
}
