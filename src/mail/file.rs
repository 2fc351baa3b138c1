//! The file transport: one JSON object a line, for development and for tests.
//!
//! The file is for its owner alone, because the links in it open accounts. A line
//! is written whole and forced to the disk before the mail counts as sent.

use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::PathBuf;

use serde::Serialize;

use super::{MailError, Message};
use crate::base::clock::Millis;

/// Appends mails to a file.
pub struct FileTransport {
    /// The file.
    pub path: PathBuf,
    /// The sender that each line names.
    pub from: String,
    /// Where answers go.
    pub reply_to: Option<String>,
}

/// One line. Source: product contract 2, the file mail transport.
#[derive(Serialize)]
struct Line<'a> {
    at: String,
    to: &'a str,
    from: &'a str,
    subject: &'a str,
    kind: &'a str,
    locale: &'a str,
    headers: serde_json::Value,
    text: &'a str,
    html: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<&'a str>,
}

impl FileTransport {
    /// Appends one mail.
    ///
    /// # Errors
    /// `Later` when the file cannot be written.
    pub async fn append(&self, message: Message, now: Millis) -> Result<(), MailError> {
        let line = self.line(&message, now).map_err(|error| later(&error.to_string()))?;
        let path = self.path.clone();
        let written = tokio::task::spawn_blocking(move || append(&path, &line)).await;
        match written {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => Err(later(&format!("cannot write the mail file: {error}"))),
            Err(_stopped) => Err(later("the program is stopping")),
        }
    }

    fn line(&self, message: &Message, now: Millis) -> serde_json::Result<Vec<u8>> {
        let headers = self.reply_to.as_ref().map_or_else(
            || serde_json::json!({}),
            |address| serde_json::json!({"Reply-To": address}),
        );
        let mut line = serde_json::to_vec(&Line {
            at: now.iso(),
            to: message.to.as_str(),
            from: &self.from,
            subject: &message.letter.subject,
            kind: message.kind.name(),
            locale: message.locale.tag(),
            headers,
            text: &message.letter.text,
            html: &message.letter.html,
            url: message.url.as_ref().map(|url| url.expose().as_str()),
            token: message.token.as_ref().map(|token| token.expose().as_str()),
        })?;
        line.push(b'\n');
        Ok(line)
    }
}

/// One `write` on a file opened for appending: lines of two processes never mix.
fn append(path: &PathBuf, line: &[u8]) -> io::Result<()> {
    let mut file: File = OpenOptions::new().create(true).append(true).mode(0o600).open(path)?;
    file.write_all(line)?;
    file.sync_data()
}

fn later(reason: &str) -> MailError {
    MailError::Later { reason: reason.to_owned() }
}
