//! An app that lets the browser of its system go to a provider.
//!
//! The app asked with cookies of its own, which that browser does not have. It comes by here
//! on its way and is given the state; only for a sign-in that ends in an app, and only on
//! its way to where that sign-in was sent.

use url::Url;

use super::{attempt, endpoints};
use crate::app::{App, Failure};
use crate::base::clock::Millis;
use crate::domain::refusal::Refusal;
use crate::domain::token::Token;

/// The state that the browser is to bring back.
#[derive(Debug)]
pub struct OnTheWay {
    /// What its cookie shall hold.
    pub state: Token,
    /// Where the sign-in ends, as the app has it; checked when it was asked for.
    pub to: String,
}

/// Finds the sign-in that an address of a provider belongs to; `None`: to none.
///
/// # Errors
/// `ProviderUnavailable`; a fault of the store.
///
/// # Cost
/// A point read; a call to the provider once an hour.
pub async fn on_the_way(
    app: &App,
    authorization_url: &str,
    now: Millis,
) -> Result<Option<OnTheWay>, Failure> {
    let Ok(url) = Url::parse(authorization_url) else { return Ok(None) };
    let state = url.query_pairs().find(|(name, _)| name == "state");
    let state = state.map(|(_, state)| Token::presented(state.into_owned()));
    let Some(state) = state.filter(|_| url.fragment().is_none()) else { return Ok(None) };
    let found = attempt::find(app, &state, now).await.map_err(Failure::from)?;
    let Some(attempt) = found.map(|found| found.attempt) else { return Ok(None) };
    let provider = app.config.social.get(&attempt.provider).ok_or(Refusal::ProviderNotFound)?;
    let known = endpoints::of(app, provider, now).await.map_err(|stray| stray.refusal())?;
    let is_there = Url::parse(&known.authorization).is_ok_and(|there| is_same(&there, &url));
    Ok(attempt.callback_url.filter(|_| is_there).map(|to| OnTheWay { state, to }))
}

fn is_same(there: &Url, url: &Url) -> bool {
    there.origin() == url.origin()
        && there.path() == url.path()
        && url.username().is_empty()
        && url.password().is_none()
}
