//! Putting mails into the outbox: the writes for the batch that causes them.

use super::App;
use crate::base::clock::Millis;
use crate::base::locale::Locale;
use crate::domain::email::Email;
use crate::domain::mail::{MailContent, Suppression};
use crate::domain::token::Token;
use crate::store::outbox::{self, NewMail};
use crate::store::{Statement, StoreError};

/// A mail to be written down.
#[derive(Debug)]
pub struct Post<'a> {
    /// To whom.
    pub to: &'a Email,
    /// In which language.
    pub locale: Locale,
    /// What it is made of.
    pub content: MailContent,
    /// The token that its link will carry.
    pub token: Option<&'a Token>,
    /// Whose it is; it goes when they go.
    pub user_id: Option<&'a str>,
}

impl App {
    /// Returns the writes that put a mail into the outbox, within the address's cap.
    ///
    /// After the batch call [`App::mail_posted`].
    ///
    /// # Errors
    /// `Decode`, a defect.
    pub fn post(&self, post: Post<'_>, now: Millis) -> Result<Vec<Statement>, StoreError> {
        outbox::insert(&self.new_mail(post, now), self.config.mail.per_address_hourly_max)
    }

    /// Returns the writes that note a mail which will not go, and why; they take as
    /// long as those of one that goes.
    ///
    /// # Errors
    /// As [`App::post`].
    pub fn post_suppressed(
        &self,
        post: Post<'_>,
        why: Suppression,
        now: Millis,
    ) -> Result<Vec<Statement>, StoreError> {
        outbox::insert_suppressed(&self.new_mail(post, now), why)
    }

    fn new_mail(&self, post: Post<'_>, now: Millis) -> NewMail {
        let id = self.entropy.id(outbox::ID_PREFIX, now);
        let seal = |token: &Token| self.keys.outbox.seal(token.expose(), &id, &self.entropy);
        NewMail {
            secret: post.token.map(seal),
            to: post.to.clone(),
            locale: post.locale,
            content: post.content,
            user_id: post.user_id.map(str::to_owned),
            created_at: now,
            id,
        }
    }
}
