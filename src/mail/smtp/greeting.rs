//! The greeting: from a bare connection to one whose server said what it can.
//!
//! It is ours because servers differ here and the library reads one form alone. Keywords
//! count in any case (RFC 5321 §2.4), `AUTH=LOGIN` is how servers announced a login before
//! RFC 2554, and one that refuses EHLO is greeted with HELO (RFC 5321 §3.2). The library
//! gets a connection that was greeted, and reads what was said in its own letters.

use std::fmt::Write as _;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::{Response, Severity};
use rustls::pki_types::ServerName;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpStream, lookup_host};
use tokio_rustls::TlsConnector;

use super::wire::{Greeted, Wire};
use super::{Security, reason};
use crate::base::bounds::{SMTP_ANSWER_BYTES_MAX, SMTP_CONNECT_TIMEOUT_S};

/// Why there is no greeted connection: what failed, and why.
pub struct Fault {
    /// What the server does not do, after its name.
    pub stage: &'static str,
    /// Why; no address is in it.
    pub reason: String,
}

/// Opens a connection to a mail server, encrypted as the settings want it, and greets.
///
/// # Errors
/// When the server cannot be reached, does not encrypt, or refuses every greeting.
pub async fn open(
    (host, port): (&str, u16),
    security: &Security,
    name: &ClientId,
) -> Result<Greeted, Fault> {
    let (tcp, peer) = connect(host, port).await?;
    let talk = match security {
        Security::Plain => Talk::with(Box::new(tcp)).welcomed().await?,
        Security::Tls(tls) => {
            Talk::with(encrypted(Box::new(tcp), host, tls).await?).welcomed().await?
        }
        Security::StartTls(tls) => {
            let mut talk = Talk::with(Box::new(tcp)).welcomed().await?;
            let offer = talk.greet(name).await?;
            if !offer.message().skip(1).any(|line| keyword(line) == "STARTTLS") {
                return Err(not_encrypted("it does not offer STARTTLS".to_owned()));
            }
            let turn = talk.ask("STARTTLS\r\n").await.map_err(not_encrypted)?;
            if !turn.is_positive() {
                return Err(not_encrypted(reason::of_answer(&turn)));
            }
            let plain = talk.silent().map_err(not_encrypted)?;
            Talk::with(encrypted(plain, host, tls).await?)
        }
    };
    greeted(talk, peer, name).await
}

/// Greets over the connection that stays.
async fn greeted(mut talk: Talk, peer: SocketAddr, name: &ClientId) -> Result<Greeted, Fault> {
    let offer = talk.greet(name).await?;
    let wire = talk.silent().map_err(unwelcome)?;
    Ok(Greeted::of(wire, peer, repeated(&offer)))
}

/// Tries one address after the other.
async fn connect(host: &str, port: u16) -> Result<(TcpStream, SocketAddr), Fault> {
    let patience = Duration::from_secs(SMTP_CONNECT_TIMEOUT_S);
    let addresses = lookup_host((host, port)).await.map_err(|error| unreached(&error))?;
    let mut last = io::Error::new(io::ErrorKind::NotFound, "its name has no address");
    for address in addresses {
        match tokio::time::timeout(patience, TcpStream::connect(address)).await {
            Ok(Ok(tcp)) => return Ok((tcp, address)),
            Ok(Err(error)) => last = error,
            Err(elapsed) => last = elapsed.into(),
        }
    }
    Err(unreached(&last))
}

async fn encrypted(
    wire: Box<dyn Wire>,
    host: &str,
    tls: &TlsConnector,
) -> Result<Box<dyn Wire>, Fault> {
    let name =
        ServerName::try_from(host.to_owned()).map_err(|error| not_encrypted(error.to_string()))?;
    let stream = tls.connect(name, wire).await.map_err(|error| not_encrypted(error.to_string()))?;
    Ok(Box::new(stream))
}

/// A connection on which one asks and the other answers.
struct Talk {
    wire: BufReader<Box<dyn Wire>>,
}

impl Talk {
    fn with(wire: Box<dyn Wire>) -> Self {
        Self { wire: BufReader::new(wire) }
    }

    /// Waits until the server says that it is there.
    async fn welcomed(mut self) -> Result<Self, Fault> {
        let welcome = self.answer().await.map_err(unwelcome)?;
        if welcome.is_positive() { Ok(self) } else { Err(unwelcome(reason::of_answer(&welcome))) }
    }

