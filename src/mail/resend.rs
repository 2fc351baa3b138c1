//! The Resend carrier: one HTTP call a mail.
//!
//! The outbox id is the idempotency key, so that a repeat after a lost answer is
//! no second mail. What the provider writes about a mail may repeat its
//! addresses; of an error its status and name are kept.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Method;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Delivered, Logo, MailError, Message, Sender};
use crate::base::bounds::{MAIL_SEND_TIMEOUT_S, RETRY_AFTER_S_MAX};
use crate::base::clock::Millis;
use crate::base::outbound::{Answer, Call, Outbound};
use crate::base::secret::Secret;
use crate::config::Resend;

/// Hands mails to Resend.
pub struct ResendCarrier {
    outbound: Outbound,
    url: String,
    api_key: Secret<String>,
}

/// What an accepted mail gets.
#[derive(Deserialize)]
struct Accepted {
    id: String,
}

/// What a refusal says; its sentence is not read.
#[derive(Deserialize)]
struct Refused {
    name: String,
}

/// A key whose mail has gone, with another body: links are minted at every try.
/// Source: resend.com/docs/dashboard/emails/idempotency-keys.
const ALREADY_SENT: &str = "invalid_idempotent_request";

impl ResendCarrier {
    /// Makes a carrier.
    #[must_use]
    pub fn of(resend: &Resend) -> Self {
        Self {
            outbound: Outbound::new(),
            url: format!("{}/emails", resend.base_url),
            api_key: resend.api_key.clone(),
        }
    }

    /// Hands one mail over.
    ///
    /// # Errors
    /// `Never` when Resend refuses this mail for good; `Later` when it is busy, out
    /// of order or out of reach.
    pub async fn send(
        &self,
        sender: &Sender,
        message: &Message,
        now: Millis,
    ) -> Result<Delivered, MailError> {
        let mut call = Call::new(Method::POST, &self.url)
            .header("authorization", format!("Bearer {}", self.api_key.expose()))
            .header("idempotency-key", &message.id)
            .json(&body(sender, message))
            .map_err(|_defect| MailError::never("the mail is no JSON"))?;
        call.timeout = Duration::from_secs(MAIL_SEND_TIMEOUT_S);
        match self.outbound.call(call).await {
            Ok(answer) => outcome(&answer, now),
            Err(error) => Err(MailError::later(format!("Resend: {error}"))),
        }
    }
}

/// Source: resend.com/docs/api-reference/emails/send-email.
fn body(sender: &Sender, message: &Message) -> Value {
    let headers =
        message.headers.iter().cloned().map(|(name, value)| (name.to_owned(), value.into()));
    let mut body = json!({
        "from": sender.from.to_string(),
        "to": [message.to.as_str()],
        "subject": message.letter.subject,
        "html": message.letter.html,
        "text": message.letter.text,
        "headers": headers.collect::<serde_json::Map<String, Value>>(),
        "tags": [{"name": "kind", "value": message.kind.name()}],
    });
    let reply_to = sender.reply_to.as_ref().map(|mailbox| ("reply_to", mailbox.to_string().into()));
    let logo = message.logo.as_ref().map(|logo| ("attachments", json!([inline(logo)])));
    if let Value::Object(body) = &mut body {
        let more = reply_to.into_iter().chain(logo);
        body.extend(more.map(|(name, value)| (name.to_owned(), value)));
    }
    body
}

/// Source: resend.com/docs/dashboard/emails/embed-inline-images.
fn inline(logo: &Logo) -> Value {
    json!({
        "filename": Logo::FILE,
        "content": STANDARD.encode(&logo.png),
        "content_type": Logo::MEDIA_TYPE,
        "content_id": Logo::CID,
    })
}

fn outcome(answer: &Answer, now: Millis) -> Result<Delivered, MailError> {
    let name = answer.json::<Refused>().map(|refused| refused.name).unwrap_or_default();
    let name = if is_code(&name) { name.as_str() } else { "no reason given" };
    let reason = format!("Resend answered {}: {name}", answer.status);
    match answer.status {
        200..=299 => Ok(Delivered {
            provider_id: answer.json::<Accepted>().ok().map(|accepted| accepted.id),
        }),
        409 if name == ALREADY_SENT => Ok(Delivered::default()),
        429 => Err(MailError::Later { reason, retry_after_s: retry_after_s(answer, now) }),
        408 | 409 | 500..=599 => Err(MailError::later(reason)),
        400..=499 => Err(MailError::never(reason)),
        _ => Err(MailError::later(reason)),
    }
}

/// An error's name is a code; anything else might be a sentence.
fn is_code(name: &str) -> bool {
    (1..=64).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || b"_0123456789".contains(&byte))
}

/// Reads how long to wait. Source: RFC 9110 §10.2.3, seconds or a date.
fn retry_after_s(answer: &Answer, now: Millis) -> Option<i64> {
    let text = answer.header("retry-after")?.trim();
    let wait_s = text.parse::<i64>().ok().or_else(|| {
        let at = httpdate::parse_http_date(text).ok()?;
        let since = at.duration_since(std::time::UNIX_EPOCH).ok()?;
        Some(i64::try_from(since.as_secs()).ok()?.saturating_sub(now.unix_s()))
    })?;
    Some(wait_s.clamp(0, RETRY_AFTER_S_MAX))
}
