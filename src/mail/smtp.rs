//! The SMTP carrier: a mail server that takes mails and passes them on.
//!
//! Encryption is what the settings say or there is no connection; it is never
//! tried first and given up. A connection is kept for a next mail and asked
//! whether it still lives before it is used again. What goes wrong before the
//! server has the mail's addresses is never the mail's fault: it goes later.

mod compose;
mod greeting;
mod reason;
mod wire;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lettre::Message as Mail;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::extension::{ClientId, Extension};
use tokio_rustls::TlsConnector;

use super::{Delivered, MailError, MailSetupError, Message, Sender};
use crate::base::bounds::{
    MAIL_SEND_TIMEOUT_S, SMTP_IDLE_CONNECTIONS_MAX, SMTP_IDLE_S_MAX, SMTP_PROBE_TIMEOUT_S,
    SMTP_QUOTA_WAIT_S,
};
use crate::base::clock::Millis;
use crate::base::trust;
use crate::config::{Encryption, Server, Smtp};

/// Hands mails to a mail server.
pub struct SmtpCarrier {
    host: String,
    port: u16,
    /// Our name, for the greeting and for message ids.
    site: String,
    security: Security,
    credentials: Option<Credentials>,
    timeout: Duration,
    /// Connections that wait for a next mail, the youngest last.
    idle: Mutex<Vec<Idle>>,
}

enum Security {
    StartTls(TlsConnector),
    Tls(TlsConnector),
    Plain,
}

struct Idle {
    connection: AsyncSmtpConnection,
    since: Millis,
}

/// A server that wants a login says so at the first command of a mail, and means us.
/// Source: RFC 4954 §6.
const LOGIN_MISSING: u16 = 530;

impl SmtpCarrier {
    /// Makes a carrier that is not connected yet.
    ///
    /// # Errors
    /// When the certificates to trust cannot be read.
    pub fn of(smtp: &Smtp, server: &Server) -> Result<Self, MailSetupError> {
        Ok(Self {
            host: smtp.host.clone(),
            port: smtp.port,
            site: server.public_url.mail_host(),
            security: match smtp.encryption {
                Encryption::StartTls => Security::StartTls(tls(smtp, server)?),
                Encryption::Tls => Security::Tls(tls(smtp, server)?),
                Encryption::None => Security::Plain,
            },
            credentials: smtp.login.as_ref().map(|login| {
                Credentials::new(login.username.clone(), login.password.expose().clone())
            }),
            timeout: Duration::from_secs(MAIL_SEND_TIMEOUT_S),
            idle: Mutex::default(),
        })
    }

    /// Hands one mail over.
    ///
    /// # Errors
    /// `Never` when the server refuses this mail for good, or it cannot be written
    /// at all; else `Later`.
    pub async fn send(
        &self,
        sender: &Sender,
        message: &Message,
        now: Millis,
    ) -> Result<Delivered, MailError> {
        let mail = compose::mail(sender, message, &self.site, now)?;
        match tokio::time::timeout(self.timeout, self.hand_over(&mail, now)).await {
            Ok(outcome) => outcome.map(|()| Delivered::default()),
            Err(_elapsed) => {
                Err(MailError::later(format!("{} did not answer in time", self.name())))
            }
        }
    }

