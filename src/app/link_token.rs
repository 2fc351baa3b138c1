//! One-time tokens of mailed links: drawn here, known to the database by their hash.

use super::App;
use crate::base::clock::Millis;
use crate::domain::link::LinkPurpose;
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
    /// Draws a token that opens `purpose` for `subject` during `ttl_s` seconds.
    #[must_use]
    pub fn link_token(
        &self,
        purpose: LinkPurpose,
        subject: &str,
        ttl_s: i64,
        now: Millis,
    ) -> LinkToken {
        let token = Token::draw(&self.entropy);
        let insert = verifications::insert(&Verification {
            id: self.entropy.id(verifications::ID_PREFIX, now),
            identifier: purpose.identifier().to_owned(),
            value: token.hash().hex(),
            subject: Some(subject.to_owned()),
            expires_at: now.plus_s(ttl_s),
            created_at: now,
        });
        LinkToken { token, insert }
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
