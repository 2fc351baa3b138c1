//! Signs of life: the instance puts itself on the list of those that share the
//! database, and takes itself off when it ends.
//!
//! Whoever died without a word is forgotten after a day. Windows of the rate limit
//! that count for nothing any more are swept along the way.

use std::net::SocketAddr;
use std::sync::Arc;

use rustix::system::uname;

use crate::app::{App, Failure};
use crate::base::bounds::{INSTANCE_BEAT_S, INSTANCE_FORGOTTEN_S, LIST_ROWS_MAX, TASK_ROWS_MAX};
use crate::base::clock::Millis;
use crate::config::LimitStore;
use crate::store::instances::{self, Instance};
use crate::store::rate_limits;

/// Beats until `app.stop` is cancelled; `address` is where the instance listens.
pub async fn run(app: Arc<App>, address: SocketAddr) {
    let started_at = app.clock.now();
    let mut own = Instance {
        id: app.instance.clone(),
        host: uname().nodename().to_string_lossy().into_owned(),
        address: address.to_string(),
        version: String::from(env!("CARGO_PKG_VERSION")),
        secrets: app.keys.fingerprints().join(" "),
        started_at,
        seen_at: started_at,
    };
    if let Err(failure) = warn_of_strangers(&app, started_at).await {
        tracing::debug!(?failure, "other instances were not looked at");
    }
    while !app.stop.is_cancelled() {
        let now = app.clock.now();
        own.seen_at = now;
        if let Err(failure) = beat(&app, &own, now).await {
            tracing::warn!(?failure, "the instance cannot say that it runs");
        }
        tokio::select! {
            () = app.stop.cancelled() => {}
            () = app.clock.sleep_until(now.plus_s(INSTANCE_BEAT_S)) => {}
        }
    }
    // Left on the list it would only look silent.
    if let Err(error) = app.store.jot(instances::leave(&own.id)).await {
        tracing::warn!(%error, "the instance stays on the list");
    }
}

/// Warns when another instance does not honour what this one signs: whoever signs in here
/// would be a stranger there.
async fn warn_of_strangers(app: &App, now: Millis) -> Result<(), Failure> {
    let all: Vec<Instance> = app.store.list(instances::list(LIST_ROWS_MAX)).await?;
    let running = all.iter().filter(|other| other.is_running(now) && !other.secrets.is_empty());
    for other in running.filter(|other| !other.honours(app.keys.fingerprint())) {
        tracing::warn!(
            instance = other.id,
            address = other.address,
            "another instance does not honour the secret that signs here; put it into \
             auth.previous_secrets there before anybody signs with it"
        );
    }
    Ok(())
}

async fn beat(app: &App, own: &Instance, now: Millis) -> Result<(), Failure> {
    app.store.jot(instances::beat(own)).await?;
    app.store.jot(instances::forget(now.plus_s(-INSTANCE_FORGOTTEN_S))).await?;
    if app.config.rate_limit.store == LimitStore::Memory {
        return Ok(());
    }
    let sweep = rate_limits::sweep(now, TASK_ROWS_MAX);
    while app.store.jot(sweep.clone()).await?.rows == TASK_ROWS_MAX.unsigned_abs() {}
    Ok(())
}
