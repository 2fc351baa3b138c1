//! The CV of a person: a PDF by its content, kept under its digest.

use crate::app::{App, Failure};
use crate::base::clock::Millis;
use crate::base::files::{FileDigest, Written};
use crate::board::profile::guarded;
use crate::domain::pdf::{self, PdfLook};
use crate::domain::profile::{Cv, Profile};
use crate::domain::refusal::Refusal;
use crate::domain::user::User;
use crate::store::files::{self, FileNote};
use crate::store::profiles;

/// The media type of every CV.
pub const MEDIA_TYPE: &str = "application/pdf";

/// Takes a file as the person's CV, instead of the one before.
///
/// The file is on the disk before the row names it.
///
/// # Errors
/// `FileNotPdf`, `FileNotWhole`; a fault of the disk or the store.
pub async fn take(
    app: &App,
    user: &User,
    (file, name): (Written, &str),
    now: Millis,
) -> Result<Cv, Failure> {
    match pdf::look(&file.head, &file.tail) {
        PdfLook::Whole => {}
        PdfLook::Cut => return Err(Refusal::FileNotWhole.into()),
        PdfLook::Other => return Err(Refusal::FileNotPdf.into()),
    }
    let size_bytes = i64::try_from(file.size_bytes).unwrap_or(i64::MAX);
    let kept = app.files.keep(file, now).await?;
    let digest = kept.digest.as_str().to_owned();
    let cv = Cv { digest, name: pdf::named(name), size_bytes, uploaded_at: now };
    let note = FileNote { digest: &cv.digest, media_type: MEDIA_TYPE, size_bytes };
    let user_id = &user.id;
    let batch = vec![
        profiles::release_cv(user_id, now),
        files::noted(note, now),
        profiles::begin(user_id, now),
        profiles::cv_set(user_id, &cv),
    ];
    let written = app.store.apply(batch).await?;
    drop(kept);
    app.let_go(written.first()).await;
    Ok(cv)
}

/// Finds the person's CV and the file that it is.
///
/// # Errors
/// `NotFound`.
pub async fn find(app: &App, user: &User) -> Result<(Cv, FileDigest), Failure> {
    let profile: Option<Profile> = app.store.find(profiles::of(&user.id)).await?;
    let cv = profile.and_then(|profile| profile.cv).ok_or(Refusal::NotFound)?;
    let digest = FileDigest::parse(&cv.digest).ok_or(Refusal::NotFound)?;
    Ok((cv, digest))
}

/// Takes the person's CV away. What was sent with an application stays with it.
///
/// # Errors
/// `NotFound`.
pub async fn remove(app: &App, user: &User, now: Millis) -> Result<(), Failure> {
    let user_id = &user.id;
    let batch = vec![profiles::release_cv(user_id, now), profiles::cv_clear(user_id, now)];
    let written = app.store.apply(batch).await.map_err(guarded(Refusal::NotFound))?;
    app.let_go(written.first()).await;
    Ok(())
}
