//! Layer 2: a mail from its words to wherever mail goes.
//!
//! `letter` renders, a [`Transport`] delivers one message and says whether it
//! may be tried again. Neither knows the outbox: who calls and when is `tasks`'s.

mod file;
pub mod letter;

use crate::base::clock::Millis;
use crate::base::locale::Locale;
use crate::base::secret::Secret;
use crate::domain::email::Email;
use crate::domain::mail::MailKind;
use letter::Letter;

pub use file::FileTransport;

/// A rendered mail with its envelope.
pub struct Message {
    /// What it is.
    pub kind: MailKind,
    /// To whom.
    pub to: Email,
    /// In which language.
    pub locale: Locale,
    /// What it says.
    pub letter: Letter,
    /// The link it carries.
    pub url: Option<Secret<String>>,
    /// The token in that link.
    pub token: Option<Secret<String>>,
}

/// Why a mail did not go.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// It may go later.
    #[error("{reason}")]
    Later {
        /// What stands in the way; without addresses and secrets.
        reason: String,
    },
}

/// Where mail goes.
pub enum Transport {
    /// A file on this machine: no mail leaves it.
    File(FileTransport),
}

impl Transport {
    /// Delivers one mail, off the async threads.
    ///
    /// # Errors
    /// `Later`.
    ///
    /// # Cost
    /// A write that is on the disk when this returns.
    pub async fn deliver(&self, message: Message, now: Millis) -> Result<(), MailError> {
        match self {
            Self::File(file) => file.append(message, now).await,
        }
    }
}
