//! The mail workers: each takes a due mail from the outbox, renders it, hands it
//! to the transport and writes down what became of it.
//!
//! A claim is a guarded write that names the instance, so no two workers or instances
//! send one mail at the same time; what a dead one held, [`super::recovery`] frees. The
//! hour is taken with the claim, lane after lane up to its ceiling: mails over it wait.
//! Bulk mail never keeps all workers busy. The first worker also pays what is owed
//! (welcomes, news of the job board) and forgets old rows.

use std::sync::Arc;

use super::{Run, Work, mail_message};
use crate::app::{App, Failure, Fault};
use crate::base::bounds::{
    OUTBOX_CLEAN_S, OUTBOX_DUE_MAX, OUTBOX_IDLE_S, OUTBOX_LEASE_S, OUTBOX_WORKERS, TASK_ROWS_MAX,
};
use crate::base::clock::Millis;
use crate::board::owed;
use crate::domain::mail::{KEPT_DAYS, Lane};
use crate::mail::{Delivered, MailError};
use crate::store::mail_quota::{self, Hour};
use crate::store::outbox::{self, OutboxMail};
use crate::store::outbox_claims::{self, DueMail};
use crate::store::{Statement, StoreError, mail_notices, mail_share};
use crate::waitlist;

/// The task's name.
pub const NAME: &str = "mail_outbox";

/// Runs the task: delivers what is due, beside the workers.
#[must_use]
pub fn run<'a>(run: &'a Run<'a>) -> Work<'a> {
    Box::pin(async {
        owed::pay(run.app, run.now).await?;
        turn(run.app, Reach::All).await?;
        let waiting: Vec<outbox::Depth> = run.app.store.list(outbox::depth(run.now)).await?;
        Ok(serde_json::json!({"waiting": waiting.first().map_or(0, |depth| depth.mails)}))
    })
}

/// Starts the workers; they end when `app.stop` says so.
pub fn start(app: &Arc<App>) {
    // Lines go into a file one after the other: helpers would only change their order.
    if app.mail.is_file() {
        app.spawn(lead(Arc::clone(app), Reach::All));
        return;
    }
    app.spawn(lead(Arc::clone(app), Reach::AllButBulk));
    for _follower in 1..OUTBOX_WORKERS {
        app.spawn(follow(Arc::clone(app)));
    }
}

/// Which mails a worker hands over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// All.
    All,
    /// Those that somebody waits for.
    AllButBulk,
}

impl Reach {
    fn has(self, lane: Lane) -> bool {
        self == Self::All || lane != Lane::Bulk
    }
}

/// The first worker: looks by itself when something is due.
async fn lead(app: Arc<App>, reach: Reach) {
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
        let next = match turn(&app, reach).await {
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
            () = app.clock.sleep_until(next.min(clean_at)) => {}
        }
    }
}

