//! The file carrier: one JSON object a line, for development and for tests.
//!
//! The file is for its owner alone, because the links in it open accounts; it is never
//! shortened, so it goes on holding whom a real mailbox would have told. A line
//! is written whole and forced to the disk before the mail counts as sent.

use std::fs::File;
use std::io::{self, Write as _};
use std::path::PathBuf;

use serde::Serialize;

use super::{Delivered, MailError, Message, Sender};
use crate::base::clock::Millis;
use crate::base::own;
use crate::base::secret::Secret;

/// Appends mails to a file.
pub struct FileCarrier {
    /// The file.
    pub path: PathBuf,
}

/// One line. Source: product contract 2, the file mail transport.
#[derive(Serialize)]
struct Line<'a> {
    at: String,
    to: &'a str,
    from: String,
    subject: &'a str,
    kind: &'a str,
    locale: &'a str,
    headers: serde_json::Map<String, serde_json::Value>,
    text: &'a str,
    html: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    otp: Option<&'a str>,
}

impl FileCarrier {
    /// Appends one mail.
    ///
    /// # Errors
    /// `Later` when the file cannot be written.
    pub async fn append(
        &self,
        sender: &Sender,
        message: &Message,
        now: Millis,
    ) -> Result<Delivered, MailError> {
        let line = line(sender, message, now)
            .map_err(|error| MailError::later(format!("cannot write the mail down: {error}")))?;
        let path = self.path.clone();
        match tokio::task::spawn_blocking(move || append(&path, &line)).await {
            Ok(Ok(())) => Ok(Delivered::default()),
            Ok(Err(error)) => Err(MailError::later(format!("cannot write the mail file: {error}"))),
            Err(_stopped) => Err(MailError::later("the program is stopping")),
        }
    }
}

fn line(sender: &Sender, message: &Message, now: Millis) -> serde_json::Result<Vec<u8>> {
    let reply_to = sender.reply_to.iter().map(|mailbox| ("Reply-To", mailbox.to_string()));
    let headers = reply_to.chain(message.headers.iter().cloned());
    let headers = headers.map(|(name, value)| (name.to_owned(), value.into()));
    let mut line = serde_json::to_vec(&Line {
        at: now.iso(),
        to: message.to.as_str(),
        from: sender.from.to_string(),
        subject: &message.letter.subject,
        kind: message.kind.name(),
        locale: message.locale.tag(),
        headers: headers.collect(),
        text: &message.letter.text,
        html: &message.letter.html,
        url: shown(message.url.as_ref()),
        token: shown(message.token.as_ref()),
        otp: shown(message.otp.as_ref()),
    })?;
    line.push(b'\n');
    Ok(line)
}

/// The file is where a developer and the tests find what a mailbox would have held.
fn shown(secret: Option<&Secret<String>>) -> Option<&str> {
    secret.map(|secret| secret.expose().as_str())
}

/// One `write` on a file opened for appending: lines of two processes never mix.
fn append(path: &PathBuf, line: &[u8]) -> io::Result<()> {
    let mut file: File = own::options().create(true).append(true).open(path)?;
    file.write_all(line)?;
    file.sync_data()
}