    /// Says who we are, in the older way where the server does not know the newer.
    async fn greet(&mut self, name: &ClientId) -> Result<Response, Fault> {
        let mut offer = self.ask(&format!("EHLO {name}\r\n")).await.map_err(unwelcome)?;
        if offer.code().severity == Severity::PermanentNegativeCompletion {
            offer = self.ask(&format!("HELO {name}\r\n")).await.map_err(unwelcome)?;
        }
        if offer.is_positive() { Ok(offer) } else { Err(unwelcome(reason::of_answer(&offer))) }
    }

    async fn ask(&mut self, command: &str) -> Result<Response, String> {
        let sent = self.wire.get_mut().write_all(command.as_bytes()).await;
        sent.map_err(|error| error.to_string())?;
        self.wire.get_mut().flush().await.map_err(|error| error.to_string())?;
        self.answer().await
    }

    /// Reads one answer, of one line or several. Source: RFC 5321 §4.2.1.
    async fn answer(&mut self) -> Result<Response, String> {
        let mut text = String::new();
        let mut room = SMTP_ANSWER_BYTES_MAX;
        loop {
            let mut line = Vec::new();
            let read = (&mut self.wire).take(room).read_until(b'\n', &mut line).await;
            let length = read.map_err(|error| error.to_string())?;
            if !line.ends_with(b"\n") {
                return Err(String::from(match length {
                    0 => "the connection broke off",
                    _ => "the answer has no end",
                }));
            }
            room = room.saturating_sub(line.len().try_into().unwrap_or(room));
            let line = String::from_utf8_lossy(&line).trim_end().to_owned();
            let is_last = line.as_bytes().get(3) != Some(&b'-');
            text.push_str(&line);
            text.push_str("\r\n");
            if is_last {
                break;
            }
        }
        text.parse().map_err(|_error| String::from("the answer made no sense"))
    }

    /// Gives the connection back, of a server that said no more than it was asked: what it
    /// adds before TLS anybody on the way may have said. Source: RFC 3207 §6.
    fn silent(self) -> Result<Box<dyn Wire>, String> {
        if self.wire.buffer().is_empty() {
            Ok(self.wire.into_inner())
        } else {
            Err(String::from("it said more than it was asked"))
        }
    }
}

/// Writes what a server said as the library reads it: a welcome, and the offer in capitals.
fn repeated(offer: &Response) -> Bytes {
    let mut lines: Vec<String> = offer.message().map(ToOwned::to_owned).collect();
    for line in lines.iter_mut().skip(1) {
        if keyword(line) == "AUTH" {
            *line = line.replace('=', " ");
        }
        line.make_ascii_uppercase();
    }
    let mut text = String::from("220 welcome\r\n");
    let last = lines.len().saturating_sub(1);
    for (at, line) in lines.iter().enumerate() {
        let sign = if at == last { ' ' } else { '-' };
        let _ = write!(text, "250{sign}{line}\r\n");
    }
    Bytes::from(text)
}

/// Returns what a line of an offer names, in capitals.
fn keyword(line: &str) -> String {
    let end = line.find([' ', '=']).unwrap_or(line.len());
    line.get(..end).unwrap_or_default().to_ascii_uppercase()
}

fn unreached(error: &io::Error) -> Fault {
    Fault { stage: "cannot be reached", reason: error.to_string() }
}

fn unwelcome(reason: String) -> Fault {
    Fault { stage: "refused the greeting", reason }
}

fn not_encrypted(reason: String) -> Fault {
    Fault { stage: "does not turn to TLS", reason }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offer_counts_in_any_case_and_with_the_old_sign() {
        for (line, expected) in [
            ("auth plain login", "AUTH PLAIN LOGIN"),
            ("AUTH=LOGIN", "AUTH LOGIN"),
            ("auth=cram-md5 plain", "AUTH CRAM-MD5 PLAIN"),
            ("SmtpUtf8", "SMTPUTF8"),
            ("size 1000=x", "SIZE 1000=X"),
        ] {
            let offer: Response = format!("250-mx.example\r\n250 {line}\r\n").parse().unwrap();
            let expected = format!("220 welcome\r\n250-mx.example\r\n250 {expected}\r\n");
            assert_eq!(repeated(&offer), expected, "{line}");
        }
    }
}
