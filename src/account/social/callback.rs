//! A browser that comes back from a provider.
//!
//! The state is spent before the provider is asked anything, so that a code is tried
//! once; until then nothing is believed and nothing is written.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::timeout;

use super::attempt::{self, Attempt, LinkTo};
use super::enter::{self, Novelty};
use super::{Proven, Stumble, endpoints, exchange, identity, link, redirect_uri, start};
use crate::account::Caller;
use crate::account::sign_in::SignedIn;
use crate::app::{App, Failure};
use crate::base::bounds::{PROVIDER_REASON_LENGTH_MAX, PROVIDER_TALK_S_MAX};
use crate::base::clock::Millis;
use crate::base::crypto;
use crate::config::Provider;
use crate::domain::id_token::{Expected, Issuers};
use crate::domain::social::{Endpoints, Stray};
use crate::domain::token::{Token, TokenHash};
use crate::store::StoreError;
use crate::store::sessions::{self, SessionWithUser};

/// What the address says with which a browser comes back.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Returned {
    /// The provider in its path.
    pub provider: String,
    /// What we gave.
    pub state: Option<String>,
    /// What the browser's cookie holds, if we signed it.
    #[serde(skip)]
    pub cookie: Option<Token>,
    /// What becomes tokens.
    pub code: Option<String>,
    /// The provider's no, and its reason.
    pub error: Option<(String, Option<String>)>,
    /// Who the provider says it is.
    pub issuer: Option<String>,
}

/// How it ended well.
#[derive(Debug)]
pub enum Landed {
    /// Somebody is signed in.
    SignedIn {
        /// The person with their session.
        signed: Box<SignedIn>,
        /// Where they go; `None`: nobody said.
        to: Option<String>,
        /// Whether the page for new people is meant by it.
        is_new: bool,
    },
    /// A signed-in person has another way in.
    Linked {
        /// Where they go; `None`: nobody said.
        to: Option<String>,
    },
}

/// How it ended otherwise.
#[derive(Debug)]
pub struct Strayed {
    /// Why.
    pub stray: Stray,
    /// Where they go; `None`: nobody said.
    pub to: Option<String>,
}

impl Strayed {
    /// Tells whether the sign-in that the browser began is spent.
    #[must_use]
    pub const fn is_over(&self) -> bool {
        !matches!(self.stray, Stray::StateNotFound | Stray::StateMismatch)
    }
}

impl From<Stray> for Strayed {
    fn from(stray: Stray) -> Self {
        Self { stray, to: None }
    }
}

/// A sign-in whose browser has no cookie of it here, and may have one elsewhere.
#[derive(Debug)]
pub struct Begun {
    /// Where it goes; `None`: nobody said.
    pub to: Option<String>,
    /// The provider's own no, which proves nothing and changes nothing.
    pub denied: Option<Strayed>,
}

/// Finds the sign-in of a browser that comes back without a cookie; nothing is spent.
///
/// # Errors
/// A fault of the store.
///
/// # Cost
/// A point read.
pub async fn begun_elsewhere(
    app: &App,
    returned: &Returned,
    now: Millis,
) -> Result<Option<Begun>, Failure> {
    let given = returned.state.as_deref().filter(|state| !state.is_empty());
    let Some(state) = given.filter(|_| returned.cookie.is_none()).map(Token::presented) else {
        return Ok(None);
    };
    let found = attempt::find(app, &state, now).await?;
    let found = found.filter(|found| found.attempt.provider == returned.provider);
    Ok(found.map(|found| {
        let Attempt { callback_url, error_url, .. } = found.attempt;
        let no = returned.error.as_ref();
        let no = no.map(|(error, reason)| denied(error, reason.as_deref()));
        let denied = no.map(|stray| Strayed { stray, to: error_url });
        Begun { to: callback_url, denied }
    }))
}

/// Takes a browser in that comes back.
///
/// # Errors
/// A fault of ours; every expected no is a [`Strayed`].
///
/// # Cost
/// Point reads, two durable writes, and one to four calls to the provider.
pub async fn land(
    app: &App,
    returned: &Returned,
    by: (&Caller, Millis),
) -> Result<Result<Landed, Strayed>, Failure> {
    let (state, attempt) = match recognise(app, returned, by.1).await? {
        Ok(recognised) => recognised,
        Err(strayed) => return Ok(Err(strayed)),
    };
    // On the heap: what talks to the provider is large, and few requests do.
    match Box::pin(go_on(app, returned, (&state, &attempt), by)).await {
        Ok(landed) => Ok(Ok(landed)),
        Err(Stumble::Failure(failure)) => Err(failure),
        Err(Stumble::Stray(stray)) => {
            let client = by.0.address_text();
            let provider = attempt.provider.as_str();
            // A provider's own no is anybody's to write, so its words stay out of the log.
            let is_denied = matches!(stray, Stray::Denied { .. });
            let why = if is_denied { "denied" } else { stray.code() };
            tracing::info!(provider, client, why, "sign-in by a provider failed");
            Ok(Err(Strayed { stray, to: attempt.error_url }))
        }
    }
}

