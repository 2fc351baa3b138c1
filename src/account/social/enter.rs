//! Letting somebody in by a provider's word: known, found by their address, or new.
//!
//! An address proves a person only where both sides have proven it. An account here
//! whose address nobody proved may be a trap that somebody laid for its owner: the
//! first who proves it takes it over, and password, sessions, other ways in and open
//! links of whoever laid it are gone. Source: CVE-2024-38351.

use serde_json::json;

use super::{Proven, Stumble};
use crate::account::device::{self, Kept, Occasion};
use crate::account::guard::{self, Proof};
use crate::account::sign_in::{self, SignedIn};
use crate::account::{Caller, audit, invitation, password, session};
use crate::app::{App, Failure, Fault, authority, grants};
use crate::base::clock::Millis;
use crate::config::{Provider, Signup};
use crate::domain::account::{ACCOUNT_ID_PREFIX, NewLink};
use crate::domain::audit::Act;
use crate::domain::email::Email;
use crate::domain::session::Remember;
use crate::domain::social::{Identity, Stray};
use crate::domain::user::{ROLE_USER, USER_ID_PREFIX, User, UserKind};
use crate::store::accounts::{self, LinkedUser};
use crate::store::{Statement, StoreError, guards, sessions, users};

/// Who came in.
#[derive(Debug)]
pub struct Entered {
    /// The person with their session.
    pub signed: SignedIn,
    /// Whether their account is new.
    pub novelty: Novelty,
}

/// Whether an account is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Novelty {
    /// It was opened just now.
    New,
    /// It was there.
    Known,
}

/// Lets somebody in.
///
/// # Errors
/// `EmailNotFound`, `EmailNotVerified`, `SignUpDisabled`, `Barred`; faults of the store.
///
/// # Cost
/// Two to four point reads and a durable write.
pub async fn enter(
    app: &App,
    provider: &Provider,
    proven: &Proven,
    by: (&Caller, Millis),
) -> Result<Entered, Stumble> {
    let email = proven_email(&proven.identity)?;
    for _ in 0..guard::TRIES {
        let plan = plan(app, (provider, email), proven, by).await?;
        let novelty = plan.novelty;
        match admit(app, provider, (plan, proven), by).await {
            Ok(signed) => {
                let client = by.0.address_text();
                tracing::info!(
                    user = signed.user.id,
                    client,
                    provider = provider.name,
                    "signed in"
                );
                return Ok(Entered { signed, novelty });
            }
            Err(Stumble::Failure(Failure::Fault(Fault::Store(error))))
                if guard::is_overtaken(&error) => {}
            Err(stumble) => return Err(stumble),
        }
    }
    // Three overtakings in a row are no chance: the rows contradict each other.
    Err(Stray::UnableToLink.into())
}

/// Returns the address that a provider vouches for.
///
/// # Errors
/// `EmailNotFound`, `EmailNotVerified`.
pub fn proven_email(identity: &Identity) -> Result<&Email, Stray> {
    let email = identity.email.as_ref().ok_or(Stray::EmailNotFound)?;
    if identity.is_email_proven { Ok(email) } else { Err(Stray::EmailNotVerified) }
}

/// Finds whose way in an account at a provider is.
///
/// # Errors
/// A fault of the store.
pub async fn owner(
    app: &App,
    provider: &Provider,
    identity: &Identity,
) -> Result<Option<LinkedUser>, StoreError> {
    let read = accounts::by_provider(&provider.name, &identity.account_id);
    let found: Option<LinkedUser> = app.store.find(read).await?;
    match (found, &identity.issuer) {
        (None, Some(issuer)) => {
            app.store.find(accounts::by_issuer(issuer, &identity.account_id)).await
        }
        (found, _) => Ok(found),
    }
}

/// What makes an identity a way in, and whose.
struct Plan {
    /// The writes.
    batch: Vec<Statement>,
    /// The person, as they are after them.
    user: User,
    /// `acc_…`: the way in.
    way_in_id: String,
    novelty: Novelty,
}

/// Plans what makes the identity a way in.
async fn plan(
    app: &App,
    (provider, email): (&Provider, &Email),
    proven: &Proven,
    by: (&Caller, Millis),
) -> Result<Plan, Stumble> {
    let (_, now) = by;
    let Proven { identity, grants } = proven;
    if let Some(LinkedUser { id, user }) = owner(app, provider, identity).await? {
        let mut batch = vec![];
        let user = trusted(app, (user, email), (&id, provider), &mut batch, by);
        // The person before their ways in: so does whoever takes one away.
        batch.push(guards::person(&user, now));
        batch.push(accounts::grants_set(&id, &user.id, grants::seal(app, &id, grants), now));
        return Ok(Plan { batch, user, way_in_id: id, novelty: Novelty::Known });
    }
    let id = app.entropy.id(ACCOUNT_ID_PREFIX, now);
    let known: Option<User> = app.store.find(users::by_email(email)).await?;
    let mut batch = vec![];
    let (user, novelty) = if let Some(user) = known {
        batch.push(told(app, Act::AccountLinked, (&user.id, provider), by));
        (trusted(app, (user, email), (&id, provider), &mut batch, by), Novelty::Known)
    } else {
        batch.extend(may_open(app, email, now).await?);
        let user = new_user(app, (identity, email), by);
        batch.push(users::insert(&user));
        batch.push(told(app, Act::SignUp, (&user.id, provider), by));
        (user, Novelty::New)
    };
    batch.push(insert(app, (&id, provider, &user.id), (proven, email), now));
    Ok(Plan { batch, user, way_in_id: id, novelty })
}

