//! Handing over to a front end on another site what began there and ended here.
//!
//! A browser that keeps the cookies of other sites apart has, on the front end's pages, a
//! jar of ours that it does not open when it comes here as a page of its own: back from a
//! provider, or by a mailed link. So the end is not taken here. It travels as a code of one
//! use to the page that began, and is decided there, with the cookie that the beginning
//! left: until then nothing is believed and nothing is written.
//!
//! The database knows a code by its hash, and what it stands for is sealed with the code
//! itself, for one origin: neither the table nor another site makes anything of it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::device::{self, Occasion};
use super::guard::Proof;
use super::sign_in::SignedIn;
use super::social::callback::Returned;
use super::{Caller, audit, awaited, session, verify};
use crate::app::{App, Failure, Fault};
use crate::base::bounds::HAND_OVER_S;
use crate::base::clock::Millis;
use crate::base::crypto::SealKey;
use crate::domain::audit::Act;
use crate::domain::link::HAND_OVER;
use crate::domain::refusal::Refusal;
use crate::domain::session::Remember;
use crate::domain::token::Token;
use crate::domain::user::User;
use crate::store::verifications::{self, Loaded, Verification};
use crate::store::{StoreError, users};

/// What ended here.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Ended {
    /// A provider sent the browser back; nobody has asked it anything yet.
    Provider(Returned),
    /// A mailed link has proven somebody's address.
    Address {
        /// The person.
        user_id: String,
        /// The address that was proven.
        email: String,
    },
    /// A mailed link that ends an account was opened where its owner has no session.
    Farewell {
        /// The owner.
        user_id: String,
        /// The link's token, which is not spent yet.
        token: String,
    },
}

/// Writes down what ended, for one origin; returns the code.
///
/// # Errors
/// A fault of the store.
///
/// # Cost
/// A durable write.
pub async fn begin(app: &App, ended: &Ended, origin: &str, now: Millis) -> Result<Token, Failure> {
    let code = Token::draw(&app.entropy);
    let text = serde_json::to_string(ended)
        .map_err(|_defect| Failure::Fault(Fault::Broken("a hand-over has no text")))?;
    let sealed = SealKey::of_token(code.expose()).seal(&text, origin, &app.entropy);
    let row = Verification {
        id: app.entropy.id(verifications::ID_PREFIX, now),
        identifier: HAND_OVER.to_owned(),
        value: code.hash().hex(),
        subject: match ended {
            Ended::Address { user_id, .. } | Ended::Farewell { user_id, .. } => {
                Some(user_id.clone())
            }
            Ended::Provider(_) => None,
        },
        expires_at: now.plus_s(HAND_OVER_S),
        created_at: now,
    };
    let payload = json!({"sealed": STANDARD.encode(sealed)}).to_string();
    app.store.apply(vec![verifications::insert_loaded(&row, payload)]).await?;
    Ok(code)
}

/// Spends a code that `origin` presents; returns what it stands for.
///
/// # Errors
/// `InvalidToken` for a code that is nobody's, spent, too old or another origin's.
///
/// # Cost
/// A point read, and a durable write for a code that counts.
pub async fn spend(app: &App, code: &Token, origin: &str, now: Millis) -> Result<Ended, Failure> {
    let read = verifications::loaded(HAND_OVER, &code.hash().hex());
    let found: Option<Loaded> = app.store.find(read).await?;
    let row = found.filter(|row| row.expires_at > now).ok_or(Refusal::InvalidToken)?;
    // Another origin's page does not spend what is not its own.
    let ended = opened(code, origin, &row.payload).ok_or(Refusal::InvalidToken)?;
    app.store
        .apply(vec![verifications::consume(&row.id)])
        .await
        .map_err(super::raced(Refusal::InvalidToken))?;
    Ok(ended)
}

fn opened(code: &Token, origin: &str, payload: &str) -> Option<Ended> {
    let payload: Value = serde_json::from_str(payload).ok()?;
    let sealed = STANDARD.decode(payload.get("sealed")?.as_str()?).ok()?;
    serde_json::from_str(&SealKey::of_token(code.expose()).open(&sealed, origin)?).ok()
}

/// Signs in whose address was proven, in the browser that waited for it: what the link
/// would have done, had it been opened where it was asked for.
///
/// # Errors
/// `InvalidToken` when the browser waits for no such proof, or the account is not what it
/// was then.
///
/// # Cost
/// Two point reads and a durable write.
pub async fn enter(
    app: &App,
    (user_id, email): (&str, &str),
    by: (&Caller, Millis),
) -> Result<SignedIn, Failure> {
    let (caller, now) = by;
    let found: Option<User> = app.store.find(users::by_id(user_id)).await?;
    let is_waiting = |user: &User| {
        user.email.as_str() == email
            && user.email_verified
            && awaited::is_by(caller, &user.email, now)
            && verify::signs_in(app, user, now)
    };
    let user = found.filter(is_waiting).ok_or(Refusal::InvalidToken)?;
    let opened = session::open(app, (&user, Proof::ProvenAddress), Remember::Yes, by);
    let mut batch = opened.writes();
    batch.push(audit::of(app, Act::SignIn, &user.id, by));
    let device = device::recognise(app, &user, Occasion::FirstUse, by).await?;
    batch.extend(device.writes);
    match app.store.apply(batch).await {
        Ok(_) => {}
        Err(StoreError::Unexpected { .. }) => return Err(Refusal::InvalidToken.into()),
        Err(error) => return Err(error.into()),
    }
    app.mail_posted_or_not().await;
    tracing::info!(user = user.id, client = caller.address_text(), "signed in");
    Ok(SignedIn { user, opened, device: device.token })
}
