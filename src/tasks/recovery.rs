//! Frees what instances hold that are gone: mails on their way, leases of tasks.
//!
//! At the start and every few seconds. Who is gone the store tells: on the embedded
//! database the kernel lets a file's lock go with the process, on a server the session's
//! lock goes with the connection. What is freed by mistake is claimed anew under the same
//! idempotency key, and a task's fence keeps its late holder from writing.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::app::{App, Failure};
use crate::base::bounds::{INSTANCE_LOOK_S, INSTANCES_HOLDING_MAX};
use crate::base::clock::Millis;
use crate::store::claims;

/// Which look it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Look {
    /// The one of the start.
    First,
    /// Another one.
    Later,
}

/// Since when instances are seen to be gone.
type Missing = BTreeMap<String, Millis>;

/// Looks until `app.stop` is cancelled.
pub async fn run(app: Arc<App>) {
    let mut missing = Missing::new();
    let mut which = Look::First;
    while !app.stop.is_cancelled() {
        let now = app.clock.now();
        match look(&app, &mut missing, which).await {
            Ok(()) => which = Look::Later,
            Err(failure) => tracing::debug!(?failure, "nobody looked for instances that are gone"),
        }
        tokio::select! {
            () = app.stop.cancelled() => return,
            () = app.clock.sleep_until(now.plus_s(INSTANCE_LOOK_S)) => {}
        }
    }
}

/// Frees what those hold who have been missing for long enough.
///
/// What names no instance is of a version before: at the first look nobody else runs, where
/// the engine says so.
async fn look(app: &App, missing: &mut Missing, which: Look) -> Result<(), Failure> {
    let now = app.clock.now();
    let mut holders: Vec<String> =
        app.store.list(claims::holders(now, INSTANCES_HOLDING_MAX)).await?;
    holders
        .retain(|holder| *holder != app.instance && (which == Look::First || !holder.is_empty()));
    let gone = app.store.gone(&app.instance, holders).await?;
    missing.retain(|holder, _since| gone.contains(holder));
    for holder in gone {
        let since = *missing.entry(holder.clone()).or_insert(now);
        if now >= since.plus_s(app.store.gone_for_s()) {
            free(app, &holder, now).await?;
            missing.remove(&holder);
        }
    }
    Ok(())
}

async fn free(app: &App, holder: &str, now: Millis) -> Result<(), Failure> {
    let answers = app.store.apply(claims::free(holder, now).into()).await?;
    let freed: Vec<u64> = answers.iter().map(|affected| affected.rows).collect();
    tracing::warn!(instance = holder, ?freed, "mails and leases of a dead instance are free");
    app.post_office.call();
    app.schedule_bell.notify_one();
    Ok(())
}
