//! Opening an account with address and password.
//!
//! The person, the credential, the session and the verification mail become
//! durable in one write or not at all. Source: contract 8, `/sign-up/email`.

use crate::account::session::{self, Opened};
use crate::account::{Caller, password};
use crate::app::{App, Failure};
use crate::base::clock::Millis;
use crate::base::secret::Secret;
use crate::config::Signup;
use crate::domain::account::ACCOUNT_ID_PREFIX;
use crate::domain::email::Email;
use crate::domain::mail::MailKind;
use crate::domain::refusal::Refusal;
use crate::domain::session::Remember;
use crate::domain::user::{ROLE_USER, USER_ID_PREFIX, User};
use crate::store::outbox::{self, NewMail};
use crate::store::{Statement, StoreError, accounts, users};

/// What somebody signs up with.
#[derive(Debug)]
pub struct SignUp {
    /// The address, in normal form.
    pub email: Email,
    /// The password, not yet checked.
    pub password: Secret<String>,
    /// The name; may be empty.
    pub name: String,
    /// Address of a picture.
    pub image: Option<String>,
    /// Where the mailed link leads after verifying; checked by the caller.
    pub callback_url: Option<String>,
    /// Whether the browser keeps the session.
    pub remember: Remember,
}

/// How a sign-up ended.
#[derive(Debug)]
pub struct SignedUp {
    /// The new person; a look-alike when the address was taken and may not be told.
    pub user: User,
    /// The session, unless the person must verify or sign in first.
    pub opened: Option<Opened>,
}

/// Opens an account.
///
/// # Errors
/// `SignUpClosed`, password refusals, `UserAlreadyExists`. With required
/// verification a taken address is not told: the answer looks like a success.
///
/// # Cost
/// One read, one hash, one durable write.
pub async fn with_email(
    app: &App,
    sign_up: SignUp,
    by: (&Caller, Millis),
) -> Result<SignedUp, Failure> {
    match app.config.auth.signup {
        Signup::Open => {}
        Signup::Invite | Signup::Closed => return Err(Refusal::SignUpClosed.into()),
    }
    password::check(app, &sign_up.password, &sign_up.email)?;
    let (caller, now) = by;
    let user = new_user(app, &sign_up, now);
    if app.store.find::<User>(users::by_email(&user.email)).await?.is_some() {
        if app.config.auth.require_email_verification {
            // The taken address costs the same time as a free one.
            password::hash(app, sign_up.password).await?;
        }
        return taken(app, user);
    }
    let hash = password::hash(app, sign_up.password.clone()).await?;
    let opened = signs_in(app).then(|| session::open(app, &user.id, sign_up.remember, by));
    let credential_id = app.entropy.id(ACCOUNT_ID_PREFIX, now);
    let mut batch = vec![
        users::insert(&user),
        accounts::insert_credential(&credential_id, &user.id, &hash, now),
    ];
    batch.extend(opened.as_ref().map(Opened::insert));
    let mails = app.config.auth.send_verification_on_sign_up;
    batch.extend(mails.then(|| verification_mail(app, &user, &sign_up, by)));
    match app.store.apply(batch).await {
        Ok(_) => {}
        // Somebody else took the address between the read and the write.
        Err(StoreError::Duplicate { .. }) => return taken(app, user),
        Err(error) => return Err(error.into()),
    }
    app.outbox_wake.notify_one();
    tracing::info!(user = user.id, client = caller.address_text(), "account opened");
    Ok(SignedUp { user, opened })
}

/// Whether a new account is signed in at once.
const fn signs_in(app: &App) -> bool {
    app.config.auth.auto_sign_in && !app.config.auth.require_email_verification
}

fn new_user(app: &App, sign_up: &SignUp, now: Millis) -> User {
    User {
        id: app.entropy.id(USER_ID_PREFIX, now),
        name: sign_up.name.clone(),
        email: sign_up.email.clone(),
        email_verified: false,
        image: sign_up.image.clone(),
        role: String::from(ROLE_USER),
        ban: None,
        is_active: true,
        created_at: now,
        updated_at: now,
    }
}

fn taken(app: &App, look_alike: User) -> Result<SignedUp, Failure> {
    if app.config.auth.require_email_verification {
        return Ok(SignedUp { user: look_alike, opened: None });
    }
    Err(Refusal::UserAlreadyExists.into())
}

fn verification_mail(app: &App, user: &User, sign_up: &SignUp, by: (&Caller, Millis)) -> Statement {
    let (caller, now) = by;
    outbox::insert(&NewMail {
        id: app.entropy.id(outbox::ID_PREFIX, now),
        kind: MailKind::VerifyEmail,
        to: user.email.clone(),
        locale: caller.locale,
        params: serde_json::json!({
            "userId": user.id,
            "name": user.name,
            "callbackURL": sign_up.callback_url,
        }),
        user_id: Some(user.id.clone()),
        created_at: now,
    })
}
