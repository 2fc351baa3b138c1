//! Layer 2: a mail from its words to wherever mail goes.
//!
//! `letter` renders, a [`Transport`] delivers one message and says whether it
//! may be tried again. Neither knows the outbox: who calls and when is `tasks`'s.
//! Who a mail is from is the same for every carrier and therefore said here.

mod file;
pub mod letter;
mod resend;
mod smtp;

use std::path::PathBuf;
use std::sync::Arc;

use lettre::message::Mailbox;

use crate::base::clock::Millis;
use crate::base::locale::Locale;
use crate::base::secret::Secret;
use crate::config::{self, Config};
use crate::domain::email::Email;
use crate::domain::mail::MailKind;
use file::FileCarrier;
use letter::Letter;
use resend::ResendCarrier;
use smtp::SmtpCarrier;

/// The brand's logo, which a mail carries inside itself: nothing is fetched to show it.
pub struct Logo {
    /// The picture.
    pub png: Vec<u8>,
    /// Pixels from left to right, two for each that it shows.
    pub width: u32,
    /// Pixels from top to bottom, two for each that it shows.
    pub height: u32,
}

impl Logo {
    /// What the HTML calls it, after `cid:`. Source: RFC 2392.
    pub const CID: &str = "logo";

    /// What it is called when somebody saves it.
    pub const FILE: &str = "logo.png";

    /// What it is.
    pub const MEDIA_TYPE: &str = "image/png";
}

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
    /// The logo that its HTML shows.
    pub logo: Option<Arc<Logo>>,
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

    /// Returns an error that another try would meet again.
    #[must_use]
    pub fn never(reason: impl Into<String>) -> Self {
        Self::Never { reason: reason.into() }
    }
}

/// Why the settings make no transport.
#[derive(Debug, thiserror::Error)]
pub enum MailSetupError {
    /// The certificates to trust cannot be read.
    #[error("cannot use mail.smtp.ca_file, {}: {reason}", path.display())]
    Certificates {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// TLS cannot be set up.
    #[error("cannot set up TLS to the mail server: {0}")]
    Tls(String),
}

/// Whom mails are from, whatever carries them.
struct Sender {
    /// The mailbox that they name.
    from: Mailbox,
    /// Where answers go.
    reply_to: Option<Mailbox>,
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
    /// A mail server.
    Smtp(Box<SmtpCarrier>),
    /// Resend's HTTP API.
    Resend(ResendCarrier),
}

impl Transport {
    /// Makes the transport that the settings name.
    ///
    /// # Errors
    /// [`MailSetupError`] when a setting does not fit.
    ///
    /// # Cost
    /// Reads `mail.smtp.ca_file`; connects to nobody.
    pub fn of(config: &Config) -> Result<Self, MailSetupError> {
        let sender = Sender { from: config.mail_from(), reply_to: config.mail.reply_to.clone() };
        let carrier = match &config.mail.carrier {
            config::Carrier::File(file) => {
                Carrier::File(FileCarrier { path: config.server.data_dir.join(file) })
            }
            config::Carrier::Smtp(smtp) => {
                Carrier::Smtp(Box::new(SmtpCarrier::of(smtp, &config.server)?))
            }
            config::Carrier::Resend(resend) => Carrier::Resend(ResendCarrier::of(resend)),
        };
        Ok(Self { sender, carrier })
    }

    /// Tells whether mails go into a file on this machine.
    #[must_use]
    pub const fn is_file(&self) -> bool {
        match self.carrier {
            Carrier::File(_) => true,
            Carrier::Smtp(_) | Carrier::Resend(_) => false,
        }
    }

    /// Delivers one mail; whoever accepts it has it when this returns.
    ///
    /// # Errors
    /// [`MailError`], which says whether it may be tried again.
    ///
    /// # Cost
    /// A write that is on the disk, or up to `MAIL_SEND_TIMEOUT_S` of waiting for
    /// another machine; no async thread is held.
    pub async fn deliver(&self, mut message: Message, now: Millis) -> Result<Delivered, MailError> {
        message.keep_to_lines();
        match &self.carrier {
            Carrier::File(file) => file.append(&self.sender, &message, now).await,
            Carrier::Smtp(smtp) => smtp.send(&self.sender, &message, now).await,
            Carrier::Resend(resend) => resend.send(&self.sender, &message, now).await,
        }
    }
}

impl Message {
    /// A mail for tests.
    #[cfg(test)]
    fn example() -> Self {
        Self {
            id: "out_1".to_owned(),
            kind: MailKind::VerifyEmail,
            to: Email::from_store("ana@example.com".to_owned()),
            locale: Locale::Es,
            letter: Letter {
                subject: "Hola".to_owned(),
                text: "t".to_owned(),
                html: "h".to_owned(),
            },
            logo: None,
            headers: Vec::new(),
            url: None,
            token: None,
            otp: None,
        }
    }

    /// Takes everything out of what becomes a header that could start another one.
    fn keep_to_lines(&mut self) {
        let headers = self.headers.iter_mut().map(|(_, value)| value);
        for text in headers.chain([&mut self.letter.subject]) {
            *text = text.replace(char::is_control, " ");
        }
    }
}
