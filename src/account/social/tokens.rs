//! What providers granted, for the person it was granted to.
//!
//! An access token that is about to end is renewed first. A renewed ID token is not
//! kept: nobody has verified it.

use std::time::Duration;

use serde_json::{Map, Value};
use tokio::time::timeout;

use super::named::{self, Named};
use super::{Stumble, endpoints, exchange, identity};
use crate::account::guard;
use crate::account::session::Live;
use crate::app::{App, Failure, grants};
use crate::base::bounds::{GRANT_LEFT_S_MIN, PROVIDER_TALK_S_MAX};
use crate::base::clock::Millis;
use crate::config::Provider;
use crate::domain::account::Account;
use crate::domain::refusal::Refusal;
use crate::domain::social::{Grants, Identity, SealedGrants, Stray};
use crate::store::{accounts, guards};

/// A way in with what was granted, open.
pub struct Granted {
    /// The way in.
    pub account: Account,
    /// What was granted.
    pub grants: Grants,
}

/// Returns what was granted, with an access token that still counts.
///
/// # Errors
/// `AccountNotFound`; `FailedToGetAccessToken` when there is none; those of [`renewed`]
/// when it had to be renewed.
///
/// # Cost
/// A list and a point read; a call and a durable write when it is renewed.
pub async fn access(
    app: &App,
    (live, named): (&Live, &Named),
    now: Millis,
) -> Result<Granted, Failure> {
    let granted = find(app, live, named).await?;
    let ends = granted.grants.access_token_expires_at;
    let is_ending = ends.is_some_and(|at| at <= now.plus_s(GRANT_LEFT_S_MIN));
    let granted = match (&granted.grants.refresh_token, is_ending) {
        (Some(_), true) => renew(app, live, granted, now).await?,
        (None, _) | (_, false) => granted,
    };
    if granted.grants.access_token.is_none() {
        return Err(Refusal::FailedToGetAccessToken.into());
    }
    Ok(granted)
}

/// Renews what was granted.
///
/// # Errors
/// `AccountNotFound`, `RefreshTokenNotFound`, `ProviderNotFound`, `ProviderUnavailable`;
/// `FailedToRefreshAccessToken` when the provider says no.
///
/// # Cost
/// A list and a point read, a call, a durable write.
pub async fn renewed(
    app: &App,
    (live, named): (&Live, &Named),
    now: Millis,
) -> Result<Granted, Failure> {
    let granted = find(app, live, named).await?;
    renew(app, live, granted, now).await
}

/// Asks the provider who the person is now.
///
/// # Errors
/// As [`access`]; `FailedToGetUserInfo` when the provider tells nothing, or of somebody
/// else.
pub async fn info(
    app: &App,
    (live, named): (&Live, &Named),
    now: Millis,
) -> Result<(Identity, Map<String, Value>), Failure> {
    let granted = access(app, (live, named), now).await?;
    let provider = super::provider(app, &granted.account.provider_id)?;
    let access_token = granted.grants.access_token.as_deref();
    let asked = within(async {
        let known = endpoints::of(app, provider, now).await?;
        identity::profile(app, (provider, &known), access_token).await
    });
    let told = asked
        .await
        .map_err(|stray| worded(stray, (&Stray::NoIdentity, Refusal::FailedToGetUserInfo)))?;
    if told.0.account_id != granted.account.account_id {
        return Err(Refusal::FailedToGetUserInfo.into());
    }
    Ok(told)
}

async fn find(app: &App, live: &Live, named: &Named) -> Result<Granted, Failure> {
    let all = named::all(app, live).await?;
    let account = named.pick(&all).ok_or(Refusal::AccountNotFound)?.clone();
    let read = accounts::grants(&account.id, &live.user.id);
    let sealed: Option<SealedGrants> = app.store.find(read).await?;
    let sealed = sealed.ok_or(Refusal::AccountNotFound)?;
    let grants = grants::open(app, &account.id, sealed);
    Ok(Granted { account, grants })
}

async fn renew(app: &App, live: &Live, granted: Granted, now: Millis) -> Result<Granted, Failure> {
    let Granted { account, grants } = granted;
    let provider = super::provider(app, &account.provider_id)?;
    let token = grants.refresh_token.as_deref().ok_or(Refusal::RefreshTokenNotFound)?;
    let fresh = within(ask(app, provider, token, now)).await.map_err(|stray| {
        worded(stray, (&Stray::InvalidCode, Refusal::FailedToRefreshAccessToken))
    })?;
    let fresh = Grants { id_token: None, ..fresh };
    let sealed = grants::seal(app, &account.id, &fresh);
    let batch = vec![
        guards::alone(&live.user.id, &live.user.id),
        guards::session(&live.session.id, &live.user.id),
        accounts::grants_set(&account.id, &live.user.id, sealed, now),
    ];
    app.store.apply(batch).await.map_err(guard::missed(Refusal::AccountNotFound))?;
    let grants = Grants {
        refresh_token: fresh.refresh_token.or(grants.refresh_token),
        refresh_token_expires_at: fresh
            .refresh_token_expires_at
            .or(grants.refresh_token_expires_at),
        id_token: grants.id_token,
        scope: fresh.scope.or(grants.scope),
        access_token: fresh.access_token,
        access_token_expires_at: fresh.access_token_expires_at,
    };
    Ok(Granted { account, grants })
}

async fn ask(app: &App, provider: &Provider, token: &str, now: Millis) -> Result<Grants, Stray> {
    let known = endpoints::of(app, provider, now).await?;
    let asked = [("grant_type", "refresh_token"), ("refresh_token", token)];
    exchange::tokens(app, (provider, &known.token), &asked, now).await
}

/// Gives one no a name of its own.
fn worded(stray: Stray, own: (&Stray, Refusal)) -> Failure {
    if stray == *own.0 { own.1.into() } else { Stumble::Stray(stray).into() }
}

async fn within<T>(talk: impl Future<Output = Result<T, Stray>>) -> Result<T, Stray> {
    let longest = Duration::from_secs(PROVIDER_TALK_S_MAX);
    timeout(longest, talk).await.unwrap_or(Err(Stray::Unavailable))
}
