//! What people see and change about themselves: name, picture, profession, ways in.

use crate::account::session::Live;
use crate::app::{App, Failure, avatar};
use crate::base::bounds::LIST_ROWS_MAX;
use crate::base::clock::Millis;
use crate::domain::account::Account;
use crate::domain::picture::GivenPicture;
use crate::domain::refusal::Refusal;
use crate::store::{accounts, profiles, users};

/// The fields to change; `None` leaves one as it is.
#[derive(Debug, Default)]
pub struct ProfileChange {
    /// The new name.
    pub name: Option<String>,
    /// The new picture; `Some(None)` removes it.
    pub image: Option<Option<GivenPicture>>,
    /// The new profession; `Some(None)` removes it.
    pub profession: Option<Option<String>>,
}

/// Changes the live person's profile.
///
/// # Errors
/// `NoFieldsToUpdate`; as [`avatar::keep`].
///
/// # Cost
/// One durable write; a picture that came as bytes is drawn and kept first.
pub async fn update(
    app: &App,
    live: &Live,
    change: ProfileChange,
    now: Millis,
) -> Result<(), Failure> {
    if change.name.is_none() && change.image.is_none() && change.profession.is_none() {
        return Err(Refusal::NoFieldsToUpdate.into());
    }
    let user = &live.user;
    let name = change.name.as_ref().unwrap_or(&user.name);
    let profession = change.profession.as_ref().unwrap_or(&user.profession);
    let (image, kept) = match change.image {
        None => (user.image.clone(), None),
        Some(None) => (None, None),
        Some(Some(GivenPicture::Address(address))) => (Some(address), None),
        Some(Some(GivenPicture::Bytes(bytes))) => {
            let kept = avatar::keep(app, &user.id, bytes, now).await?;
            (Some(kept.address.clone()), Some(kept))
        }
    };
    let mut batch = Vec::new();
    // A picture that another takes the place of is nobody's, and its file goes.
    if image != user.image {
        batch.push(profiles::release_avatar(&user.id, now));
        match &kept {
            Some(kept) => batch.extend(kept.writes(&user.id, now)),
            None => batch.push(profiles::avatar_clear_if_any(&user.id, now)),
        }
    }
    let is_released = !batch.is_empty();
    batch.push(users::profile_set(&user.id, name, image.as_deref(), now));
    let own = users::profession_set(&user.id, profession.as_deref(), now);
    batch.extend(change.profession.is_some().then_some(own));
    let written = app.store.apply(batch).await.map_err(super::raced(Refusal::Unauthorized))?;
    drop(kept);
    if is_released {
        app.let_go(written.first()).await;
    }
    Ok(())
}

/// Lists the live person's ways in, oldest first.
///
/// # Errors
/// A fault of the store.
pub async fn accounts(app: &App, live: &Live) -> Result<Vec<Account>, Failure> {
    Ok(app.store.list(accounts::of_user(&live.user.id, LIST_ROWS_MAX)).await?)
}
