//! Putting mails into the outbox: the writes for the batch that causes them.
//!
//! What caused a mail goes into its row as a keyed hash: enough to share the hour fairly,
//! and nothing to learn from. It is forgotten with the row.

use std::borrow::Cow;
use std::net::IpAddr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use super::keys::Sealed;
use super::rotation::Anew;
use super::{App, Caller, audit};
use crate::base::clock::Millis;
use crate::base::keyring::Opened;
use crate::base::limiter::AddressKey;
use crate::base::locale::Locale;
use crate::domain::audit::COMMAND_LINE;
use crate::domain::email::Email;
use crate::domain::mail::{Cap, MailContent, Suppression};
use crate::domain::token::Token;
use crate::store::outbox;
use crate::store::outbox_posts::{self, Causes, NewMail};
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
    /// Of whose share of the hour it is.
    pub cause: Cause<'a>,
}

/// What caused a mail.
#[derive(Clone, Copy, Debug)]
pub enum Cause<'a> {
    /// A request: its client, and whoever is signed in.
    Caller(&'a Caller),
    /// A client, whoever that is.
    Client(IpAddr),
    /// A person, or an organisation that speaks as one.
    Person(&'a str),
    /// Many mails for one reason: a batch of invitations, a run of a task.
    Campaign(&'a str),
}

impl Cause<'_> {
    /// Returns the request behind it, for the audit log.
    fn caller(&self, locale: Locale) -> Cow<'_, Caller> {
        match self {
            Self::Caller(caller) => Cow::Borrowed(*caller),
            Self::Client(_) | Self::Person(_) | Self::Campaign(_) => {
                Cow::Owned(Caller { actor_id: None, ..Caller::operator(locale) })
            }
        }
    }
}

impl App {
    /// Returns the writes that put a mail into the outbox, within the address's cap and the
    /// shares of what caused it. A notice over its cap is written to the audit log.
    ///
    /// After the batch call [`App::mail_posted`].
    ///
    /// # Errors
    /// `Decode`, a defect.
    pub fn post(&self, post: Post<'_>, now: Millis) -> Result<Vec<Statement>, StoreError> {
        let (cause, user_id, kind) = (post.cause, post.user_id, post.content.kind());
        let locale = post.locale;
        let mail = self.new_mail(post, now);
        let mut batch = outbox_posts::insert(&mail, self.mail_bounds())?;
        if kind.cap() == Cap::Notice {
            let detail = json!({"kind": kind.name(), "mail": mail.id});
            let by = (&*cause.caller(locale), now);
            batch.push(audit::of_held(self, (&mail.id, user_id), &detail, by));
        }
        Ok(batch)
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
        outbox_posts::insert_suppressed(&self.new_mail(post, now), self.mail_bounds(), why)
    }

    /// Seals a token for the mail that carries it.
    #[must_use]
    pub fn seal_token(&self, token: &str, mail_id: &str) -> Vec<u8> {
        self.keys.seal(Sealed::Outbox).seal(token, mail_id, &self.entropy)
    }

    /// Opens what [`App::seal_token`] sealed for the mail; `None` when it is not that.
    #[must_use]
    pub fn open_token(&self, sealed: &[u8], mail_id: &str) -> Option<Opened> {
        self.keys.seal(Sealed::Outbox).open(sealed, mail_id)
    }

    fn new_mail(&self, post: Post<'_>, now: Millis) -> NewMail {
        let id = self.entropy.id(outbox::ID_PREFIX, now);
        let seal = |token: &Token| self.seal_token(token.expose(), &id);
        NewMail {
            secret: post.token.map(seal),
            to: post.to.clone(),
            locale: post.locale,
            content: post.content,
            user_id: post.user_id.map(str::to_owned),
            causes: self.causes(post.cause),
            created_at: now,
            id,
        }
    }

    fn causes(&self, cause: Cause<'_>) -> Causes {
        let client = |address| self.cause("client", &AddressKey::of(address).to_string());
        let person = |id: &str| self.cause("person", id);
        match cause {
            Cause::Caller(caller) => {
                // Whoever types on the machine has the hour to themselves.
                let actor = caller.actor_id.as_deref().filter(|id| *id != COMMAND_LINE);
                Causes {
                    client: caller.address.map(client),
                    person: actor.map(person),
                    campaign: None,
                }
            }
            Cause::Client(address) => Causes { client: Some(client(address)), ..Causes::default() },
            Cause::Person(id) => Causes { person: Some(person(id)), ..Causes::default() },
            Cause::Campaign(name) => {
                Causes { campaign: Some(campaign_key(name)), ..Causes::default() }
            }
        }
    }

    fn cause(&self, kind: &str, name: &str) -> String {
        let hash = self.keys.mail_causes.sign(format!("{kind}:{name}").as_bytes());
        format!("{kind}:{}", URL_SAFE_NO_PAD.encode(hash))
    }
}

/// Returns the name under which a campaign's share is counted; other causes' begin otherwise.
pub(super) fn campaign_key(name: &str) -> String {
    format!("campaign:{name}")
}

/// Seals the token of a mail anew, where an earlier secret has sealed it.
pub(super) fn anew(app: &App, mail_id: &str, stored: &[u8]) -> Anew<Vec<u8>> {
    match app.open_token(stored, mail_id) {
        Some(Opened::Current(_)) => Anew::Current,
        Some(Opened::Previous(token)) => Anew::Sealed(app.seal_token(&token, mail_id)),
        None => Anew::Unreadable,
    }
}
