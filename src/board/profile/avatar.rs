//! The picture of a person: drawn anew, so that what is kept holds pixels alone.

pub use crate::app::avatar::address;
use crate::app::avatar::{self, VERSION_LENGTH};
use crate::app::{App, Failure};
use crate::base::clock::Millis;
use crate::base::files::{FileDigest, Written};
use crate::board::profile::guarded;
use crate::domain::refusal::Refusal;
use crate::domain::user::User;
use crate::store::profile_views::{self, Viewer};
use crate::store::profiles;

/// Takes a file as the person's picture; returns its address.
///
/// # Errors
/// As [`avatar::keep`]; a fault of the store.
pub async fn take(app: &App, user: &User, file: Written, now: Millis) -> Result<String, Failure> {
    let picture = app.files.content(&file).await?;
    drop(file);
    let user_id = &user.id;
    let kept = avatar::keep(app, user_id, picture, now).await?;
    let mut batch = vec![profiles::release_avatar(user_id, now)];
    batch.extend(kept.writes(user_id, now));
    batch.push(profiles::image_set(user_id, Some(&kept.address), now));
    let written = app.store.apply(batch).await?;
    let address = kept.address.clone();
    drop(kept);
    app.let_go(written.first()).await;
    Ok(address)
}

/// Finds the picture of somebody, where a viewer may see it.
///
/// # Errors
/// `NotFound`.
pub async fn find(app: &App, user_id: &str, viewer: Viewer<'_>) -> Result<FileDigest, Failure> {
    let digest: Option<String> = app.store.find(profile_views::avatar(user_id, viewer)).await?;
    let digest = digest.ok_or(Refusal::NotFound)?;
    FileDigest::parse(&digest).ok_or(Refusal::NotFound.into())
}

/// Takes the person's picture away.
///
/// # Errors
/// `NotFound`.
pub async fn remove(app: &App, user: &User, now: Millis) -> Result<(), Failure> {
    let user_id = &user.id;
    let batch = vec![
        profiles::release_avatar(user_id, now),
        profiles::avatar_clear(user_id, now),
        profiles::image_set(user_id, None, now),
    ];
    let written = app.store.apply(batch).await.map_err(guarded(Refusal::NotFound))?;
    app.let_go(written.first()).await;
    Ok(())
}

/// Returns the path of a person's picture on this site; `None` for one of elsewhere, which
/// no page loads.
#[must_use]
pub fn path(user_id: &str, image: Option<&str>) -> Option<String> {
    let root = format!("/api/profiles/{user_id}/avatar?v=");
    let (site, version) = image?.split_once(&root)?;
    let is_ours = url::Url::parse(site).is_ok_and(|site| site.path() == "/")
        && version.len() == VERSION_LENGTH
        && version.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_ours.then(|| format!("{root}{version}"))
}