/// Returns the write of a new way in.
pub fn insert(
    app: &App,
    (id, provider, user_id): (&str, &Provider, &str),
    (proven, email): (&Proven, &Email),
    now: Millis,
) -> Statement {
    let link = NewLink {
        id: id.to_owned(),
        account_id: proven.identity.account_id.clone(),
        provider_id: provider.name.clone(),
        issuer: proven.identity.issuer.clone(),
        user_id: user_id.to_owned(),
    };
    accounts::insert_link(&link, grants::seal(app, id, &proven.grants), email, now)
}

/// Returns the person with their address proven; where it was not, adds the writes that
/// take the account over.
fn trusted(
    app: &App,
    (user, email): (User, &Email),
    (kept_id, provider): (&str, &Provider),
    batch: &mut Vec<Statement>,
    by: (&Caller, Millis),
) -> User {
    if user.email_verified || user.email != *email {
        return user;
    }
    let (caller, now) = by;
    batch.extend(authority::lost(&user.id, now));
    batch.push(users::verified_set(&user.id, email, now).expecting(1));
    batch.push(accounts::delete_others(&user.id, kept_id));
    batch.extend(sessions::end_all(&user.id));
    batch.extend(device::forgotten(&user.id, Kept::Asking(caller)));
    batch.extend(password::void_links(&user.id));
    batch.push(told(app, Act::AccountTakenOver, (&user.id, provider), by));
    User { email_verified: true, updated_at: now, ..user }
}

/// Checks that the settings let a new person in; returns what asks once more.
async fn may_open(app: &App, email: &Email, now: Millis) -> Result<Option<Statement>, Stumble> {
    match app.config.auth.signup {
        Signup::Open => Ok(None),
        Signup::Invite if invitation::is_invited(app, email, now).await? => {
            Ok(Some(invitation::invited(app, email, now)))
        }
        Signup::Invite | Signup::Closed => Err(Stray::SignUpDisabled.into()),
    }
}

fn new_user(app: &App, (identity, email): (&Identity, &Email), by: (&Caller, Millis)) -> User {
    let (caller, now) = by;
    User {
        id: app.entropy.id(USER_ID_PREFIX, now),
        name: identity.name.clone(),
        email: email.clone(),
        email_verified: true,
        image: identity.image.clone(),
        role: String::from(ROLE_USER),
        ban: None,
        is_active: true,
        locale: Some(caller.locale),
        kind: UserKind::Professional,
        profession: None,
        organization_id: None,
        created_at: now,
        updated_at: now,
    }
}

/// Writes the plan and a session, all of it or nothing.
async fn admit(
    app: &App,
    provider: &Provider,
    (plan, proven): (Plan, &Proven),
    by: (&Caller, Millis),
) -> Result<SignedIn, Stumble> {
    let (caller, now) = by;
    let user = &plan.user;
    sign_in::may_enter(app, user, now).map_err(Stray::Barred)?;
    let mut batch = sign_in::lift_expired_ban(user, now);
    batch.extend(plan.batch);
    let proof = Proof::WayIn { id: &plan.way_in_id, account_id: &proven.identity.account_id };
    let opened = session::open(app, (user, proof), Remember::Yes, by);
    batch.extend(opened.writes());
    batch.push(told(app, Act::SignIn, (&user.id, provider), by));
    batch.extend(sign_in::address_known(user, caller, now));
    let occasion = match plan.novelty {
        Novelty::New => Occasion::FirstUse,
        Novelty::Known => Occasion::SignIn,
    };
    let device = device::recognise(app, user, occasion, by).await?;
    batch.extend(device.writes);
    app.store.apply(batch).await?;
    app.mail_posted().await;
    Ok(SignedIn { user: user.clone(), opened, device: device.token })
}

/// Returns the write that remembers an act by way of a provider.
pub fn told(
    app: &App,
    act: Act,
    (user_id, provider): (&str, &Provider),
    by: (&Caller, Millis),
) -> Statement {
    let detail = json!({"provider": provider.name});
    audit::of_with(app, act, (user_id, &detail), by)
}
