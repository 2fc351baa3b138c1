//! Sessions: found by their token, slid, listed and ended.
//!
//! The database knows a token by its hash alone. A session counts while it is
//! unexpired and its person is neither banned nor deactivated; all three are
//! asked at every request, so a revocation is felt at once. Source: contract 3.

use crate::account::device::{self, Kept};
use crate::account::guard::{self, Proof};
use crate::account::{Caller, audit};
use crate::app::{App, Failure};
use crate::base::bounds::LIST_ROWS_MAX;
use crate::base::clock::Millis;
use crate::domain::audit::Act;
use crate::domain::refusal::Refusal;
use crate::domain::session::{Remember, SESSION_ID_PREFIX, Session, UNREMEMBERED_TTL_S};
use crate::domain::token::Token;
use crate::domain::user::User;
use crate::store::Statement;
use crate::store::sessions::{self, SessionWithUser};

/// A live session with its person and the token that proved it.
#[derive(Debug)]
pub struct Live {
    /// The session.
    pub session: Session,
    /// The person.
    pub user: User,
    /// The token, as the browser holds it.
    pub token: Token,
}

/// Finds the live session of `token`; `None` when it is gone, ended or barred.
///
/// # Errors
/// A fault of the store.
///
/// # Cost
/// One point read.
pub async fn find(app: &App, token: Token, now: Millis) -> Result<Option<Live>, Failure> {
    let read = sessions::with_user(&token.hash());
    let Some(SessionWithUser { session, user }) = app.store.find(read).await? else {
        return Ok(None);
    };
    let counts = session.is_live(&app.lives(), now) && user.is_active && !user.is_banned(now);
    Ok(counts.then_some(Live { session, user, token }))
}

/// Slides the expiry when its time has come; tells whether it moved.
///
/// # Errors
/// A fault of the store.
///
/// # Cost
/// Nothing, or one durable write once every refresh age.
pub async fn slide(app: &App, live: &mut Live, now: Millis) -> Result<bool, Failure> {
    let Some(expires_at) = live.session.slide(&app.lives(), now) else {
        return Ok(false);
    };
    app.store.apply(vec![sessions::expires_set(&live.session, expires_at, now)]).await?;
    live.session.expires_at = expires_at;
    live.session.updated_at = now;
    Ok(true)
}

/// A session about to be written, and the token that only the browser will hold.
#[derive(Debug)]
pub struct Opened {
    /// The row.
    pub session: Session,
    /// The token.
    pub token: Token,
    /// What has proved the person, to be asked once more.
    guards: Vec<Statement>,
}

