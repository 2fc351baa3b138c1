//! Layer 2: a mail from its words to wherever mail goes.
//!
//! `letter` renders, a [`Transport`] delivers one message and says whether it
//! may be tried again. Neither knows the outbox: who calls and when is `tasks`'s.
//! Who a mail is from is the same for every carrier and therefore said here.

mod file;
pub mod letter;

use std::str::FromStr as _;

use email_address::EmailAddress;

use crate::base::clock::Millis;
use crate::base::locale::Locale;
use crate::base::secret::Secret;
use crate::config::Config;
use crate::domain::email::Email;
use crate::domain::mail::MailKind;
use file::FileCarrier;
use letter::Letter;

/// A rendered mail with its envelope.
pub struct Message {
    /// The outbox id: what a provider tells repeats by, and the mail's own `Message-ID`.
    pub id: String,
    /// What it is.
    pub kind: MailKind,
    /// To whom.
    pub to: Email,
    /// In which language.
    pub locale: Locale,
    /// What it says.
    pub letter: Letter,
    /// Headers beside the usual ones, such as `List-Unsubscribe`.
    pub headers: Vec<(&'static str, String)>,
    /// The link it carries.
    pub url: Option<Secret<String>>,
    /// The token in that link.
    pub token: Option<Secret<String>>,
    /// The code that somebody types off.
    pub otp: Option<Secret<String>>,
}

/// What became of a mail that went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delivered {
    /// What the provider calls it; `None` where there is no provider.
    pub provider_id: Option<String>,
}

/// Why a mail did not go. No reason holds an address or a secret.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// It may go later.
    #[error("{reason}")]
    Later {
        /// What stands in the way.
        reason: String,
        /// Least wait that whoever refused asked for, in seconds.
        retry_after_s: Option<i64>,
    },
    /// It will never go: the same mail would be refused again.
    #[error("{reason}")]
    Never {
        /// What is wrong with it.
        reason: String,
    },
}

impl MailError {
    /// Returns an error of something that may work later, nobody said when.
    #[must_use]
    pub fn later(reason: impl Into<String>) -> Self {
        Self::Later { reason: reason.into(), retry_after_s: None }
    }
}

/// Why the settings make no transport.
#[derive(Debug, thiserror::Error)]
pub enum MailSetupError {
    /// A setting holds no mailbox.
    #[error("{key} = \"{found}\": expected a mailbox such as Example <hola@example.com>")]
    NoMailbox {
        /// The setting.
        key: &'static str,
        /// What it holds.
        found: String,
    },
}

/// Whom mails are from, whatever carries them.
struct Sender {
    /// The mailbox that they name.
    from: String,
    /// Where answers go.
    reply_to: Option<String>,
}

/// Takes mails to wherever the settings say.
pub struct Transport {
    sender: Sender,
    carrier: Carrier,
}

/// What carries a mail.
enum Carrier {
    /// A file on this machine: no mail leaves it.
    File(FileCarrier),
}

impl Transport {
    /// Makes the transport that the settings name.
    ///
    /// # Errors
    /// [`MailSetupError`] when a setting does not fit.
    pub fn of(config: &Config) -> Result<Self, MailSetupError> {
        let sender = Sender::of(config)?;
        let path = config.server.data_dir.join(&config.mail.file);
        Ok(Self { sender, carrier: Carrier::File(FileCarrier { path }) })
    }

    /// Tells whether mails go into a file on this machine.
    #[must_use]
    pub const fn is_file(&self) -> bool {
        match self.carrier {
            Carrier::File(_) => true,
        }
    }

    /// Delivers one mail, off the async threads.
    ///
    /// # Errors
    /// [`MailError`], which says whether it may be tried again.
    ///
    /// # Cost
    /// A write that is on the disk when this returns.
    pub async fn deliver(&self, message: Message, now: Millis) -> Result<Delivered, MailError> {
        match &self.carrier {
            Carrier::File(file) => file.append(&self.sender, &message, now).await,
        }
    }
}

impl Sender {
    fn of(config: &Config) -> Result<Self, MailSetupError> {
        let mailbox = |key, text: String| match EmailAddress::from_str(&text) {
            Ok(_) => Ok(text),
            Err(_syntax) => Err(MailSetupError::NoMailbox { key, found: text }),
        };
        let reply_to = config.mail.reply_to.clone();
        Ok(Self {
            from: mailbox("mail.from", config.mail_from())?,
            reply_to: reply_to.map(|text| mailbox("mail.reply_to", text)).transpose()?,
        })
    }
}
