//! One-time tokens of mailed links: drawn here, known to the database by their hash.
//!
//! A token waits sealed in the outbox as long as its mail does, and nobody can have
//! it; its life begins when the mail is handed over, so that a mail which a dead
//! provider delayed still carries a link that works.

use super::App;
use crate::base::bounds::WAITLIST_CONFIRM_TTL_S;
use crate::base::clock::Millis;
use crate::domain::link::LinkPurpose;
use crate::domain::mail::KEPT_DAYS;
use crate::domain::token::Token;
use crate::store::verifications::{self, Verification};
use crate::store::{Statement, StoreError};

/// A token that nobody has seen yet.
#[derive(Debug)]
pub struct LinkToken {
    /// What the link will carry.
    pub token: Token,
    /// The write of its row.
    pub insert: Statement,
}

impl App {
    /// Draws a token that opens `purpose` for `subject` once its link is handed over.
    #[must_use]
    pub fn link_token(&self, purpose: LinkPurpose, subject: &str, now: Millis) -> LinkToken {
        let token = Token::draw(&self.entropy);
        let insert = verifications::insert(&Verification {
            id: self.entropy.id(verifications::ID_PREFIX, now),
            identifier: purpose.identifier().to_owned(),
            value: token.hash().hex(),
            subject: Some(subject.to_owned()),
            expires_at: now.plus_s(KEPT_DAYS * 86_400),
            created_at: now,
        });
        LinkToken { token, insert }
    }

    /// Returns the write with which a token's life begins: its link is handed over.
    ///
    /// It changes no row when the token has died while it waited.
    #[must_use]
    pub fn link_handed_over(&self, purpose: LinkPurpose, token: &Token, now: Millis) -> Statement {
        let until = now.plus_s(self.link_ttl_s(purpose));
        verifications::expires_set(purpose.identifier(), &token.hash().hex(), until, now)
    }

    /// Returns how long a link counts from when it was handed over, in seconds.
    #[must_use]
    pub const fn link_ttl_s(&self, purpose: LinkPurpose) -> i64 {
        match purpose {
            LinkPurpose::ResetPassword | LinkPurpose::ChangeEmail | LinkPurpose::DeleteAccount => {
                self.config.auth.token_ttl_s
            }
            LinkPurpose::WaitlistConfirm => WAITLIST_CONFIRM_TTL_S,
            LinkPurpose::WaitlistInvite => self.config.waitlist.invite_ttl_s,
        }
    }

    /// Finds the row of a presented token; `None` when it opens nothing, or no longer.
    ///
    /// # Errors
    /// The store's.
    ///
    /// # Cost
    /// One point read.
    pub async fn find_link_token(
        &self,
        purpose: LinkPurpose,
        presented: &str,
        now: Millis,
    ) -> Result<Option<Verification>, StoreError> {
        let hash = Token::presented(presented).hash().hex();
        let read = verifications::by_value(purpose.identifier(), &hash);
        let row: Option<Verification> = self.store.find(read).await?;
        Ok(row.filter(|row| row.expires_at > now))
    }
}