/// Draws a session for somebody, proved by `proof`; [`Opened::writes`] writes it.
#[must_use]
pub fn open(
    app: &App,
    (user, proof): (&User, Proof<'_>),
    remember: Remember,
    by: (&Caller, Millis),
) -> Opened {
    let (caller, now) = by;
    let token = Token::draw(&app.entropy);
    let ttl_s = match remember {
        Remember::Yes => app.config.auth.session_ttl_s,
        Remember::No => UNREMEMBERED_TTL_S,
    };
    let session = Session {
        id: app.entropy.id(SESSION_ID_PREFIX, now),
        token_hash: token.hash(),
        user_id: user.id.clone(),
        expires_at: now.plus_s(ttl_s),
        created_at: now,
        updated_at: now,
        ip_address: caller.address_text(),
        user_agent: caller.user_agent.clone(),
        impersonated_by: None,
    };
    Opened { session, token, guards: proof.guards(user, now) }
}

impl Opened {
    /// Returns the writes: a session that is in them is opened only if what has proved
    /// its person still holds. They stand as near to the batch's head as they can.
    #[must_use]
    pub fn writes(&self) -> Vec<Statement> {
        let mut writes = self.guards.clone();
        writes.push(sessions::insert(&self.session));
        writes
    }
}

/// Lists a person's own live sessions, oldest first: without those in which an
/// administrator acts as them. Source: contract 8, `/list-sessions`.
///
/// # Errors
/// A fault of the store.
///
/// # Cost
/// As [`list`].
pub async fn list_own(app: &App, user_id: &str, now: Millis) -> Result<Vec<Session>, Failure> {
    let mut sessions = list(app, user_id, now).await?;
    sessions.retain(|session| session.impersonated_by.is_none());
    Ok(sessions)
}

/// Lists a person's live sessions, oldest first.
///
/// # Errors
/// A fault of the store.
///
/// # Cost
/// One scan of the person's sessions on a reader thread.
pub async fn list(app: &App, user_id: &str, now: Millis) -> Result<Vec<Session>, Failure> {
    let lives = app.lives();
    let all: Vec<Session> = app.store.list(sessions::of_user(user_id, now, LIST_ROWS_MAX)).await?;
    Ok(all.into_iter().filter(|session| session.is_live(&lives, now)).collect())
}

/// Ends one of the person's sessions, named by its token or by the handle that
/// [`list`] shows. Somebody else's is left alone.
///
/// # Errors
/// A fault of the store.
pub async fn revoke(
    app: &App,
    live: &Live,
    named: &str,
    by: (&Caller, Millis),
) -> Result<Revoked, Failure> {
    let hash = Token::presented(named).hash();
    let owner = Some(live.user.id.as_str());
    let entry = audit::of_session(app, Act::SessionRevoked, ((named, &hash), owner), by);
    let mut batch = guard::asking(by.0, &live.user.id);
    batch.extend([entry, sessions::delete_one(&live.user.id, named, &hash)]);
    batch.extend(device::forgotten(&live.user.id, Kept::Asking(by.0)));
    app.store.apply(batch).await.map_err(guard::missed(Refusal::Unauthorized))?;
    let own = named == live.session.id || hash == live.session.token_hash;
    Ok(if own { Revoked::Own } else { Revoked::Other })
}

/// Which session was ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revoked {
    /// The one that asked.
    Own,
    /// Another one, or none.
    Other,
}

/// Ends every session of a person.
///
/// # Errors
/// A fault of the store.
pub async fn revoke_all(app: &App, user_id: &str, by: (&Caller, Millis)) -> Result<u64, Failure> {
    let head = guard::asking(by.0, user_id);
    end_all(app, (user_id, Kept::Asking(by.0)), head, by).await
}

/// Ends every session of a person, and what was known by them but for what is kept, if
/// what `head` asks once more still holds.
///
/// # Errors
/// Those of [`guard::missed`].
pub async fn end_all(
    app: &App,
    (user_id, kept): (&str, Kept<'_>),
    head: Vec<Statement>,
    by: (&Caller, Millis),
) -> Result<u64, Failure> {
    let mut batch = head;
    batch.extend(device::forgotten(user_id, kept));
    batch.extend(sessions::end_all(user_id));
    batch.push(audit::of(app, Act::SessionsRevoked, user_id, by));
    let done = app.store.apply(batch).await.map_err(guard::missed(Refusal::Unauthorized))?;
    // The last but one: the entry of the audit log comes after it.
    Ok(done.iter().rev().nth(1).map_or(0, |ended| ended.rows))
}

/// Ends every session of a person but the one that asks.
///
/// # Errors
/// A fault of the store.
pub async fn revoke_others(app: &App, live: &Live, by: (&Caller, Millis)) -> Result<(), Failure> {
    let entry = audit::of(app, Act::SessionsRevoked, &live.user.id, by);
    let mut batch = guard::asking(by.0, &live.user.id);
    batch.extend(sessions::end_others(&live.user.id, &live.session.id));
    batch.extend(device::forgotten(&live.user.id, Kept::Asking(by.0)));
    batch.push(entry);
    app.store.apply(batch).await.map_err(guard::missed(Refusal::Unauthorized))?;
    Ok(())
}

/// Ends the sessions of the tokens that a browser holds, whoever's they are: its own, and
/// of whoever acts as somebody the one that waits. A token of nobody's ends nothing.
///
/// # Errors
/// A fault of the store.
pub async fn sign_out(
    app: &App,
    held: impl Iterator<Item = Token>,
    by: (&Caller, Millis),
) -> Result<(), Failure> {
    let mut batch = Vec::new();
    for token in held {
        let hash = token.hash();
        batch.push(audit::of_session(app, Act::SignOut, (("", &hash), None), by));
        batch.push(sessions::delete_by_token(&hash));
    }
    if !batch.is_empty() {
        app.store.apply(batch).await?;
    }
    Ok(())
}