/// Another worker: helps while there is more than one mail to send, with bulk mail while
/// a place for that is free.
async fn follow(app: Arc<App>) {
    while !app.stop.is_cancelled() {
        tokio::select! {
            () = app.stop.cancelled() => return,
            () = app.post_office.help.notified() => {}
        }
        let place = app.post_office.bulk.try_acquire().ok();
        let reach = if place.is_some() { Reach::All } else { Reach::AllButBulk };
        report(turn(&app, reach).await.map(|_next| ()));
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
pub async fn turn(app: &App, reach: Reach) -> Result<Millis, Failure> {
    app.store.vouch(&app.instance).await?;
    loop {
        // A delivery may have taken long: the lease and the sign of life count from now.
        let now = app.clock.now();
        app.mail_worker_seen(now);
        match claim_one(app, reach, now).await? {
            Claim::Mail(mail) => {
                app.post_office.help.notify_one();
                deliver(app, &mail).await?;
            }
            Claim::Nothing => return next_look(app, reach, now).await,
            Claim::HourFull(hour) => return Ok(hour_reopens(hour, now)),
        }
    }
}

/// What a worker got.
enum Claim {
    /// A mail, for as long as its lease.
    Mail(Box<OutboxMail>),
    /// Nothing is due that it hands over.
    Nothing,
    /// Something is due and the hour's mails are spent, for its lane.
    HourFull(Hour),
}

async fn claim_one(app: &App, reach: Reach, now: Millis) -> Result<Claim, Failure> {
    let due: Vec<DueMail> = app.store.list(outbox_claims::due(now, OUTBOX_DUE_MAX)).await?;
    if due.is_empty() {
        return Ok(Claim::Nothing);
    }
    let hour: Option<Hour> = app.store.find(mail_quota::hour()).await?;
    let hour = hour.ok_or(Failure::Fault(Fault::Broken("the mail hour has no row")))?;
    let mut full = None;
    for DueMail { lane, mail } in due {
        if !reach.has(lane) {
            // Whoever has a place for it takes it.
            app.post_office.help.notify_one();
            break;
        }
        // A lane below may have a higher ceiling.
        if full == Some(lane) || hour.taken(now) >= app.mail_ceiling(lane) {
            full = Some(lane);
            continue;
        }
        match app.store.apply(claim(app, (lane, &mail), now)).await {
            Ok(_) => return Ok(Claim::Mail(Box::new(mail))),
            Err(StoreError::Unexpected { sql: mail_quota::TAKE_NAME, .. }) => full = Some(lane),
            // Another worker was faster.
            Err(StoreError::Unexpected { .. }) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(full.map_or(Claim::Nothing, |_lane| Claim::HourFull(hour)))
}

fn claim(app: &App, (lane, mail): (Lane, &OutboxMail), now: Millis) -> Vec<Statement> {
    vec![
        outbox_claims::claim(mail, &app.instance, now.plus_s(OUTBOX_LEASE_S)),
        mail_quota::take(now, app.mail_ceiling(lane)),
    ]
}

async fn next_look(app: &App, reach: Reach, now: Millis) -> Result<Millis, Failure> {
    let mut at = now.plus_s(OUTBOX_IDLE_S);
    // What is due of bulk mail others have, or it could not be claimed for now.
    let bulk = outbox_claims::next_bulk(if reach == Reach::All { Millis(0) } else { now });
    for read in [outbox_claims::next_but_bulk(), bulk] {
        let next: Vec<Millis> = app.store.list(read).await?;
        at = next.first().map_or(at, |next| at.min(*next));
    }
    Ok(owed::next(app).await?.map_or(at, |next| at.min(next)))
}

fn hour_reopens(hour: Hour, now: Millis) -> Millis {
    let reopens = hour.reopens_at();
    tracing::warn!(at = reopens.iso(), "mail.hourly_max is reached; mails wait");
    // Waking now and then costs nothing and keeps the worker's pulse visible.
    reopens.max(now).min(now.plus_s(OUTBOX_IDLE_S))
}

/// Renders and sends one claimed mail, and writes down what became of it.
async fn deliver(app: &App, mail: &OutboxMail) -> Result<(), Failure> {
    let now = app.clock.now();
    let message = match mail_message::of(app, mail, now).await {
        Ok(Some(message)) => message,
        Ok(None) => {
            let gone = "what the mail is about is gone";
            app.store.apply(vec![outbox_claims::failed(&mail.id, gone, now)]).await?;
            return Ok(());
        }
        Err(Failure::Fault(defect)) if defect.retry_after_s().is_none() => {
            tracing::error!(mail = mail.id, kind = mail.kind, %defect, "mail cannot be rendered");
            app.store
                .apply(vec![outbox_claims::failed(&mail.id, &defect.to_string(), now)])
                .await?;
            return Ok(());
        }
        // The claim runs out, and the mail is tried again: the database was out of reach.
        Err(other) => return Err(other),
    };
    let outcome = app.mail.deliver(message, now).await;
    if outcome.is_ok() {
        app.metrics.observe_mail_sent();
    } else {
        app.metrics.observe_mail_refused();
    }
    let is_put_off = matches!(outcome, Err(MailError::Later { .. }));
    let write = became(app, mail, outcome, app.clock.now());
    app.store.apply(vec![write]).await?;
    if is_put_off {
        // The first worker sleeps until the claim would run out; the next try is sooner.
        app.post_office.wake.notify_one();
    }
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
            outbox_claims::sent(&mail.id, provider_id.as_deref(), now)
        }
        Err(MailError::Never { reason }) => {
            tracing::warn!(mail = mail.id, kind = mail.kind, reason, "mail refused for good");
            outbox_claims::failed(&mail.id, &reason, now)
        }
        Err(MailError::Later { reason, retry_after_s }) => {
            tracing::warn!(mail = mail.id, kind = mail.kind, reason, "mail not sent");
            match wait_s(app, mail.attempts) {
                Some(wait_s) => {
                    let wait_s = wait_s.max(retry_after_s.unwrap_or(0));
                    outbox_claims::retry(&mail.id, now.plus_s(wait_s), &reason)
                }
                None => outbox_claims::failed(&mail.id, &reason, now),
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
        let batch = vec![
            outbox::forget(until, TASK_ROWS_MAX),
            mail_quota::forget(now, TASK_ROWS_MAX),
            mail_notices::forget(now, TASK_ROWS_MAX),
            mail_share::forget(now, TASK_ROWS_MAX),
        ];
        let most = app.store.apply(batch).await?.iter().map(|done| done.rows).max();
        if most.unwrap_or(0) < TASK_ROWS_MAX.unsigned_abs() {
            return Ok(());
        }
    }
}
