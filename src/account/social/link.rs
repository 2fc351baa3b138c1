//! Giving a signed-in person another way in.
//!
//! The account at the provider must have the person's own address, vouched for: else
//! whoever finds a browser open could add themselves.

use super::enter::{self, proven_email};
use super::{Proven, Stumble};
use crate::account::{Caller, audit, password, sign_in};
use crate::app::App;
use crate::app::grants;
use crate::base::clock::Millis;
use crate::config::Provider;
use crate::domain::account::ACCOUNT_ID_PREFIX;
use crate::domain::audit::Act;
use crate::domain::social::Stray;
use crate::store::sessions::SessionWithUser;
use crate::store::{StoreError, accounts, guards, users};

/// Links the identity to the person whose session asks; again is fine, and renews what was granted.
///
/// # Errors
/// `EmailNotFound`, `UnableToLink`, `EmailDiffers`, `LinkedElsewhere`, `Barred`.
///
/// # Cost
/// One or two point reads and a durable write.
pub async fn add(
    app: &App,
    provider: &Provider,
    (live, proven): (&SessionWithUser, &Proven),
    by: (&Caller, Millis),
) -> Result<(), Stumble> {
    let (_, now) = by;
    let SessionWithUser { session, user } = live;
    if !proven.identity.is_email_proven {
        return Err(Stray::UnableToLink.into());
    }
    let email = proven_email(&proven.identity)?;
    sign_in::may_enter(app, user, now).map_err(Stray::Barred)?;
    let owner = enter::owner(app, provider, &proven.identity).await?;
    if let Some(owner) = &owner
        && owner.user.id != user.id
    {
        return Err(Stray::LinkedElsewhere.into());
    }
    if user.email != *email {
        return Err(Stray::EmailDiffers.into());
    }
    let mut batch = vec![
        guards::alone(&user.id, &user.id),
        guards::session(&session.id, &user.id),
        guards::person(user, now),
    ];
    if !user.email_verified {
        batch.push(users::verified_set(&user.id, email, now).expecting(1));
        batch.push(audit::of(app, Act::EmailVerified, &user.id, by));
        batch.extend(password::void_links(&user.id));
    }
    if let Some(owner) = owner {
        let sealed = grants::seal(app, &owner.id, &proven.grants);
        batch.push(accounts::grants_set(&owner.id, &user.id, sealed, now));
    } else {
        let id = app.entropy.id(ACCOUNT_ID_PREFIX, now);
        batch.push(enter::insert(app, (&id, provider, &user.id), (proven, email), now));
        batch.push(enter::told(app, Act::AccountLinked, (&user.id, provider), by));
    }
    match app.store.apply(batch).await {
        Ok(_) => {}
        // Somebody else linked it, or the person changed, between the reads and the write.
        Err(StoreError::Duplicate { .. }) => return Err(Stray::LinkedElsewhere.into()),
        Err(StoreError::Unexpected { .. }) => return Err(Stray::UnableToLink.into()),
        Err(error) => return Err(error.into()),
    }
    tracing::info!(user = user.id, provider = provider.name, "way in linked");
    Ok(())
}
