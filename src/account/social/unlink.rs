//! Taking a way in from a person; never the last one.

use serde_json::json;

use super::named::{self, Named};
use crate::account::session::Live;
use crate::account::{Caller, audit, guard};
use crate::app::{App, Failure};
use crate::base::clock::Millis;
use crate::domain::audit::Act;
use crate::domain::refusal::Refusal;
use crate::store::accounts;

/// Takes one of the live person's ways in.
///
/// # Errors
/// `FailedToUnlinkLastAccount`; `AccountNotFound` when it is not theirs, or not clear
/// which is meant.
///
/// # Cost
/// A list on a reader thread, a durable write.
pub async fn remove(
    app: &App,
    live: &Live,
    named: &Named,
    by: (&Caller, Millis),
) -> Result<(), Failure> {
    let all = named::all(app, live).await?;
    if all.len() <= 1 {
        return Err(Refusal::FailedToUnlinkLastAccount.into());
    }
    let account = named.pick(&all).ok_or(Refusal::AccountNotFound)?;
    let user_id = &live.user.id;
    let detail = json!({"provider": account.provider_id});
    let mut batch = guard::asking(by.0, user_id);
    batch.extend([
        accounts::delete_one(user_id, &account.id),
        audit::of_with(app, Act::AccountUnlinked, (user_id, &detail), by),
    ]);
    // Somebody else took one meanwhile: this one, or the last other one.
    let missed = guard::missed(Refusal::FailedToUnlinkLastAccount);
    app.store.apply(batch).await.map_err(missed)?;
    tracing::info!(user = user_id, provider = account.provider_id, "way in removed");
    Ok(())
}
