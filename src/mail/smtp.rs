//! The SMTP carrier: a mail server that takes mails and passes them on.
//!
//! Encryption is what the settings say or there is no connection; it is never
//! tried first and given up. A connection is kept for a next mail and asked
//! whether it still lives before it is used again. What goes wrong before the
//! server has the mail's addresses is never the mail's fault: it goes later.

mod compose;
mod login;
mod reason;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use lettre::Message as Mail;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters, TlsParametersBuilder,
};
use lettre::transport::smtp::extension::{ClientId, Extension};

use super::{Delivered, MailError, MailSetupError, Message, Sender};
use crate::base::bounds::{
    MAIL_SEND_TIMEOUT_S, SMTP_CONNECT_TIMEOUT_S, SMTP_IDLE_CONNECTIONS_MAX, SMTP_IDLE_S_MAX,
    SMTP_PROBE_TIMEOUT_S, SMTP_QUOTA_WAIT_S,
};
use crate::base::clock::Millis;
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
    StartTls(TlsParameters),
    Tls(TlsParameters),
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
                Encryption::StartTls => Security::StartTls(trust(smtp, server)?),
                Encryption::Tls => Security::Tls(trust(smtp, server)?),
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
        let failed = |stage: &str, error: &lettre::transport::smtp::Error| {
            MailError::later(reason::of(&self.name(), stage, error))
        };
        let greeting = ClientId::Domain(self.site.clone());
        let wrapper = match &self.security {
            Security::Tls(parameters) => Some(parameters.clone()),
            Security::StartTls(_) | Security::Plain => None,
        };
        let server = (self.host.as_str(), self.port);
        let patience = Some(Duration::from_secs(SMTP_CONNECT_TIMEOUT_S));
        let opened =
            AsyncSmtpConnection::connect_tokio1(server, patience, &greeting, wrapper, None).await;
        let mut connection = opened.map_err(|error| failed("cannot be reached", &error))?;
        if let Security::StartTls(parameters) = &self.security {
            let encrypted = connection.starttls(parameters.clone(), &greeting).await;
            encrypted.map_err(|error| failed("does not turn to TLS", &error))?;
        }
        if let Some(credentials) = &self.credentials {
            let signed_in = login::sign_in(&mut connection, &greeting, credentials).await;
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
fn trust(smtp: &Smtp, server: &Server) -> Result<TlsParameters, MailSetupError> {
    let builder = TlsParametersBuilder::new(smtp.host.clone());
    let builder = match &smtp.ca_file {
        None => builder.certificate_store(CertificateStore::WebpkiRoots),
        Some(file) => {
            let path = server.data_dir.join(file);
            let certificates = std::fs::read(&path)
                .map_err(|error| error.to_string())
                .and_then(|pem| certificates(&pem))
                .map_err(|reason| MailSetupError::Certificates { path, reason })?;
            builder.certificate_store(CertificateStore::None).add_root_certificate(certificates)
        }
    };
    builder.build().map_err(|error| MailSetupError::Tls(error.to_string()))
}

fn certificates(pem: &[u8]) -> Result<Certificate, String> {
    let is_pem = String::from_utf8_lossy(pem).contains("-----BEGIN CERTIFICATE-----");
    match Certificate::from_pem(pem) {
        Ok(certificates) if is_pem => Ok(certificates),
        Ok(_) | Err(_) => Err("it holds no certificates in PEM".to_owned()),
    }
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
