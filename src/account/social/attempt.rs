//! A sign-in that is away at the provider: its state, and what is proven with it.
//!
//! The state is known to the database by its hash alone. The verifier (PKCE) and the
//! nonce are made of it with a key of ours: they are stored nowhere, and whoever sees
//! the state in an address cannot make them. Sources: RFC 7636 §4; RFC 9700 §4.7.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::Stumble;
use crate::app::App;
use crate::base::bounds::SOCIAL_ATTEMPT_S;
use crate::base::clock::Millis;
use crate::domain::token::Token;
use crate::store::verifications::{self, Loaded, Verification};
use crate::store::{Statement, StoreError};

/// What the row's value is for.
const IDENTIFIER: &str = "social-attempt";

/// Where a sign-in wants to go, and for whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// The provider it was sent to.
    pub provider: String,
    /// Where it goes; checked when it was asked for.
    pub callback_url: Option<String>,
    /// Where it goes when it fails; checked as well.
    pub error_url: Option<String>,
    /// Where a new person goes; checked as well.
    pub new_user_url: Option<String>,
    /// Whose account gets a way in; `None`: somebody signs in.
    pub link: Option<LinkTo>,
    /// The fingerprint of the secret that its proofs are made with: whoever takes the
    /// browser in again may sign with another by then.
    #[serde(default)]
    pub secret: String,
}

/// The session that asked for a way in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkTo {
    /// The person.
    pub user_id: String,
    /// The hash of their session's token, in hexadecimal: the session must still live.
    pub session: String,
}

/// An attempt that came back.
#[derive(Debug)]
pub struct Found {
    /// Its row.
    id: String,
    /// What it wants.
    pub attempt: Attempt,
}

impl Found {
    /// Returns the write that spends it; expects that nobody has.
    pub fn consume(&self) -> Statement {
        verifications::consume(&self.id)
    }
}

/// Draws a state; returns it with the write of its row.
///
/// # Errors
/// A defect.
pub fn begin(app: &App, attempt: &Attempt, now: Millis) -> Result<(Token, Statement), StoreError> {
    let state = Token::draw(&app.entropy);
    let payload = serde_json::to_string(attempt)
        .map_err(|_defect| StoreError::Decode { sql: "verifications.insert_loaded", column: 3 })?;
    let row = Verification {
        id: app.entropy.id(verifications::ID_PREFIX, now),
        identifier: IDENTIFIER.to_owned(),
        value: state.hash().hex(),
        subject: None,
        expires_at: now.plus_s(SOCIAL_ATTEMPT_S),
        created_at: now,
    };
    Ok((state, verifications::insert_loaded(&row, payload)))
}

/// Finds the attempt of a state; `None` when it is nobody's, spent or too old.
///
/// # Errors
/// The store's.
///
/// # Cost
/// One point read.
pub async fn find(app: &App, state: &Token, now: Millis) -> Result<Option<Found>, Stumble> {
    let read = verifications::loaded(IDENTIFIER, &state.hash().hex());
    let row: Option<Loaded> = app.store.find(read).await?;
    let row = row.filter(|row| row.expires_at > now);
    Ok(row.and_then(|Loaded { id, payload, .. }| {
        let attempt = serde_json::from_str(&payload).ok()?;
        Some(Found { id, attempt })
    }))
}

/// Returns the code verifier of a state: 43 characters. Source: RFC 7636 §4.1.
pub fn verifier(app: &App, attempt: &Attempt, state: &Token) -> String {
    made_of(app, "verifier", attempt, state)
}

/// Returns the challenge of a verifier. Source: RFC 7636 §4.2, S256.
pub fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()))
}

/// Returns the nonce of a state. Source: `OpenID` Connect Core 1.0 §15.5.2.
pub fn nonce(app: &App, attempt: &Attempt, state: &Token) -> String {
    made_of(app, "nonce", attempt, state)
}

fn made_of(app: &App, purpose: &str, attempt: &Attempt, state: &Token) -> String {
    let message = format!("{purpose}:{}", state.expose());
    // A secret that is gone leaves proofs which the provider refuses.
    let place = app.keys.place_of(&attempt.secret).unwrap_or_default();
    let key = app.keys.attempt.get(place).unwrap_or_else(|| app.keys.attempt.current());
    URL_SAFE_NO_PAD.encode(key.sign(message.as_bytes()))
}
