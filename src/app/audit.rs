//! The audit log: rules put an entry into the batch of the act itself, so that neither
//! is without the other.
//!
//! Who acts is the session's person, and the administrator where one acts as somebody.
//! A detail never holds a secret nor a mail address.

use serde_json::Value;

use crate::app::{App, Caller, Failure};
use crate::base::bounds::LIST_ROWS_MAX;
use crate::base::clock::Millis;
use crate::domain::audit::{AUDIT_ID_PREFIX, Act, AuditEntry, AuditFilter};
use crate::domain::token::TokenHash;
use crate::store::{Statement, audit};

/// Returns the write that remembers an act on somebody's account.
#[must_use]
pub fn of(app: &App, act: Act, target_id: &str, by: (&Caller, Millis)) -> Statement {
    audit::insert(&entry(app, act, Some(target_id), by))
}

/// As [`of`], with more to tell.
#[must_use]
pub fn of_with(
    app: &App,
    act: Act,
    (target_id, detail): (&str, &Value),
    by: (&Caller, Millis),
) -> Statement {
    let entry = entry(app, act, Some(target_id), by);
    audit::insert(&AuditEntry { detail: Some(detail.to_string()), ..entry })
}

/// Returns the write that remembers what was tried on an account, or on nobody's.
#[must_use]
pub fn of_try(app: &App, act: Act, target_id: Option<&str>, by: (&Caller, Millis)) -> Statement {
    audit::insert(&entry(app, act, target_id, by))
}

/// Returns the write that remembers an act on the whole site.
#[must_use]
pub fn of_site(app: &App, act: Act, detail: &Value, by: (&Caller, Millis)) -> Statement {
    let entry = entry(app, act, None, by);
    audit::insert(&AuditEntry { detail: Some(detail.to_string()), ..entry })
}

/// Remembers an act on no account, before it is done.
///
/// # Errors
/// A fault of the store: then it shall not be done.
///
/// # Cost
/// One durable write.
pub async fn note(
    app: &App,
    act: Act,
    detail: &Value,
    by: (&Caller, Millis),
) -> Result<(), Failure> {
    app.store.apply(vec![of_site(app, act, detail, by)]).await?;
    Ok(())
}

/// Returns the write that remembers the end of a session, if there is such a session; it
/// must stand before the write that ends it.
#[must_use]
pub fn of_session(
    app: &App,
    act: Act,
    (named, owner_id): ((&str, &TokenHash), Option<&str>),
    by: (&Caller, Millis),
) -> Statement {
    audit::insert_of_session(&entry(app, act, None, by), named, owner_id)
}

/// Returns the write that remembers a notice to somebody which was held back, if it was;
/// it must stand after the write that holds it back.
#[must_use]
pub fn of_held(
    app: &App,
    (mail_id, target_id): (&str, Option<&str>),
    detail: &Value,
    by: (&Caller, Millis),
) -> Statement {
    let entry = entry(app, Act::NoticeHeldBack, target_id, by);
    let entry = AuditEntry { detail: Some(detail.to_string()), ..entry };
    audit::insert_of_held(&entry, mail_id)
}

fn entry(app: &App, act: Act, target_id: Option<&str>, by: (&Caller, Millis)) -> AuditEntry {
    let (caller, now) = by;
    let proven = target_id.filter(|_| act.proves_person()).map(str::to_owned);
    AuditEntry {
        id: app.entropy.id(AUDIT_ID_PREFIX, now),
        at: now,
        act,
        actor_id: caller.actor_id.clone().or(proven),
        target_id: target_id.map(str::to_owned),
        ip_address: caller.address_text(),
        user_agent: caller.user_agent.clone(),
        request_id: caller.request_id.clone(),
        detail: None,
    }
}

/// Lists entries, newest first, from before `(at, id)`; `None`: from the newest on.
///
/// # Errors
/// A fault of the store.
///
/// # Cost
/// One read of an index on a reader thread.
pub async fn page(
    app: &App,
    filter: &AuditFilter,
    before: Option<(Millis, &str)>,
    limit: i64,
) -> Result<Vec<AuditEntry>, Failure> {
    let before = before.unwrap_or((Millis(i64::MAX), ""));
    Ok(app.store.list(audit::page(filter, before, limit.clamp(1, LIST_ROWS_MAX))).await?)
}