/// Finds and spends the attempt that this browser began.
async fn recognise(
    app: &App,
    returned: &Returned,
    now: Millis,
) -> Result<Result<(Token, Attempt), Strayed>, Failure> {
    let given = returned.state.as_deref().filter(|state| !state.is_empty());
    let Some(state) = given.map(Token::presented) else {
        return Ok(Err(Stray::StateNotFound.into()));
    };
    let Some(found) = attempt::find(app, &state, now).await? else {
        return Ok(Err(Stray::StateMismatch.into()));
    };
    let is_here = returned
        .cookie
        .as_ref()
        .is_some_and(|cookie| crypto::equal(cookie.expose().as_bytes(), state.expose().as_bytes()));
    if !is_here || found.attempt.provider != returned.provider {
        let to = found.attempt.error_url;
        return Ok(Err(Strayed { stray: Stray::StateMismatch, to }));
    }
    match app.store.apply(vec![found.consume()]).await {
        Ok(_) => Ok(Ok((state, found.attempt))),
        Err(StoreError::Unexpected { .. }) => Ok(Err(Stray::StateMismatch.into())),
        Err(error) => Err(error.into()),
    }
}

async fn go_on(
    app: &App,
    returned: &Returned,
    (state, attempt): (&Token, &Attempt),
    by: (&Caller, Millis),
) -> Result<Landed, Stumble> {
    let (_, now) = by;
    if let Some((error, description)) = &returned.error {
        return Err(denied(error, description.as_deref()).into());
    }
    let provider = app.config.social.get(&attempt.provider).ok_or(Stray::ProviderNotFound)?;
    let talk = prove(app, provider, (returned, attempt, state), now);
    let talk = timeout(Duration::from_secs(PROVIDER_TALK_S_MAX), talk);
    let proven = talk.await.map_err(|_elapsed| Stray::Unavailable)??;
    if let Some(to) = &attempt.link {
        let live = linking(app, to, now).await?;
        link::add(app, provider, (&live, &proven), by).await?;
        return Ok(Landed::Linked { to: attempt.callback_url.clone() });
    }
    let entered = enter::enter(app, provider, &proven, by).await?;
    let new_user_url = attempt.new_user_url.as_ref().filter(|_| entered.novelty == Novelty::New);
    let is_new = new_user_url.is_some();
    let to = new_user_url.or(attempt.callback_url.as_ref()).cloned();
    Ok(Landed::SignedIn { signed: Box::new(entered.signed), to, is_new })
}

/// Asks the provider whom the code stands for.
async fn prove(
    app: &App,
    provider: &Provider,
    (returned, attempt, state): (&Returned, &Attempt, &Token),
    now: Millis,
) -> Result<Proven, Stray> {
    let endpoints = endpoints::of(app, provider, now).await?;
    is_from(&endpoints, returned.issuer.as_deref())?;
    let code = returned.code.as_deref().filter(|code| !code.is_empty()).ok_or(Stray::NoCode)?;
    let verifier = attempt::verifier(app, attempt, state);
    let redirect_uri = redirect_uri(app, provider);
    let asked = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", redirect_uri.as_str()),
        ("code_verifier", verifier.as_str()),
    ];
    let grants = exchange::tokens(app, (provider, &endpoints.token), &asked, now).await?;
    let nonce = attempt::nonce(app, attempt, state);
    let expected = Expected {
        issuers: &endpoints.issuers,
        audience: &provider.client_id,
        nonce: start::carries_nonce(provider, &endpoints).then_some(nonce.as_str()),
        now,
    };
    let identity = identity::learn(app, (provider, &endpoints), &grants, expected).await?;
    Ok(Proven { identity, grants })
}

/// Refuses the answer of another provider than the one that was asked.
/// Source: RFC 9207 §2.4.
fn is_from(endpoints: &Endpoints, issuer: Option<&str>) -> Result<(), Stray> {
    let is_right = match (issuer, &endpoints.issuers) {
        (Some(issuer), Issuers::Named(names)) if !names.is_empty() => {
            endpoints.issuers.include(issuer)
        }
        (Some(issuer), Issuers::Tenants { .. }) => endpoints.issuers.include(issuer),
        (Some(_), Issuers::Named(_) | Issuers::OnOrigin(_)) => true,
        (None, _) => !endpoints.names_itself,
    };
    if is_right { Ok(()) } else { Err(Stray::IssuerMismatch) }
}

/// Takes the provider's own no, as far as it may stand in an address.
fn denied(error: &str, description: Option<&str>) -> Stray {
    let plain = |text: &str| -> String {
        let letters = text.chars().filter(|letter| !letter.is_control());
        letters.take(PROVIDER_REASON_LENGTH_MAX).collect()
    };
    Stray::Denied { error: plain(error), description: description.map(plain) }
}

/// Finds the person whose session asked for another way in; it must still live.
async fn linking(app: &App, to: &LinkTo, now: Millis) -> Result<SessionWithUser, Stumble> {
    let hash = TokenHash::from_hex(&to.session).ok_or(Stray::UnableToLink)?;
    let read = sessions::with_user(&hash);
    let found: Option<SessionWithUser> = app.store.find(read).await?;
    let is_theirs = |found: &SessionWithUser| {
        found.session.is_live(&app.lives(), now) && found.user.id == to.user_id
    };
    Ok(found.filter(is_theirs).ok_or(Stray::UnableToLink)?)
}
