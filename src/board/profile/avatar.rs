//! The picture of a person: drawn anew, so that what is kept holds pixels alone.

use crate::app::{App, Failure};
use crate::base::clock::Millis;
use crate::base::files::{FileDigest, Written};
use crate::board::profile::guarded;
use crate::domain::refusal::Refusal;
use crate::domain::user::User;
use crate::og::portrait::{Format, PortraitError};
use crate::store::files::{self, FileNote};
use crate::store::profile_views::{self, Viewer};
use crate::store::profiles;

/// The media type of every picture that is kept.
const MEDIA_TYPE: &str = "image/jpeg";

/// Characters of the digest in a picture's address: another picture has another address.
const VERSION_LENGTH: usize = 12;

/// Takes a file as the person's picture; returns its address.
///
/// # Errors
/// `FileNotPicture`, `PictureTooLarge`, `PictureDamaged`; a fault of disk or store.
///
/// # Cost
/// Up to a second of the one thread that draws.
pub async fn take(app: &App, user: &User, file: Written, now: Millis) -> Result<String, Failure> {
    let format = Format::of(&file.head).ok_or(Refusal::FileNotPicture)?;
    let picture = app.files.content(&file).await?;
    drop(file);
    let drawn = app.portraits.draw(picture, format).await.map_err(|error| match error {
        PortraitError::TooLarge => Refusal::PictureTooLarge.into(),
        PortraitError::Damaged(_) => Refusal::PictureDamaged.into(),
        other @ (PortraitError::Busy | PortraitError::Closed | PortraitError::Encode(_)) => {
            Failure::Fault(other.into())
        }
    })?;
    let size_bytes = i64::try_from(drawn.len()).unwrap_or(i64::MAX);
    let digest = app.files.keep_bytes(drawn, now).await?;
    let user_id = &user.id;
    let address = address(app, user_id, digest.as_str());
    let note = FileNote { digest: digest.as_str(), media_type: MEDIA_TYPE, size_bytes };
    let batch = vec![
        profiles::release_avatar(user_id, now),
        files::noted(note, now),
        profiles::begin(user_id, now),
        profiles::avatar_set(user_id, digest.as_str(), now),
        profiles::image_set(user_id, Some(&address), now),
    ];
    app.store.apply(batch).await?;
    Ok(address)
}

/// Reads the picture of somebody, where a viewer may see it: its digest and its bytes.
///
/// # Errors
/// `NotFound`.
pub async fn read(
    app: &App,
    user_id: &str,
    viewer: Viewer<'_>,
) -> Result<(String, Vec<u8>), Failure> {
    let digest: Option<String> = app.store.find(profile_views::avatar(user_id, viewer)).await?;
    let digest = digest.ok_or(Refusal::NotFound)?;
    let name = FileDigest::parse(&digest).ok_or(Refusal::NotFound)?;
    let bytes = app.files.read(&name).await?;
    Ok((digest, bytes))
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
    app.store.apply(batch).await.map_err(guarded(Refusal::NotFound))?;
    Ok(())
}

/// Returns where a picture is served.
#[must_use]
pub fn address(app: &App, user_id: &str, digest: &str) -> String {
    let site = app.config.server.public_url.origin();
    let version = digest.get(..VERSION_LENGTH).unwrap_or(digest);
    format!("{site}/api/profiles/{user_id}/avatar?v={version}")
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
