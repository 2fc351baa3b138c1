//! What people see and change about themselves: name, picture, profession, ways in.

use crate::account::session::Live;
use crate::app::{App, Failure};
use crate::base::bounds::LIST_ROWS_MAX;
use crate::base::clock::Millis;
use crate::domain::account::Account;
use crate::domain::refusal::Refusal;
use crate::store::{accounts, users};

/// The fields to change; `None` leaves one as it is.
#[derive(Debug, Default)]
pub struct ProfileChange {
    /// The new name.
    pub name: Option<String>,
    /// The new picture; `Some(None)` removes it.
    pub image: Option<Option<String>>,
    /// The new profession; `Some(None)` removes it.
    pub profession: Option<Option<String>>,
}

/// Changes the live person's profile.
///
/// # Errors
/// `NoFieldsToUpdate`.
///
/// # Cost
/// One durable write.
pub async fn update(
    app: &App,
    live: &Live,
    change: ProfileChange,
    now: Millis,
) -> Result<(), Failure> {
    if change.name.is_none() && change.image.is_none() && change.profession.is_none() {
        return Err(Refusal::NoFieldsToUpdate.into());
    }
    let name = change.name.as_ref().unwrap_or(&live.user.name);
    let image = change.image.as_ref().unwrap_or(&live.user.image);
    let profession = change.profession.as_ref().unwrap_or(&live.user.profession);
    let write = users::profile_set(&live.user.id, name, image.as_deref(), now);
    let own = users::profession_set(&live.user.id, profession.as_deref(), now);
    let mut batch = vec![write];
    batch.extend(change.profession.is_some().then_some(own));
    app.store.apply(batch).await.map_err(super::raced(Refusal::Unauthorized))?;
    Ok(())
}

/// Lists the live person's ways in, oldest first.
///
/// # Errors
/// A fault of the store.
pub async fn accounts(app: &App, live: &Live) -> Result<Vec<Account>, Failure> {
    Ok(app.store.list(accounts::of_user(&live.user.id, LIST_ROWS_MAX)).await?)
}
