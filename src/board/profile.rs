//! What people tell of themselves: read, written, and shown to others.

pub mod avatar;
pub mod cv;
pub mod lists;

use crate::app::{App, Failure};
use crate::base::clock::Millis;
use crate::domain::profile::{Profile, ProfileFields};
use crate::domain::refusal::Refusal;
use crate::domain::user::User;
use crate::store::profile_views::{self, SeenProfile, Viewer};
use crate::store::{StoreError, profiles};

/// Returns the person's profile; an empty one where they have written none.
///
/// # Errors
/// A fault of the store.
pub async fn own(app: &App, user: &User) -> Result<Profile, Failure> {
    let found: Option<Profile> = app.store.find(profiles::of(&user.id)).await?;
    Ok(found.unwrap_or_else(|| Profile::unwritten(user.profession.clone())))
}

/// Writes the person's profile whole; `seen` is the version that they saw, `None`
/// whatever it is. Returns the new version.
///
/// # Errors
/// `VersionOutdated` when there is a newer one.
///
/// # Cost
/// One durable write.
pub async fn write(
    app: &App,
    user: &User,
    (fields, seen): (&ProfileFields, Option<i64>),
    now: Millis,
) -> Result<i64, Failure> {
    let user_id = &user.id;
    let profession = fields.profession.as_deref();
    let batch = vec![
        profiles::fields_set(user_id, fields, seen, now)?,
        profiles::profession_set(user_id, profession, now),
    ];
    match app.store.apply(batch).await {
        Ok(answers) => {
            let version = answers.first().map(crate::store::Affected::first::<i64>).transpose()?;
            Ok(version.flatten().unwrap_or_default())
        }
        Err(StoreError::Unexpected { sql: profiles::FIELDS_SET_NAME, .. }) => {
            Err(Refusal::VersionOutdated.into())
        }
        Err(error) => Err(error.into()),
    }
}

/// Finds a profile that a viewer may see.
///
/// # Errors
/// `NotFound`, also for one that is not for their eyes.
pub async fn seen(app: &App, user_id: &str, viewer: Viewer<'_>) -> Result<SeenProfile, Failure> {
    let found: Option<SeenProfile> = app.store.find(profile_views::seen(user_id, viewer)).await?;
    found.ok_or_else(|| Refusal::NotFound.into())
}

/// Turns the guard of a row that somebody else changed or removed into a refusal.
pub(super) fn guarded(refusal: Refusal) -> impl Fn(StoreError) -> Failure {
    move |error| match error {
        StoreError::Unexpected { .. } => refusal.into(),
        other @ (StoreError::Duplicate { .. }
        | StoreError::Decode { .. }
        | StoreError::Busy
        | StoreError::Unavailable { .. }
        | StoreError::Engine { .. }) => other.into(),
    }
}
