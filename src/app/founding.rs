//! An organisation that is made together with its owner's account, or by them later, and
//! its end, with the account or before it.
//!
//! Here, because both accounts and the job board write it in a batch of their own.

use super::{App, Failure};
use crate::base::clock::Millis;
use crate::domain::organization::{
    MEMBER_ID_PREFIX, Member, MemberRole, Membership, ORGANIZATION_ID_PREFIX, Organization,
    OrganizationDraft,
};
use crate::domain::refusal::Refusal;
use crate::domain::slug;
use crate::domain::user::User;
use crate::store::{Statement, authority, job_listings, members, organizations};

/// What an organisation is called in addresses when its name has no letters.
const SLUG_OTHERWISE: &str = "organizacion";

/// Draws an organisation under a name in addresses that nobody has.
///
/// # Errors
/// A fault of the store.
///
/// # Cost
/// One point read.
pub async fn drawn(
    app: &App,
    draft: OrganizationDraft,
    now: Millis,
) -> Result<Organization, Failure> {
    let words = slug::of(&draft.name, SLUG_OTHERWISE);
    let holder: Option<String> = app.store.find(organizations::slug_holder(&words)).await?;
    let slug = match holder {
        Some(_) => slug::suffixed(&words, &app.entropy.text(16)),
        None => words,
    };
    Ok(Organization {
        id: app.entropy.id(ORGANIZATION_ID_PREFIX, now),
        slug,
        draft,
        is_verified: false,
        version: 1,
        created_at: now,
        updated_at: now,
    })
}

/// Returns the writes of an organisation with its owner, whose account is written before.
#[must_use]
pub fn writes(app: &App, made: &Organization, owner_id: &str, now: Millis) -> Vec<Statement> {
    let membership = Membership { organization_id: made.id.clone(), role: MemberRole::Owner };
    let id = app.entropy.id(MEMBER_ID_PREFIX, now);
    vec![
        organizations::insert(made),
        members::insert(&id, owner_id, &membership, now),
        members::belong(owner_id, &made.id, now),
    ]
}

/// Returns the writes that end an organisation with its offers, if the person owns it; its
/// members stay, and belong nowhere.
#[must_use]
pub fn end(id: &str, owner_id: &str, now: Millis) -> Vec<Statement> {
    vec![
        job_listings::next(),
        organizations::lock(id, now),
        members::leave_all(id, now),
        job_listings::unlist_all(id),
        organizations::delete(id, owner_id),
    ]
}

/// Returns the writes that must stand before an account goes, so that no organisation is
/// left without an owner: it goes too when nobody else belongs to it.
///
/// # Errors
/// `LastOwner` when others belong to it and none of them owns it.
///
/// # Cost
/// Nothing for most people, else two point reads.
pub async fn before_leaving(
    app: &App,
    user: &User,
    now: Millis,
) -> Result<Vec<Statement>, Failure> {
    let Some(id) = &user.organization_id else { return Ok(Vec::new()) };
    let found: Option<Membership> = app.store.find(members::of_user(&user.id)).await?;
    if found.is_none_or(|membership| !membership.role.may_govern()) {
        return Ok(Vec::new());
    }
    let owners: Option<i64> = app.store.find(members::other_owners(id, &user.id)).await?;
    if owners.unwrap_or(0) > 0 {
        let leave = members::delete(id, &user.id, &user.id);
        return Ok(vec![organizations::lock(id, now), leave, authority::void(&user.id)]);
    }
    let everybody = app.store.list::<Member>(members::page(id, (Millis(0), ""), 2)).await?;
    if everybody.len() > 1 {
        return Err(Refusal::LastOwner.into());
    }
    Ok(end(id, &user.id, now))
}
