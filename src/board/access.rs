//! Where whoever asks belongs, and what they may do there.

use crate::app::{App, Failure};
use crate::domain::organization::{MemberRole, Membership};
use crate::domain::refusal::Refusal;
use crate::domain::user::User;
use crate::store::members;

/// Finds where somebody belongs; `None`: nowhere.
///
/// # Errors
/// A fault of the store.
///
/// # Cost
/// Nothing for most people, else one point read.
pub async fn membership(app: &App, user: &User) -> Result<Option<Membership>, Failure> {
    // The session tells at once of most people that they belong nowhere.
    if user.organization_id.is_none() {
        return Ok(None);
    }
    Ok(app.store.find(members::of_user(&user.id)).await?)
}

/// Finds as what somebody belongs to an organisation.
///
/// # Errors
/// `NotFound` for whoever does not.
///
/// # Cost
/// As [`membership`].
pub async fn inside(app: &App, user: &User, id: &str) -> Result<MemberRole, Failure> {
    let membership = membership(app, user).await?;
    let own = membership.filter(|membership| membership.organization_id == id);
    Ok(own.ok_or(Refusal::NotFound)?.role)
}

/// Lets an owner pass.
///
/// # Errors
/// `Forbidden` for other members, `NotFound` for everybody else.
///
/// # Cost
/// As [`membership`].
pub async fn governing(app: &App, user: &User, id: &str) -> Result<(), Failure> {
    let role = inside(app, user, id).await?;
    if role.may_govern() { Ok(()) } else { Err(Refusal::Forbidden.into()) }
}

/// Finds the organisation for which somebody writes offers.
///
/// # Errors
/// `OrganizationAccountRequired` for whoever belongs nowhere, `Forbidden` for viewers.
///
/// # Cost
/// As [`membership`].
pub async fn recruiting(app: &App, user: &User) -> Result<String, Failure> {
    let membership = membership(app, user).await?;
    let membership = membership.ok_or(Refusal::OrganizationAccountRequired)?;
    if membership.role.may_recruit() {
        Ok(membership.organization_id)
    } else {
        Err(Refusal::Forbidden.into())
    }
}
