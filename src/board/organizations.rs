//! Organisations: made by their owner, told of, verified by the site, ended.

use super::{access, jobs, raced};
use crate::app::{App, Caller, Failure, audit, founding};
use crate::base::bounds::LIST_ROWS_MAX;
use crate::base::clock::Millis;
use crate::domain::audit::Act;
use crate::domain::organization::{Organization, OrganizationDraft};
use crate::domain::refusal::Refusal;
use crate::domain::user::{User, UserKind};
use crate::store::{Statement, StoreError, members, organizations};

/// Makes an organisation, with whoever asks as its owner.
///
/// # Errors
/// `OrganizationAccountRequired`, `BelongsElsewhere`, `NameTaken`.
///
/// # Cost
/// One point read, one durable write.
pub async fn create(
    app: &App,
    owner: &User,
    (draft, now): (OrganizationDraft, Millis),
    kept: impl Fn(&Organization) -> Vec<Statement>,
) -> Result<Organization, Failure> {
    if owner.kind != UserKind::Organization {
        return Err(Refusal::OrganizationAccountRequired.into());
    }
    let made = founding::drawn(app, draft, now).await?;
    let mut batch = kept(&made);
    batch.extend(founding::writes(app, &made, &owner.id, now));
    match app.store.apply(batch).await {
        Ok(_) => {}
        Err(StoreError::Duplicate { sql: members::INSERT_NAME }) => {
            return Err(Refusal::BelongsElsewhere.into());
        }
        Err(StoreError::Duplicate { .. }) => return Err(Refusal::NameTaken.into()),
        Err(error) => return Err(error.into()),
    }
    tracing::info!(organization = made.id, user = owner.id, "organisation made");
    Ok(made)
}

/// Finds an organisation by its slug or its id.
///
/// # Errors
/// `NotFound`.
///
/// # Cost
/// One or two point reads.
pub async fn find(app: &App, slug_or_id: &str) -> Result<Organization, Failure> {
    let by_slug: Option<Organization> = app.store.find(organizations::by_slug(slug_or_id)).await?;
    if let Some(found) = by_slug {
        return Ok(found);
    }
    Ok(app.store.find(organizations::by_id(slug_or_id)).await?.ok_or(Refusal::NotFound)?)
}

/// Finds the organisation that an owner wants to change.
///
/// # Errors
/// `NotFound`, `Forbidden`.
///
/// # Cost
/// Two point reads.
pub async fn own(app: &App, owner: &User, id: &str) -> Result<Organization, Failure> {
    access::governing(app, owner, id).await?;
    Ok(app.store.find(organizations::by_id(id)).await?.ok_or(Refusal::NotFound)?)
}

/// Changes what an organisation tells of itself, as it was at `version`; its offers are
/// found by its new name.
///
/// # Errors
/// `VersionOutdated`.
///
/// # Cost
/// One durable write; with another name one more for each published offer.
pub async fn update(
    app: &App,
    owner: &User,
    (organization, version): (Organization, i64),
    (name_before, now): (&str, Millis),
) -> Result<Organization, Failure> {
    let id = &organization.id;
    let write = organizations::draft_set((id, version), &owner.id, &organization.draft, now);
    app.store.apply(vec![write]).await.map_err(raced(Refusal::VersionOutdated))?;
    if organization.draft.name != name_before {
        jobs::relist(app, id).await?;
    }
    Ok(Organization { version: version + 1, updated_at: now, ..organization })
}

/// Ends an organisation with its offers; its members stay, and belong nowhere.
///
/// # Errors
/// `NotFound`, `Forbidden`.
///
/// # Cost
/// One durable write, as long as there are offers.
pub async fn delete(app: &App, owner: &User, id: &str, now: Millis) -> Result<(), Failure> {
    access::governing(app, owner, id).await?;
    let end = founding::end(id, &owner.id, now);
    app.store.apply(end).await.map_err(raced(Refusal::NotFound))?;
    tracing::info!(organization = id, user = owner.id, "organisation deleted");
    Ok(())
}

/// Says whether the site vouches for an organisation; saying so again writes nothing.
///
/// # Errors
/// `NotFound`.
pub async fn verify(
    app: &App,
    slug_or_id: &str,
    is_verified: bool,
    by: (&Caller, Millis),
) -> Result<Organization, Failure> {
    let found = find(app, slug_or_id).await?;
    if found.is_verified == is_verified {
        return Ok(found);
    }
    let now = by.1;
    let act = if is_verified { Act::OrganizationVerified } else { Act::OrganizationUnverified };
    let write = organizations::verified_set(&found.id, is_verified, now);
    let batch = vec![write, audit::of(app, act, &found.id, by)];
    app.store.apply(batch).await.map_err(raced(Refusal::NotFound))?;
    Ok(Organization { is_verified, version: found.version + 1, updated_at: now, ..found })
}

/// Lists organisations in order of their making, after one.
///
/// # Errors
/// A fault of the store.
pub async fn page(
    app: &App,
    after: Option<&Organization>,
    limit: i64,
) -> Result<Vec<Organization>, Failure> {
    let after = after.map_or((Millis(i64::MIN), ""), |last| (last.created_at, last.id.as_str()));
    Ok(app.store.list(organizations::page(after, limit.clamp(1, LIST_ROWS_MAX))).await?)
}
