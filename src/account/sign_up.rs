//! Opening an account with address and password.
//!
//! The person, the credential, the session and the verification mail become
//! durable in one write or not at all. Source: contract 8, `/sign-up/email`.

use crate::account::device::{self, Occasion};
use crate::account::guard::Proof;
use crate::account::invitation::{self, Invitation};
use crate::account::session::{self, Opened};
use crate::account::{Caller, audit, password, verify};
use crate::app::avatar::{self, KeptPicture};
use crate::app::{App, Failure, founding};
use crate::base::clock::Millis;
use crate::base::secret::Secret;
use crate::config::Signup;
use crate::domain::account::ACCOUNT_ID_PREFIX;
use crate::domain::audit::Act;
use crate::domain::email::Email;
use crate::domain::mail::MailContent;
use crate::domain::organization::OrganizationDraft;
use crate::domain::picture::GivenPicture;
use crate::domain::refusal::Refusal;
use crate::domain::session::Remember;
use crate::domain::token::Token;
use crate::domain::user::{ROLE_USER, USER_ID_PREFIX, User, UserKind};
use crate::store::{Statement, StoreError, accounts, organizations, users};

/// What somebody signs up with.
#[derive(Debug)]
pub struct SignUp {
    /// The address, in normal form.
    pub email: Email,
    /// The password, not yet checked.
    pub password: Secret<String>,
    /// The name; may be empty.
    pub name: String,
    /// A picture.
    pub image: Option<GivenPicture>,
    /// Where the mailed link leads after verifying; checked by the caller.
    pub callback_url: Option<String>,
    /// The token of an invitation, which proves the address.
    pub invitation: Option<String>,
    /// Whether the browser keeps the session.
    pub remember: Remember,
    /// Where the person stands on the job board.
    pub side: Side,
}

/// Where somebody who signs up stands on the job board.
#[derive(Clone, Debug, Default)]
pub struct Side {
    /// On which side; `None`: as the invitation says, else as a professional.
    pub kind: Option<UserKind>,
    /// What the person does for a living.
    pub profession: Option<String>,
    /// The name of the organisation that is made with an account of its side.
    pub organization_name: Option<String>,
}

/// How a sign-up ended.
#[derive(Debug)]
pub struct SignedUp {
    /// The new person; a look-alike when the address was taken and may not be told.
    pub user: User,
    /// The session, unless the person must verify or sign in first.
    pub opened: Option<Opened>,
    /// What the browser shall be known by, with the session.
    pub device: Option<Token>,
}

/// Opens an account.
///
/// # Errors
/// `SignUpClosed`, `InvitationRequired`, `InvitationInvalid`, password refusals, those of
/// [`avatar::keep`], `UserAlreadyExists`. With required verification a taken address is told only to
/// whoever proves it by an invitation: to others the answer looks like a success, and
/// the owner has mail.
///
/// # Cost
/// One or two reads, one hash, one durable write.
pub async fn with_email(
    app: &App,
    sign_up: SignUp,
    by: (&Caller, Millis),
) -> Result<SignedUp, Failure> {
    let invitation = admission(app, &sign_up, by.1).await?;
    password::check(app, &sign_up.password, &sign_up.email)?;
    let side = sided(&sign_up.side, invitation.as_ref());
    let mut user = User {
        email_verified: invitation.is_some(),
        kind: side.kind.unwrap_or_default(),
        ..new_user(app, &sign_up, by)
    };
    let picture = picture(app, &mut user, sign_up.image, by.1).await?;
    let founded = match side.organization_name {
        Some(name) => Some(founding::drawn(app, OrganizationDraft::named(name), by.1).await?),
        None => None,
    };
    let user = User { organization_id: founded.as_ref().map(|made| made.id.clone()), ..user };
    let secrecy = Secrecy::of(app, invitation.as_ref());
    let owner: Option<User> = app.store.find(users::by_email(&user.email)).await?;
    if owner.is_some() && secrecy == Secrecy::Told {
        return Err(Refusal::UserAlreadyExists.into());
    }
    let hash = password::hash(app, sign_up.password).await?;
    if let Some(owner) = owner {
        return look_alike(app, user, &owner, by).await;
    }
    let opened = signs_in(app, &user)
        .then(|| session::open(app, (&user, Proof::NewAccount), sign_up.remember, by));
    let (mut batch, device) = writes(app, &user, opened.as_ref(), (&hash, by)).await?;
    batch.extend(picture.iter().flat_map(|kept| kept.writes(&user.id, by.1)));
    batch.extend(founded.iter().flat_map(|made| founding::writes(app, made, &user.id, by.1)));
    batch.push(audit::of(app, Act::SignUp, &user.id, by));
    if app.config.auth.signup == Signup::Invite && invitation.is_none() {
        batch.push(invitation::invited(app, &user.email, by.1));
    }
    match &invitation {
        Some(invitation) => batch.extend(invitation.spend()),
        None if app.config.auth.send_verification_on_sign_up => {
            batch.extend(verify::mail(app, &user, sign_up.callback_url, by)?);
        }
        None => {}
    }
    match app.store.apply(batch).await {
        Ok(_) => {}
        Err(StoreError::Duplicate { sql: organizations::INSERT_NAME }) => {
            return Err(Refusal::NameTaken.into());
        }
        // Somebody else took the address between the read and the write.
        Err(StoreError::Duplicate { .. }) => return outrun(app, user, secrecy, by).await,
        Err(StoreError::Unexpected { .. }) => return Err(Refusal::InvitationInvalid.into()),
        Err(error) => return Err(error.into()),
    }
    match secrecy {
        Secrecy::Told => app.mail_posted().await,
        Secrecy::Kept => app.mail_posted_or_not().await,
    }
    tracing::info!(user = user.id, client = by.0.address_text(), "account opened");
    Ok(SignedUp { user, opened, device })
}

