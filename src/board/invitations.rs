//! Invitations to an organisation: mailed to one address, accepted from it alone.

use super::{access, raced};
use crate::app::{App, Failure, Post};
use crate::base::bounds::{INVITATION_TTL_S, MEMBERS_MAX};
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
use crate::store::{StoreError, invitations, members, organizations, users};

/// Invites an address; an invitation that it has already is replaced.
///
/// # Errors
/// `NotFound`, `Forbidden`; `BelongsElsewhere` when the address is a member's; `TooMany`.
///
/// # Cost
/// Four point reads, one durable write.
pub async fn invite(
    app: &App,
    owner: &User,
    (id, email, role): (&str, Email, MemberRole),
    (locale, now): (Locale, Millis),
) -> Result<Invitation, Failure> {
    access::governing(app, owner, id).await?;
    let found: Option<Organization> = app.store.find(organizations::by_id(id)).await?;
    let organization = found.ok_or(Refusal::NotFound)?;
    let invited: Option<User> = app.store.find(users::by_email(&email)).await?;
    // Of other organisations' people nothing is told here.
    if invited.as_ref().is_some_and(|user| user.organization_id.as_deref() == Some(id)) {
        return Err(Refusal::BelongsElsewhere.into());
    }
    let count: Option<i64> = app.store.find(members::count(id)).await?;
    if count.unwrap_or(0) >= MEMBERS_MAX {
        return Err(Refusal::TooMany.into());
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
    };
    let mut batch = vec![invitations::replace(&invitation, &token.hash(), &owner.id, now)];
    batch.extend(app.post(post, now)?);
    app.store.apply(batch).await?;
    app.mail_posted().await;
    tracing::info!(organization = id, invitation = invitation.id, "invited to an organisation");
    Ok(invitation)
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
    Ok(app.store.list(invitations::open(id, now, MEMBERS_MAX)).await?)
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
/// `InvitationInvalid`: unknown, spent, taken back or too old.
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
    let write = invitations::spend(&invitation.id);
    app.store.apply(vec![write]).await.map_err(raced(Refusal::InvitationInvalid))?;
    tracing::info!(invitation = invitation.id, user = user.id, "invitation declined");
    Ok(())
}

async fn counting(app: &App, token: &str, now: Millis) -> Result<Invitation, Failure> {
    let read = invitations::by_token(&Token::presented(token).hash());
    let found: Option<Invitation> = app.store.find(read).await?;
    Ok(found.filter(|found| found.expires_at > now).ok_or(Refusal::InvitationInvalid)?)
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
/// `InvitationInvalid`: unknown, spent, too old, or for another address;
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
        invitations::spend(&id),
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
