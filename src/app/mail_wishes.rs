//! Whether somebody wants a mail, and the link that ends its kind.
//!
//! Whoever posts a mail of an optional kind asks [`App::wants_mail`] before. The link
//! stands in the mail and in its headers, lives for ever, and needs no session.
//! Source: RFC 8058.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::App;
use crate::domain::mail::MailKind;
use crate::domain::mail_wish::{self, Leaving};
use crate::store::{StoreError, mail_refusals};

/// Keeps these links apart from those of the waitlist, which the same key signs.
const PURPOSE: &str = "mail~";

impl App {
    /// Tells whether somebody wants mails of a kind; those that are not optional always.
    ///
    /// # Errors
    /// As `Store::find`.
    ///
    /// # Cost
    /// A point read.
    pub async fn wants_mail(&self, user_id: &str, kind: MailKind) -> Result<bool, StoreError> {
        if !mail_wish::is_optional(kind) {
            return Ok(true);
        }
        let refused: Option<i64> =
            self.store.find(mail_refusals::stands(user_id, kind.name())).await?;
        Ok(refused.is_none())
    }

    /// Returns the link that ends what a mail is of.
    #[must_use]
    pub fn leave_url(&self, leaving: &Leaving) -> String {
        let text = leaving.text();
        let signature = self.keys.unsubscribe.sign(format!("{PURPOSE}{text}").as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(signature);
        let site = self.config.server.public_url.origin();
        format!("{site}/api/alerts/unsubscribe?token={text}.{signature}")
    }

    /// Returns the link that ends a kind of mail to somebody.
    #[must_use]
    pub fn leave_kind_url(&self, user_id: &str, kind: MailKind) -> Option<String> {
        let kind = mail_wish::OPTIONAL.into_iter().find(|known| *known == kind.name())?;
        Some(self.leave_url(&Leaving::Kind { user_id: user_id.to_owned(), kind }))
    }

    /// Reads the token of such a link; `None` when it is not ours.
    #[must_use]
    pub fn leaving(&self, token: &str) -> Option<Leaving> {
        let (text, signature) = token.rsplit_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        let signed = format!("{PURPOSE}{text}");
        let is_ours = self.keys.unsubscribe.verify(signed.as_bytes(), &signature);
        is_ours.then(|| Leaving::parse(text)).flatten()
    }
}