    async fn hand_over(&self, mail: &Mail, now: Millis) -> Result<(), MailError> {
        let mut connection = match self.kept(now).await {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        let takes_utf8 = connection.server_info().supports_feature(Extension::SmtpUtfEight);
        let mut addresses = mail.envelope().to().iter().chain(mail.envelope().from());
        if !takes_utf8 && addresses.any(|address| !address.to_string().is_ascii()) {
            self.keep(connection, now);
            let reason = "takes no addresses with letters beyond ASCII";
            return Err(MailError::never(format!("{} {reason}", self.name())));
        }
        match connection.send(mail.envelope(), &mail.formatted()).await {
            Ok(_accepted) => {
                self.keep(connection, now);
                Ok(())
            }
            Err(error) => {
                let reason = reason::of(&self.name(), "refused the mail", &error);
                let is_login_missing = error.status().map(u16::from) == Some(LOGIN_MISSING);
                if reason::is_quota(&error) {
                    let retry_after_s = Some(SMTP_QUOTA_WAIT_S);
                    Err(MailError::Later { reason, retry_after_s })
                } else if error.is_permanent() && !is_login_missing {
                    Err(MailError::never(reason))
                } else {
                    Err(MailError::later(reason))
                }
            }
        }
    }

    /// Opens a connection that is encrypted and signed in as the settings want it.
    async fn connect(&self) -> Result<AsyncSmtpConnection, MailError> {
        let name = &ClientId::Domain(self.site.clone());
        let server = (self.host.as_str(), self.port);
        let opened = greeting::open(server, &self.security, name).await;
        let greeted = opened.map_err(|fault| {
            MailError::later(format!("{} {}: {}", self.name(), fault.stage, fault.reason))
        })?;
        let failed = |stage: &str, error: &lettre::transport::smtp::Error| {
            MailError::later(reason::of(&self.name(), stage, error))
        };
        let connected = AsyncSmtpConnection::connect_with_transport(Box::new(greeted), name).await;
        let mut connection = connected.map_err(|error| failed("refused the greeting", &error))?;
        if let Some(credentials) = &self.credentials {
            let signed_in = connection.auth(DEFAULT_MECHANISMS, credentials).await;
            signed_in.map_err(|error| failed("refused the login", &error))?;
        }
        Ok(connection)
    }

    /// Returns a connection that is young and still answers; drops those that are not.
    async fn kept(&self, now: Millis) -> Option<AsyncSmtpConnection> {
        while let Some(mut idle) = self.youngest() {
            if now >= idle.since.plus_s(SMTP_IDLE_S_MAX) {
                self.idle().clear();
                return None;
            }
            let patience = Duration::from_secs(SMTP_PROBE_TIMEOUT_S);
            let answer = tokio::time::timeout(patience, idle.connection.test_connected()).await;
            if answer.is_ok_and(|lives| lives) {
                return Some(idle.connection);
            }
        }
        None
    }

    fn keep(&self, connection: AsyncSmtpConnection, since: Millis) {
        let mut idle = self.idle();
        if idle.len() < SMTP_IDLE_CONNECTIONS_MAX {
            idle.push(Idle { connection, since });
        }
    }

    fn youngest(&self) -> Option<Idle> {
        self.idle().pop()
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Idle>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the server as reasons name it.
    fn name(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }
}

/// Makes what decides whether a server is who it says.
fn tls(smtp: &Smtp, server: &Server) -> Result<TlsConnector, MailSetupError> {
    let roots = match &smtp.ca_file {
        None => trust::well_known(),
        Some(file) => {
            let path = server.data_dir.join(file);
            trust::of_file(&path).map_err(|reason| MailSetupError::Certificates { path, reason })?
        }
    };
    let config = trust::client(roots).map_err(|error| MailSetupError::Tls(error.to_string()))?;
    Ok(TlsConnector::from(Arc::new(config)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn silent_server_is_left_at_the_deadline() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let carrier = SmtpCarrier {
            host: "127.0.0.1".to_owned(),
            port: listener.local_addr().unwrap().port(),
            site: "localhost".to_owned(),
            security: Security::Plain,
            credentials: None,
            timeout: Duration::from_millis(50),
            idle: Mutex::default(),
        };
        let sender = Sender { from: "a@example.com".parse().unwrap(), reply_to: None };
        let message = Message::example();
        let error = carrier.send(&sender, &message, Millis(0)).await.unwrap_err();
        let MailError::Later { reason, .. } = error else { panic!("{error}") };
        assert!(reason.ends_with("did not answer in time"), "{reason}");
    }
}
