//! The mail workers: each takes a due mail from the outbox, renders it, hands it
//! to the transport and writes down what became of it.
//!
//! A claim is a guarded write with a lease, so no two workers or instances send
//! one mail at the same time; a worker that dies leaves its claim to run out. The
//! hourly cap is taken with the claim: mails over it wait, account mails before
//! bulk. The first worker also pays what is owed (welcomes, news of the
//! job board) and forgets old rows.

use std::sync::Arc;

use super::{Run, Work, mail_message};
use crate::app::{App, Failure};
use crate::base::bounds::{
    OUTBOX_CLEAN_S, OUTBOX_DUE_MAX, OUTBOX_IDLE_S, OUTBOX_LEASE_S, OUTBOX_WORKERS, TASK_ROWS_MAX,
};
use crate::base::clock::Millis;
use crate::board::owed;
use crate::domain::mail::{KEPT_DAYS, Lane};
use crate::mail::{Delivered, MailError};
use crate::store::outbox::{self, OutboxMail};
use crate::store::{Statement, StoreError, mail_quota};
use crate::waitlist;

/// The task's name.
pub const NAME: &str = "mail_outbox";

/// Runs the task: delivers what is due, beside the workers.
#[must_use]
pub fn run<'a>(run: &'a Run<'a>) -> Work<'a> {
    Box::pin(async {
        owed::pay(run.app, run.now).await?;
        turn(run.app).await?;
        let waiting: Vec<outbox::Depth> = run.app.store.list(outbox::depth(run.now)).await?;
        Ok(serde_json::json!({"waiting": waiting.first().map_or(0, |depth| depth.mails)}))
    })
}

/// Starts the workers; they end when `app.stop` says so.
pub fn start(app: &Arc<App>) {
    app.spawn(lead(Arc::clone(app)));
    // Lines go into a file one after the other: helpers would only change their order.
    let workers = if app.mail.is_file() { 1 } else { OUTBOX_WORKERS };
    for _follower in 1..workers {
        app.spawn(follow(Arc::clone(app)));
    }
}

/// The first worker: looks by itself when something is due.
async fn lead(app: Arc<App>) {
    app.prepare_letterhead().await;
    let mut clean_at = app.clock.now();
    while !app.stop.is_cancelled() {
        let now = app.clock.now();
        app.mail_worker_seen(now);
        app.post_office.look_begun();
        if now >= clean_at {
            clean_at = now.plus_s(OUTBOX_CLEAN_S);
            report(forget(&app, now).await);
        }
        report(waitlist::pay_welcomes(&app, now).await);
        report(owed::pay(&app, now).await);
        let next = match turn(&app).await {
            Ok(next) => next,
            Err(failure) => {
                report(Err(failure));
                app.clock.now().plus_s(OUTBOX_IDLE_S)
            }
        };
        app.post_office.look_finished();
        tokio::select! {
            () = app.stop.cancelled() => return,
            () = app.post_office.wake.notified() => {}
            () = app.clock.sleep_until(next) => {}
        }
    }
}

/// Another worker: helps while there is more than one mail to send.
async fn follow(app: Arc<App>) {
    while !app.stop.is_cancelled() {
        tokio::select! {
            () = app.stop.cancelled() => return,
            () = app.post_office.help.notified() => {}
        }
        report(turn(&app).await.map(|_next| ()));
    }
}

fn report(outcome: Result<(), Failure>) {
    if let Err(failure) = outcome {
        tracing::warn!(?failure, "the mail worker cannot reach the outbox");
    }
}

/// Delivers what is due; returns when to look again.
///
/// # Errors
/// A fault of the store.
pub async fn turn(app: &App) -> Result<Millis, Failure> {
    loop {
        // A delivery may have taken long: the lease and the sign of life count from now.
        let now = app.clock.now();
        app.mail_worker_seen(now);
        match claim_one(app, now).await? {
            Claim::Mail(mail) => {
                app.post_office.help.notify_one();
                deliver(app, &mail).await?;
            }
            Claim::Nothing => return next_look(app, now).await,
            Claim::HourFull => return hour_reopens(app, now).await,
        }
    }
}

/// What a worker got.
enum Claim {
    /// A mail, for as long as its lease.
    Mail(Box<OutboxMail>),
    /// Nothing is due.
    Nothing,
    /// Something is due and the hour's mails are spent.
    HourFull,
}

