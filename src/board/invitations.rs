//! Invitations to an organisation: mailed to one address, accepted from it alone.
//!
//! An invitation is its sender's say, lent: it counts while they own the organisation, are
//! neither barred nor gone, and is asked of them again in the batch that uses it.

use super::{access, raced};
use crate::app::{App, Cause, Failure, Post};
use crate::base::bounds::{INVITATION_TTL_S, INVITATIONS_OPEN_MAX, MEMBERS_MAX};
use crate::base::clock::Millis;
use crate::base::locale::Locale;
use crate::domain::email::Email;
use crate::domain::mail::MailContent;
use crate::domain::organization::{
    INVITATION_ID_PREFIX, Invitation, MEMBER_ID_PREFIX, MemberRole, Membership, Organization,
};
use crate::domain::refusal::Refusal;
use crate::domain::token::Token;
use crate::domain::user::{User, UserKind};
use crate::store::invitations::Places;
use crate::store::{Statement, StoreError, invitations, members, organizations, users};

/// Invites an address; an invitation that it has already is replaced.
///
/// # Errors
/// `NotFound`, `Forbidden`; `BelongsElsewhere` when the address is a member's;
/// `TooManyInvitations`, `TooMany`.
///
/// # Cost
/// Three point reads, one durable write.
pub async fn invite(
    app: &App,
    owner: &User,
    ((id, email, role), (locale, now)): ((&str, Email, MemberRole), (Locale, Millis)),
    kept: impl Fn(&Invitation) -> Vec<Statement>,
) -> Result<Invitation, Failure> {
    access::governing(app, owner, id).await?;
    let found: Option<Organization> = app.store.find(organizations::by_id(id)).await?;
    let organization = found.ok_or(Refusal::NotFound)?;
    let invited: Option<User> = app.store.find(users::by_email(&email)).await?;
    // Of other organisations' people nothing is told here.
    if invited.as_ref().is_some_and(|user| user.organization_id.as_deref() == Some(id)) {
        return Err(Refusal::BelongsElsewhere.into());
    }
    let token = Token::draw(&app.entropy);
    let invitation = Invitation {
        id: app.entropy.id(INVITATION_ID_PREFIX, now),
        organization_id: id.to_owned(),
        email,
        role,
        expires_at: now.plus_s(INVITATION_TTL_S),
    };
    let post = Post {
        to: &invitation.email,
        locale: invited.and_then(|user| user.locale).unwrap_or(locale),
        content: MailContent::OrganizationInvite {
            inviter: owner.name.clone(),
            organization: organization.draft.name,
        },
        token: Some(&token),
        user_id: None,
        cause: Cause::Person(&owner.id),
    };
    let places = Places { open: INVITATIONS_OPEN_MAX, taken: MEMBERS_MAX };
    let mut batch = kept(&invitation);
    batch.push(organizations::lock(id, now));
    batch.push(invitations::replace(&invitation, &token.hash(), &owner.id, (places, now)));
    batch.extend(app.post(post, now)?);
    match app.store.apply(batch).await {
        Ok(_) => {}
        Err(StoreError::Unexpected { .. }) => {
            return Err(missed(app, owner, id, now).await?.into());
        }
        Err(error) => return Err(error.into()),
    }
    app.mail_posted().await;
    tracing::info!(organization = id, invitation = invitation.id, "invited to an organisation");
    Ok(invitation)
}

/// Finds out why an invitation was not written.
async fn missed(app: &App, owner: &User, id: &str, now: Millis) -> Result<Refusal, Failure> {
    match access::governing(app, owner, id).await {
        Ok(()) => {}
        Err(Failure::Refused(refusal)) => return Ok(refusal),
        Err(failure) => return Err(failure),
    }
    let open: Option<i64> = app.store.find(invitations::open_count(id, now)).await?;
    let is_open_full = open.unwrap_or(0) >= INVITATIONS_OPEN_MAX;
    Ok(if is_open_full { Refusal::TooManyInvitations } else { Refusal::TooMany })
}

/// Lists the open invitations of an organisation, for its owners.
///
/// # Errors
/// `NotFound`, `Forbidden`.
pub async fn open(
    app: &App,
    owner: &User,
    id: &str,
    now: Millis,
) -> Result<Vec<Invitation>, Failure> {
    access::governing(app, owner, id).await?;
    Ok(app.store.list(invitations::open(id, now, INVITATIONS_OPEN_MAX)).await?)
}