/// Checks that the settings let this person in; returns the invitation they came with.
async fn admission(
    app: &App,
    sign_up: &SignUp,
    now: Millis,
) -> Result<Option<Invitation>, Failure> {
    let presented = match (app.config.auth.signup, &sign_up.invitation) {
        (Signup::Closed, _) => return Err(Refusal::SignUpClosed.into()),
        (Signup::Open | Signup::Invite, Some(token)) => token,
        (Signup::Open, None) => return Ok(None),
        (Signup::Invite, None) => {
            let is_invited = invitation::is_invited(app, &sign_up.email, now).await?;
            return if is_invited { Ok(None) } else { Err(Refusal::InvitationRequired.into()) };
        }
    };
    let invitation = invitation::find(app, presented, now).await?;
    if invitation.email() != &sign_up.email {
        return Err(Refusal::InvitationInvalid.into());
    }
    Ok(Some(invitation))
}

/// Works out on which side somebody comes in: an empresa from the waitlist is an
/// organisation unless it says otherwise, and has a name already.
fn sided(side: &Side, invitation: Option<&Invitation>) -> Side {
    let kind = side.kind.or_else(|| invitation.map(Invitation::kind)).unwrap_or_default();
    let waited = || invitation.and_then(|invitation| invitation.company().map(str::to_owned));
    let name = match kind {
        UserKind::Professional => None,
        UserKind::Organization => side.organization_name.clone().or_else(waited),
    };
    Side { kind: Some(kind), profession: side.profession.clone(), organization_name: name }
}

/// Writes the picture down that somebody comes with; one of bytes is kept, also where the
/// address turns out to be taken: an answer that came sooner would say so.
async fn picture(
    app: &App,
    user: &mut User,
    given: Option<GivenPicture>,
    now: Millis,
) -> Result<Option<KeptPicture>, Failure> {
    let bytes = match given {
        None => return Ok(None),
        Some(GivenPicture::Address(address)) => {
            user.image = Some(address);
            return Ok(None);
        }
        Some(GivenPicture::Bytes(bytes)) => bytes,
    };
    let kept = avatar::keep(app, &user.id, bytes, now).await?;
    user.image = Some(kept.address.clone());
    Ok(Some(kept))
}

/// Whether a new account is signed in at once.
const fn signs_in(app: &App, user: &User) -> bool {
    let auth = &app.config.auth;
    auth.auto_sign_in && (user.email_verified || !auth.require_email_verification)
}

/// Returns the writes of a person with a password, and what the browser shall be
/// known by when it is signed in.
async fn writes(
    app: &App,
    user: &User,
    opened: Option<&Opened>,
    with: (&str, (&Caller, Millis)),
) -> Result<(Vec<Statement>, Option<Token>), Failure> {
    let (hash, by) = with;
    let credential_id = app.entropy.id(ACCOUNT_ID_PREFIX, by.1);
    let mut batch = vec![
        users::insert(user),
        accounts::insert_credential(&credential_id, &user.id, hash, by.1),
    ];
    let Some(opened) = opened else { return Ok((batch, None)) };
    batch.extend(opened.writes());
    let device = device::recognise(app, user, Occasion::FirstUse, by).await?;
    batch.extend(device.writes);
    Ok((batch, device.token))
}

fn new_user(app: &App, sign_up: &SignUp, by: (&Caller, Millis)) -> User {
    let (caller, now) = by;
    User {
        id: app.entropy.id(USER_ID_PREFIX, now),
        name: sign_up.name.clone(),
        email: sign_up.email.clone(),
        email_verified: false,
        image: None,
        role: String::from(ROLE_USER),
        ban: None,
        is_active: true,
        locale: Some(caller.locale),
        kind: UserKind::Professional,
        profession: sign_up.side.profession.clone(),
        organization_id: None,
        created_at: now,
        updated_at: now,
    }
}

/// Whether somebody who signs up may learn that the address is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Secrecy {
    /// They may: nothing has to be proven here, or it is their own.
    Told,
    /// They may not.
    Kept,
}

impl Secrecy {
    const fn of(app: &App, invitation: Option<&Invitation>) -> Self {
        match (app.config.auth.require_email_verification, invitation) {
            (false, _) | (true, Some(_)) => Self::Told,
            (true, None) => Self::Kept,
        }
    }
}

/// Answers for a taken address as for a free one, with mail to its owner.
async fn look_alike(
    app: &App,
    user: User,
    owner: &User,
    by: (&Caller, Millis),
) -> Result<SignedUp, Failure> {
    let content = MailContent::ExistingAccount { name: owner.name.clone() };
    let (caller, now) = by;
    app.store.apply(app.post(caller.post_to(owner, content, None), now)?).await?;
    app.mail_posted_or_not().await;
    Ok(SignedUp { user, opened: None, device: None })
}

/// Answers for an address that was taken while this sign-up was on its way.
async fn outrun(
    app: &App,
    user: User,
    secrecy: Secrecy,
    by: (&Caller, Millis),
) -> Result<SignedUp, Failure> {
    let owner: Option<User> = app.store.find(users::by_email(&user.email)).await?;
    match (secrecy, owner) {
        (Secrecy::Kept, Some(owner)) => look_alike(app, user, &owner, by).await,
        (Secrecy::Told, _) | (Secrecy::Kept, None) => Err(Refusal::UserAlreadyExists.into()),
    }
}
