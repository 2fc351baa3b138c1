//! A signed-in browser, and when it stops being one.
//!
//! Source: contract section 3 (sliding expiry, freshness, rememberMe).

use super::token::TokenHash;
use crate::base::clock::Millis;

/// Prefix of session ids.
pub const SESSION_ID_PREFIX: &str = "ses_";

/// Life of a session in which an administrator acts as somebody, in seconds; it never
/// slides. Source: contract 10.
pub const IMPERSONATION_TTL_S: i64 = 3_600;

/// Life of a session whose person asked not to be remembered, in seconds.
pub const UNREMEMBERED_TTL_S: i64 = 86_400;

/// One row of `session`.
#[derive(Clone, Debug)]
pub struct Session {
    /// `ses_…`; also the handle by which list-sessions names other sessions.
    pub id: String,
    /// Hash of the cookie's token.
    pub token_hash: TokenHash,
    /// Whose session it is.
    pub user_id: String,
    /// When it ends unless it slides.
    pub expires_at: Millis,
    /// When the person proved who they are; the slide does not renew it.
    pub created_at: Millis,
    /// When the row last changed.
    pub updated_at: Millis,
    /// Client address at sign-in; empty when unknown.
    pub ip_address: String,
    /// `User-Agent` at sign-in, cut to its bound; empty when unknown.
    pub user_agent: String,
    /// The administrator who acts as the person; `None`: it is the person.
    pub impersonated_by: Option<String>,
}

/// The three lives of a session, in seconds, from the configuration.
#[derive(Clone, Copy, Debug)]
pub struct Lives {
    /// From sign-in or slide to expiry.
    pub ttl_s: i64,
    /// Age of the last slide at which the next one happens.
    pub refresh_age_s: i64,
    /// Age up to which a session counts as fresh.
    pub fresh_age_s: i64,
    /// Longest life whatever slides; 0 means none.
    pub absolute_ttl_s: i64,
}

/// Whether the browser keeps the session past its closing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remember {
    /// A cookie with Max-Age, a session of the full life.
    Yes,
    /// A cookie of the browser's session, a row of one day that does not slide.
    No,
}

impl Session {
    /// Tells whether the session still counts at `now`.
    #[must_use]
    pub fn is_live(&self, lives: &Lives, now: Millis) -> bool {
        self.expires_at > now && self.ends_at(lives).is_none_or(|end| end > now)
    }

    /// Returns the new expiry when the session slides at `now`.
    ///
    /// `None`: too early, the absolute life leaves nothing to gain, or an administrator
    /// acts as the person.
    #[must_use]
    pub fn slide(&self, lives: &Lives, now: Millis) -> Option<Millis> {
        let due = self.expires_at.plus_s(lives.refresh_age_s - lives.ttl_s);
        let wanted = now.plus_s(lives.ttl_s);
        let expires_at = self.ends_at(lives).map_or(wanted, |end| wanted.min(end));
        let may_slide = self.impersonated_by.is_none();
        (may_slide && now >= due && expires_at > self.expires_at).then_some(expires_at)
    }

    /// Tells whether the person proved who they are recently enough.
    ///
    /// A fresh age of 0 switches the check off, as upstream does.
    #[must_use]
    pub fn is_fresh(&self, lives: &Lives, now: Millis) -> bool {
        lives.fresh_age_s == 0 || now.since_ms(self.created_at) < lives.fresh_age_s * 1000
    }

    fn ends_at(&self, lives: &Lives) -> Option<Millis> {
        (lives.absolute_ttl_s > 0).then(|| self.created_at.plus_s(lives.absolute_ttl_s))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIVES: Lives =
        Lives { ttl_s: 1000, refresh_age_s: 100, fresh_age_s: 50, absolute_ttl_s: 0 };

    fn session() -> Session {
        Session {
            id: String::from("ses_1"),
            token_hash: TokenHash([0; 32]),
            user_id: String::from("usr_1"),
            expires_at: Millis(1_000_000),
            created_at: Millis(0),
            updated_at: Millis(0),
            ip_address: String::new(),
            user_agent: String::new(),
            impersonated_by: None,
        }
    }

    #[test]
    fn slides_from_the_refresh_age_on_and_not_before() {
        assert_eq!(session().slide(&LIVES, Millis(99_999)), None);
        assert_eq!(session().slide(&LIVES, Millis(100_000)), Some(Millis(1_100_000)));
    }

    #[test]
    fn who_acts_as_somebody_slides_nothing() {
        let theirs = Session { impersonated_by: Some(String::from("usr_2")), ..session() };
        assert_eq!(theirs.slide(&LIVES, Millis(100_000)), None);
    }

    #[test]
    fn absolute_life_ends_what_slides() {
        let lives = Lives { absolute_ttl_s: 1050, ..LIVES };
        assert_eq!(session().slide(&lives, Millis(500_000)), Some(Millis(1_050_000)));
        let slid = Session { expires_at: Millis(1_050_000), ..session() };
        assert_eq!(slid.slide(&lives, Millis(900_000)), None);
        assert!(!slid.is_live(&lives, Millis(1_050_000)));
    }

    #[test]
    fn freshness_counts_from_sign_in() {
        assert!(session().is_fresh(&LIVES, Millis(49_999)));
        assert!(!session().is_fresh(&LIVES, Millis(50_000)));
    }
}