/// Takes an open invitation back; its link is worth nothing from then on.
///
/// # Errors
/// `NotFound`, `Forbidden`.
///
/// # Cost
/// One point read, one durable write.
pub async fn revoke(
    app: &App,
    owner: &User,
    (id, invitation_id): (&str, &str),
) -> Result<(), Failure> {
    access::governing(app, owner, id).await?;
    let write = invitations::revoke(invitation_id, id, &owner.id);
    app.store.apply(vec![write]).await.map_err(raced(Refusal::NotFound))?;
    tracing::info!(organization = id, invitation = invitation_id, "invitation taken back");
    Ok(())
}

/// What whoever opens an invitation's link is told.
#[derive(Debug)]
pub struct Offered {
    /// The invitation.
    pub invitation: Invitation,
    /// To what.
    pub organization: Organization,
    /// What whoever sent it is called.
    pub inviter: Option<String>,
}

/// Finds the invitation of a link; changes nothing.
///
/// # Errors
/// `InvitationInvalid`: unknown, spent, taken back, too old, or sent by somebody who may
/// invite no longer.
///
/// # Cost
/// Three point reads.
pub async fn find(app: &App, token: &str, now: Millis) -> Result<Offered, Failure> {
    let invitation = counting(app, token, now).await?;
    let found: Option<Organization> =
        app.store.find(organizations::by_id(&invitation.organization_id)).await?;
    let organization = found.ok_or(Refusal::InvitationInvalid)?;
    let inviter: Option<String> = app.store.find(invitations::inviter(&invitation.id)).await?;
    let inviter = inviter.filter(|name| !name.trim().is_empty());
    Ok(Offered { invitation, organization, inviter })
}

/// Turns an invitation to one's own address down: it is gone.
///
/// # Errors
/// `InvitationInvalid`, as [`accept`] has it.
///
/// # Cost
/// One point read, one durable write.
pub async fn decline(app: &App, user: &User, token: &str, now: Millis) -> Result<(), Failure> {
    let invitation = own(app, user, token, now).await?;
    let batch = vec![
        organizations::lock(&invitation.organization_id, now),
        invitations::spend(&invitation.id, &user.id, now),
    ];
    app.store.apply(batch).await.map_err(raced(Refusal::InvitationInvalid))?;
    tracing::info!(invitation = invitation.id, user = user.id, "invitation declined");
    Ok(())
}

async fn counting(app: &App, token: &str, now: Millis) -> Result<Invitation, Failure> {
    let read = invitations::by_token(&Token::presented(token).hash(), now);
    let found: Option<Invitation> = app.store.find(read).await?;
    Ok(found.ok_or(Refusal::InvitationInvalid)?)
}

/// Finds the invitation of a link that was sent to whoever asks.
async fn own(app: &App, user: &User, token: &str, now: Millis) -> Result<Invitation, Failure> {
    let invitation = counting(app, token, now).await?;
    if invitation.email == user.email {
        Ok(invitation)
    } else {
        Err(Refusal::InvitationInvalid.into())
    }
}

/// Makes whoever asks a member, by an invitation to their address.
///
/// # Errors
/// `InvitationInvalid`: unknown, spent, too old, for another address, or sent by somebody
/// who may invite no longer;
/// `OrganizationAccountRequired`, `BelongsElsewhere`; `TooMany` when others took the last
/// place.
///
/// # Cost
/// Two point reads, one durable write.
pub async fn accept(
    app: &App,
    user: &User,
    token: &str,
    now: Millis,
) -> Result<(Organization, MemberRole), Failure> {
    let invitation = own(app, user, token, now).await?;
    if user.kind != UserKind::Organization {
        return Err(Refusal::OrganizationAccountRequired.into());
    }
    let Invitation { id, organization_id, role, .. } = invitation;
    let found: Option<Organization> =
        app.store.find(organizations::by_id(&organization_id)).await?;
    let organization = found.ok_or(Refusal::InvitationInvalid)?;
    let membership = Membership { organization_id, role };
    let member_id = app.entropy.id(MEMBER_ID_PREFIX, now);
    let batch = vec![
        organizations::lock(&membership.organization_id, now),
        invitations::spend(&id, &user.id, now),
        members::join(&member_id, &user.id, &membership, (MEMBERS_MAX, now)),
        members::belong(&user.id, &membership.organization_id, now),
    ];
    match app.store.apply(batch).await {
        Ok(_) => {}
        Err(StoreError::Duplicate { .. }) => return Err(Refusal::BelongsElsewhere.into()),
        Err(StoreError::Unexpected { sql: members::JOIN_NAME, .. }) => {
            return Err(Refusal::TooMany.into());
        }
        Err(StoreError::Unexpected { .. }) => return Err(Refusal::InvitationInvalid.into()),
        Err(error) => return Err(error.into()),
    }
    tracing::info!(organization = organization.id, user = user.id, "invitation accepted");
    Ok((organization, role))
}
