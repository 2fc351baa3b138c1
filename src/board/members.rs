//! Who belongs to an organisation and as what. An owner always remains; whoever owns no
//! longer invites nobody, by no invitation sent before either.

use super::access;
use crate::app::{App, Failure};
use crate::base::clock::Millis;
use crate::domain::organization::{Member, MemberRole};
use crate::domain::refusal::Refusal;
use crate::domain::user::User;
use crate::store::{Statement, StoreError, authority, members, organizations};

/// Lists members by when they came, after one of them.
///
/// # Errors
/// `NotFound` for whoever is none.
///
/// # Cost
/// A point read, one read of an index.
pub async fn page(
    app: &App,
    user: &User,
    id: &str,
    after: (Millis, &str),
    rows: i64,
) -> Result<Vec<Member>, Failure> {
    access::inside(app, user, id).await?;
    Ok(app.store.list(members::page(id, after, rows)).await?)
}

/// Gives a member another role.
///
/// # Errors
/// `NotFound`, `Forbidden`, `LastOwner`.
///
/// # Cost
/// One durable write.
pub async fn set_role(
    app: &App,
    owner: &User,
    (id, member_id): (&str, &str),
    role: MemberRole,
    now: Millis,
) -> Result<(), Failure> {
    access::governing(app, owner, id).await?;
    let mut writes = vec![members::role_set(id, &owner.id, member_id, role)];
    writes.extend((!role.may_govern()).then(|| authority::void(member_id)));
    governed(app, (id, member_id), writes, now).await
}

/// Takes a member out; everybody may go by themselves.
///
/// # Errors
/// `NotFound`, `Forbidden`, `LastOwner`.
///
/// # Cost
/// One durable write.
pub async fn remove(
    app: &App,
    user: &User,
    (id, member_id): (&str, &str),
    now: Millis,
) -> Result<(), Failure> {
    if user.id == member_id {
        access::inside(app, user, id).await?;
    } else {
        access::governing(app, user, id).await?;
    }
    let writes = vec![
        members::delete(id, &user.id, member_id),
        members::leave(member_id, id, now),
        authority::void(member_id),
    ];
    governed(app, (id, member_id), writes, now).await
}

/// Applies a change of who decides, one such change at a time.
async fn governed(
    app: &App,
    (id, member_id): (&str, &str),
    writes: Vec<Statement>,
    now: Millis,
) -> Result<(), Failure> {
    let mut batch = vec![organizations::lock(id, now)];
    batch.extend(writes);
    match app.store.apply(batch).await {
        Ok(_) => Ok(()),
        Err(StoreError::Unexpected { .. }) => Err(missed(app, (id, member_id)).await?.into()),
        Err(error) => Err(error.into()),
    }
}

/// Finds out why a change of a member changed nobody.
async fn missed(app: &App, (id, member_id): (&str, &str)) -> Result<Refusal, Failure> {
    let found: Option<crate::domain::organization::Membership> =
        app.store.find(members::of_user(member_id)).await?;
    let Some(found) = found.filter(|found| found.organization_id == id) else {
        return Ok(Refusal::NotFound);
    };
    let others: Option<i64> = app.store.find(members::other_owners(id, member_id)).await?;
    let is_last = found.role.may_govern() && others.unwrap_or(0) == 0;
    Ok(if is_last { Refusal::LastOwner } else { Refusal::Forbidden })
}
