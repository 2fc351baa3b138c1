//! The mail worker: takes what is due from the outbox and hands it to the transport.
//!
//! A mail is claimed by a guarded write before it goes, so that two workers never
//! send one at the same time; a worker that dies leaves its claim to run out.
//! Mails are rendered here, not where they are caused: the outbox holds no
//! secret, and a link's token exists from now on only.

use std::sync::Arc;

use serde::Deserialize;

use crate::account::verify::VerifyClaims;
use crate::app::{App, Failure, Fault};
use crate::base::bounds::{OUTBOX_CLAIM_MAX, OUTBOX_IDLE_S, OUTBOX_LEASE_S};
use crate::base::clock::Millis;
use crate::base::jwt;
use crate::base::locale::Locale;
use crate::base::secret::Secret;
use crate::domain::mail::MailKind;
use crate::mail::letter::{self, Voice};
use crate::mail::{Delivered, MailError, Message};
use crate::store::outbox::{self, DueMail};

/// Delivers until `app.stop` is cancelled.
pub async fn run(app: Arc<App>) {
    while !app.stop.is_cancelled() {
        let now = app.clock.now();
        app.mail_worker_seen(now);
        let next = match turn(&app, now).await {
            Ok(next) => next,
            Err(failure) => {
                tracing::warn!(?failure, "the mail worker cannot reach the outbox");
                now.plus_s(OUTBOX_IDLE_S)
            }
        };
        tokio::select! {
            () = app.stop.cancelled() => return,
            () = app.outbox_wake.notified() => {}
            () = app.clock.sleep_until(next) => {}
        }
    }
}

/// Delivers what is due; returns when to look again.
async fn turn(app: &App, now: Millis) -> Result<Millis, Failure> {
    let due: Vec<DueMail> = app.store.list(outbox::due(now, OUTBOX_CLAIM_MAX)).await?;
    for mail in &due {
        // A delivery may have taken long: the lease and the sign of life count from now.
        let now = app.clock.now();
        app.mail_worker_seen(now);
        let claim = outbox::claim(mail, now.plus_s(OUTBOX_LEASE_S));
        let claimed = app.store.apply(vec![claim]).await?;
        if claimed.first().is_some_and(|claim| claim.rows == 1) {
            deliver(app, mail).await?;
        }
    }
    let next: Vec<Millis> = app.store.list(outbox::next()).await?;
    let idle = now.plus_s(OUTBOX_IDLE_S);
    Ok(next.first().map_or(idle, |next| idle.min(*next)))
}

/// Renders and sends one claimed mail, and writes down what became of it.
async fn deliver(app: &App, mail: &DueMail) -> Result<(), Failure> {
    let now = app.clock.now();
    let outcome = match message(app, mail, now) {
        Ok(message) => app.mail.deliver(message, now).await,
        Err(defect) => {
            tracing::error!(mail = mail.id, kind = mail.kind, %defect, "mail cannot be rendered");
            app.store.apply(vec![outbox::failed(&mail.id, &defect.to_string())]).await?;
            return Ok(());
        }
    };
    let now = app.clock.now();
    let written = match outcome {
        Ok(Delivered { provider_id }) => {
            tracing::info!(mail = mail.id, kind = mail.kind, provider_id, "mail sent");
            outbox::sent(&mail.id, now)
        }
        Err(MailError::Later { reason, retry_after_s }) => {
            tracing::warn!(mail = mail.id, kind = mail.kind, reason, "mail not sent");
            match wait_s(app, mail.attempts) {
                Some(wait_s) => {
                    let wait_s = wait_s.max(retry_after_s.unwrap_or(0));
                    outbox::retry(&mail.id, now.plus_s(wait_s), &reason)
                }
                None => outbox::failed(&mail.id, &reason),
            }
        }
        Err(MailError::Never { reason }) => {
            tracing::warn!(mail = mail.id, kind = mail.kind, reason, "mail refused for good");
            outbox::failed(&mail.id, &reason)
        }
    };
    app.store.apply(vec![written]).await?;
    Ok(())
}

/// Returns the wait after `attempts` earlier ones; `None`: that was the last.
fn wait_s(app: &App, attempts: i64) -> Option<i64> {
    let index = usize::try_from(attempts).ok()?;
    app.config.mail.retry_schedule_s.get(index).copied()
}

/// What a verification mail is made of.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct VerifyParams {
    user_id: String,
    name: String,
    #[serde(rename = "callbackURL")]
    callback_url: Option<String>,
}

fn message(app: &App, mail: &DueMail, now: Millis) -> Result<Message, Fault> {
    let kind = MailKind::parse(&mail.kind).ok_or(Fault::Broken("a mail of an unknown kind"))?;
    let locale = Locale::parse(&mail.locale).unwrap_or(app.config.locale);
    let voice = Voice { words: &app.words, locale, brand: &app.config.brand };
    match kind {
        MailKind::VerifyEmail => {
            let params: VerifyParams = serde_json::from_str(&mail.params)
                .map_err(|_shape| Fault::Broken("a mail with parameters of another shape"))?;
            let (url, token) = verification_link(app, mail, &params, now)?;
            let ttl_s = app.config.auth.token_ttl_s;
            let letter = letter::verify_email(voice, &params.name, &url, ttl_s)
                .map_err(|_template| Fault::Broken("a mail template could not be rendered"))?;
            Ok(Message {
                id: mail.id.clone(),
                kind,
                to: mail.to.clone(),
                locale,
                letter,
                headers: Vec::new(),
                url: Some(Secret::new(url)),
                token: Some(Secret::new(token)),
                otp: None,
            })
        }
    }
}

/// Makes the link and its token. Source: contract 4.
fn verification_link(
    app: &App,
    mail: &DueMail,
    params: &VerifyParams,
    now: Millis,
) -> Result<(String, String), Fault> {
    let claims = VerifyClaims {
        email: mail.to.as_str().to_owned(),
        user_id: params.user_id.clone(),
        iat: now.unix_s(),
        exp: now.unix_s().saturating_add(app.config.auth.token_ttl_s),
    };
    let token = jwt::sign(app.keys.secret.expose(), &claims)
        .map_err(|_shape| Fault::Broken("a token could not be signed"))?;
    let server = &app.config.server;
    let front_end =
        || server.frontend_url.as_ref().map_or_else(|| "/".to_owned(), ToString::to_string);
    let callback = params.callback_url.clone().unwrap_or_else(front_end);
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("token", &token)
        .append_pair("callbackURL", &callback)
        .finish();
    let (site, root) = (server.public_url.origin(), &app.config.auth.base_path);
    Ok((format!("{site}{root}/verify-email?{query}"), token))
}