async fn claim_one(app: &App, now: Millis) -> Result<Claim, Failure> {
    for lane in Lane::ALL {
        let due: Vec<OutboxMail> = app.store.list(outbox::due(lane, now, OUTBOX_DUE_MAX)).await?;
        for mail in due {
            match app.store.apply(claim(app, &mail, now)).await {
                Ok(_) => return Ok(Claim::Mail(Box::new(mail))),
                Err(StoreError::Unexpected { sql: mail_quota::TAKE_NAME, .. }) => {
                    return Ok(Claim::HourFull);
                }
                // Another worker was faster.
                Err(StoreError::Unexpected { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(Claim::Nothing)
}

fn claim(app: &App, mail: &OutboxMail, now: Millis) -> Vec<Statement> {
    vec![
        outbox::claim(mail, now.plus_s(OUTBOX_LEASE_S)),
        mail_quota::take(now, app.config.mail.hourly_max),
    ]
}

async fn next_look(app: &App, now: Millis) -> Result<Millis, Failure> {
    let mut at = now.plus_s(OUTBOX_IDLE_S);
    for lane in Lane::ALL {
        let next: Vec<Millis> = app.store.list(outbox::next(lane)).await?;
        at = next.first().map_or(at, |next| at.min(*next));
    }
    Ok(owed::next(app).await?.map_or(at, |next| at.min(next)))
}

async fn hour_reopens(app: &App, now: Millis) -> Result<Millis, Failure> {
    let began: Option<Millis> = app.store.find(mail_quota::window()).await?;
    let reopens = began.map_or(now, |began| began.plus_s(3600));
    tracing::warn!(at = reopens.iso(), "mail.hourly_max is reached; mails wait");
    // Waking now and then costs nothing and keeps the worker's pulse visible.
    Ok(reopens.min(now.plus_s(OUTBOX_IDLE_S)))
}

/// Renders and sends one claimed mail, and writes down what became of it.
async fn deliver(app: &App, mail: &OutboxMail) -> Result<(), Failure> {
    let now = app.clock.now();
    let message = match mail_message::of(app, mail, now).await {
        Ok(Some(message)) => message,
        Ok(None) => {
            let gone = "what the mail is about is gone";
            app.store.apply(vec![outbox::failed(&mail.id, gone, now)]).await?;
            return Ok(());
        }
        Err(Failure::Fault(defect)) if defect.retry_after_s().is_none() => {
            tracing::error!(mail = mail.id, kind = mail.kind, %defect, "mail cannot be rendered");
            app.store.apply(vec![outbox::failed(&mail.id, &defect.to_string(), now)]).await?;
            return Ok(());
        }
        // The claim runs out, and the mail is tried again.
        Err(other) => return Err(other),
    };
    let outcome = app.mail.deliver(message, now).await;
    if outcome.is_ok() {
        app.metrics.observe_mail_sent();
    } else {
        app.metrics.observe_mail_refused();
    }
    let write = became(app, mail, outcome, app.clock.now());
    app.store.apply(vec![write]).await?;
    Ok(())
}

fn became(
    app: &App,
    mail: &OutboxMail,
    outcome: Result<Delivered, MailError>,
    now: Millis,
) -> Statement {
    match outcome {
        Ok(Delivered { provider_id }) => {
            tracing::info!(mail = mail.id, kind = mail.kind, "mail sent");
            outbox::sent(&mail.id, provider_id.as_deref(), now)
        }
        Err(MailError::Never { reason }) => {
            tracing::warn!(mail = mail.id, kind = mail.kind, reason, "mail refused for good");
            outbox::failed(&mail.id, &reason, now)
        }
        Err(MailError::Later { reason, retry_after_s }) => {
            tracing::warn!(mail = mail.id, kind = mail.kind, reason, "mail not sent");
            match wait_s(app, mail.attempts) {
                Some(wait_s) => {
                    let wait_s = wait_s.max(retry_after_s.unwrap_or(0));
                    outbox::retry(&mail.id, now.plus_s(wait_s), &reason)
                }
                None => outbox::failed(&mail.id, &reason, now),
            }
        }
    }
}

/// Returns the wait after `attempts` earlier ones; `None`: that was the last.
fn wait_s(app: &App, attempts: i64) -> Option<i64> {
    let index = usize::try_from(attempts).ok()?;
    app.config.mail.retry_schedule_s.get(index).copied()
}

/// Deletes what finished long ago, a bounded number of rows at a time.
async fn forget(app: &App, now: Millis) -> Result<(), Failure> {
    let until = now.plus_s(-KEPT_DAYS * 86_400);
    loop {
        let batch =
            vec![outbox::forget(until, TASK_ROWS_MAX), mail_quota::forget(now, TASK_ROWS_MAX)];
        let most = app.store.apply(batch).await?.iter().map(|done| done.rows).max();
        if most.unwrap_or(0) < TASK_ROWS_MAX.unsigned_abs() {
            return Ok(());
        }
    }
}
