//! The browser that waits for an address to be proven.
//!
//! A verification link proves an address wherever it is opened, and signs in only where
//! somebody asked for it: who signed up, was told to verify first, or had the link mailed
//! again. Elsewhere it may be a mail scanner that opens it, or somebody to whom it was
//! sent to put them into another's account. What the browser keeps is made of the
//! address, whether or not anybody has it, so it tells nothing.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::account::Caller;
use crate::app::App;
use crate::base::clock::Millis;
use crate::base::crypto;
use crate::domain::email::Email;

/// How long a browser waits, in seconds: a link lives an hour from when it was handed
/// over, and a provider that is away for a night hands it over in the morning.
pub const TTL_S: i64 = 86_400;

/// Addresses that one browser waits for: its cookie is read up to a bound.
const MARKS_MAX: usize = 4;

/// What stands between them.
const BETWEEN: &str = ".";

/// Bytes of the digest that stand for the address.
const DIGEST_BYTES: usize = 16;

/// Returns what a browser keeps that waits from `now` on, beside what it waits for
/// already; `None` where no proof signs in.
#[must_use]
pub fn mark(app: &App, before: Option<&str>, email: &Email, now: Millis) -> Option<String> {
    let auth = &app.config.auth;
    if !(auth.require_email_verification && auth.auto_sign_in) {
        return None;
    }
    let new = written(email, now.plus_s(TTL_S));
    let kept = marks(before.unwrap_or_default()).filter(|mark| !is_of(mark, email));
    let all: Vec<&str> = [new.as_str()].into_iter().chain(kept).take(MARKS_MAX).collect();
    Some(all.join(BETWEEN))
}

/// Tells whether whoever asks waits for `email` to be proven.
#[must_use]
pub fn is_by(caller: &Caller, email: &Email, now: Millis) -> bool {
    let kept = caller.awaits.as_deref().unwrap_or_default();
    marks(kept).any(|mark| is_of(mark, email) && until(mark).is_some_and(|until| until > now))
}

fn marks(kept: &str) -> impl Iterator<Item = &str> {
    kept.split(BETWEEN)
}

fn is_of(mark: &str, email: &Email) -> bool {
    let written = until(mark).map(|until| written(email, until));
    written.is_some_and(|written| crypto::equal(mark.as_bytes(), written.as_bytes()))
}

fn until(mark: &str) -> Option<Millis> {
    mark.split('-').nth(1)?.parse().ok().map(Millis)
}

/// No other value that we sign looks like it.
fn written(email: &Email, until: Millis) -> String {
    let digest = Sha256::digest(email.as_str().as_bytes());
    let start = digest.iter().take(DIGEST_BYTES);
    start.fold(format!("verification-{}-", until.0), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
