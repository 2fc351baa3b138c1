//! Sessions: found by their token, slid, listed and ended.
//!
//! The database knows a token by its hash alone. A session counts while it is
//! unexpired and its person is neither banned nor deactivated; all three are
//! asked at every request, so a revocation is felt at once. Source: contract 3.

use crate::account::{Caller, audit};
use crate::app::{App, Failure};
use crate::base::bounds::LIST_ROWS_MAX;
use crate::base::clock::Millis;
use crate::domain::audit::Act;
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
}

/// Draws a session for `user_id`; [`Opened::insert`] writes it.
#[must_use]
pub fn open(app: &App, user_id: &str, remember: Remember, by: (&Caller, Millis)) -> Opened {
    let (caller, now) = by;
    let token = Token::draw(&app.entropy);
    let ttl_s = match remember {
        Remember::Yes => app.config.auth.session_ttl_s,
        Remember::No => UNREMEMBERED_TTL_S,
    };
    let session = Session {
        id: app.entropy.id(SESSION_ID_PREFIX, now),
        token_hash: token.hash(),
        user_id: user_id.to_owned(),
        expires_at: now.plus_s(ttl_s),
        created_at: now,
        updated_at: now,
        ip_address: caller.address_text(),
        user_agent: caller.user_agent.clone(),
        impersonated_by: None,
    };
    Opened { session, token }
}

impl Opened {
    /// Returns the write.
    #[must_use]
    pub fn insert(&self) -> Statement {
        sessions::insert(&self.session)
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
    app.store.apply(vec![entry, sessions::delete_one(&live.user.id, named, &hash)]).await?;
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
    let entry = audit::of(app, Act::SessionsRevoked, user_id, by);
    let ended = app.store.apply(vec![sessions::delete_all(user_id), entry]).await?;
    Ok(ended.first().map_or(0, |affected| affected.rows))
}

/// Ends every session of a person but the one that asks.
///
/// # Errors
/// A fault of the store.
pub async fn revoke_others(app: &App, live: &Live, by: (&Caller, Millis)) -> Result<(), Failure> {
    let entry = audit::of(app, Act::SessionsRevoked, &live.user.id, by);
    let end = sessions::delete_others(&live.user.id, &live.session.id);
    app.store.apply(vec![end, entry]).await?;
    Ok(())
}

/// Ends the session of a token, whoever holds it; a token of nobody's ends nothing.
///
/// # Errors
/// A fault of the store.
pub async fn sign_out(app: &App, token: &Token, by: (&Caller, Millis)) -> Result<(), Failure> {
    let hash = token.hash();
    let entry = audit::of_session(app, Act::SignOut, (("", &hash), None), by);
    app.store.apply(vec![entry, sessions::delete_by_token(&hash)]).await?;
    Ok(())
}
