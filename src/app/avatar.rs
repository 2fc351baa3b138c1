//! A person's picture on its way in: judged by its bytes, drawn anew, kept as a file.
//!
//! Every picture comes through here, whether a form brought it as a file or an address
//! held it. Where it stands belongs to this site, so every answer that names it stays
//! short.

use super::{App, Failure};
use crate::base::clock::Millis;
use crate::base::files::Kept;
use crate::domain::refusal::Refusal;
use crate::og::portrait::{Format, PortraitError};
use crate::store::files::{self, FileNote};
use crate::store::{Statement, profiles};

/// The media type of every picture that is kept.
const MEDIA_TYPE: &str = "image/jpeg";

/// Characters of the digest in a picture's address: another picture has another address.
pub const VERSION_LENGTH: usize = 12;

/// A picture on the disk that no row names yet; while it is held, no file is removed.
#[derive(Debug)]
pub struct KeptPicture {
    /// Where it will be served.
    pub address: String,
    size_bytes: i64,
    kept: Kept,
}

/// Judges a picture and keeps what it shows.
///
/// # Errors
/// `FileNotPicture`, `PictureTooLarge`, `PictureDamaged`; a fault of the disk.
///
/// # Cost
/// Up to two seconds of the one thread that draws, and one durable file.
pub async fn keep(
    app: &App,
    user_id: &str,
    picture: Vec<u8>,
    now: Millis,
) -> Result<KeptPicture, Failure> {
    let format = Format::of(&picture).ok_or(Refusal::FileNotPicture)?;
    let drawn = app.portraits.draw(picture, format).await.map_err(|error| match error {
        PortraitError::TooLarge => Refusal::PictureTooLarge.into(),
        PortraitError::Damaged(_) => Refusal::PictureDamaged.into(),
        other @ (PortraitError::Busy | PortraitError::Closed | PortraitError::Encode(_)) => {
            Failure::Fault(other.into())
        }
    })?;
    let size_bytes = i64::try_from(drawn.len()).unwrap_or(i64::MAX);
    let kept = app.files.keep_bytes(drawn, now).await?;
    let address = address(app, user_id, kept.digest.as_str());
    Ok(KeptPicture { address, size_bytes, kept })
}

impl KeptPicture {
    /// Returns the writes that name it as somebody's picture, but for `user.image`.
    #[must_use]
    pub fn writes(&self, user_id: &str, now: Millis) -> [Statement; 3] {
        let digest = self.kept.digest.as_str();
        let note = FileNote { digest, media_type: MEDIA_TYPE, size_bytes: self.size_bytes };
        [
            files::noted(note, now),
            profiles::begin(user_id, now),
            profiles::avatar_set(user_id, digest, now),
        ]
    }
}

/// Returns where a picture is served.
#[must_use]
pub fn address(app: &App, user_id: &str, digest: &str) -> String {
    let site = app.config.server.public_url.origin();
    let version = digest.get(..VERSION_LENGTH).unwrap_or(digest);
    format!("{site}/api/profiles/{user_id}/avatar?v={version}")
}
