//! Where a server is and how it is reached: `postgres://user@host/name?sslmode=…`.
//!
//! `sslmode` is read here, because what it promises is ours to keep: `require`
//! encrypts, `verify-ca` also proves who vouches for the server, `verify-full` its name.
//! Without it a connection on the machine itself takes TLS if there is any, and one that
//! leaves the machine proves the name. A silent fallback to plain text never leaves it.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::str::FromStr as _;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use tokio_postgres::config::{Host, SslMode};

use super::tls;
use crate::base::bounds::{SERVER_CONNECT_S_MAX, SERVER_KEEPALIVE_S};
use crate::base::secret::Secret;
use crate::store::StoreError;

/// How much TLS promises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tls {
    /// None is used.
    Off,
    /// It is used when the server has it; loopback alone.
    Opportunistic,
    /// It is used, whoever the server is.
    Encrypted,
    /// It is used and proves that the file's authorities vouch for the server, whatever
    /// its name.
    Vouched(PathBuf),
    /// It is used and proves the server's name.
    Proven(Authorities),
}

/// Who may vouch for a server's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Authorities {
    /// Mozilla's, inside this binary.
    Mozilla,
    /// Those of the machine: `sslrootcert=system`.
    System,
    /// Those of a file.
    File(PathBuf),
}

/// A database on a server.
#[derive(Clone)]
pub struct Address {
    pub(super) config: tokio_postgres::Config,
    pub(super) tls: Tls,
    /// Most connections that this process opens.
    pub connections_max: usize,
}

/// Why an address cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AddressError {
    /// It is no address.
    #[error("database.url is no address of a database server: {0}")]
    Syntax(String),
    /// The mode is not one of ours.
    #[error(
        "database.url has sslmode={0}; it may be disable, prefer (on this machine), require, \
         verify-ca (with sslrootcert=FILE) or verify-full"
    )]
    Mode(String),
    /// An authority that everybody can ask proves nothing without the server's name.
    #[error(
        "database.url has sslmode={0} without the name of a file in sslrootcert: a certificate \
         of a public authority proves nothing unless the server's name is compared; set \
         sslrootcert=FILE, or sslmode=verify-full"
    )]
    Vouching(String),
    /// Plain text would leave the machine without anybody saying so.
    #[error(
        "database.url has sslmode=prefer, which falls back to plain text, and {0} is not this \
         machine; use sslmode=verify-full, require, or disable"
    )]
    Fallback(String),
}

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// [`AddressError`]; none of them repeats a password.
    pub fn parse(url: &Secret<String>, connections_max: usize) -> Result<Self, AddressError> {
        let (rest, mode, authorities) = split(url.expose());
        let mut config = tokio_postgres::Config::from_str(&rest).map_err(|error| {
            let cause = std::error::Error::source(&error).map(ToString::to_string);
            AddressError::Syntax(cause.unwrap_or_else(|| error.to_string()))
        })?;
        if config.get_hosts().is_empty() {
            return Err(AddressError::Syntax(String::from("it names no host")));
        }
        let authorities = match authorities.as_deref() {
            None | Some("") => Authorities::Mozilla,
            Some("system") => Authorities::System,
            Some(file) => Authorities::File(PathBuf::from(file)),
        };
        let far = config.get_hosts().iter().find(|host| !is_local(host)).map(shown);
        let tls = match (mode.as_deref(), authorities, far) {
            (Some("disable"), _, _) => Tls::Off,
            (Some(weak @ ("prefer" | "require" | "verify-ca")), Authorities::System, _)
            | (Some(weak @ "verify-ca"), Authorities::Mozilla, _) => {
                return Err(AddressError::Vouching(weak.to_owned()));
            }
            (Some("prefer"), _, Some(host)) => return Err(AddressError::Fallback(host)),
            (Some("require"), Authorities::Mozilla, _) => Tls::Encrypted,
            // As libpq has it: whoever names authorities wants them asked.
            (Some("require" | "verify-ca"), Authorities::File(file), _) => Tls::Vouched(file),
            (Some("verify-full"), authorities, _)
            | (None, authorities, Some(_))
            | (None, authorities @ Authorities::System, None) => Tls::Proven(authorities),
            (Some("prefer") | None, _, None) => Tls::Opportunistic,
            (Some(other), _, _) => return Err(AddressError::Mode(other.to_owned())),
        };
        config.ssl_mode(match tls {
            Tls::Off => SslMode::Disable,
            Tls::Opportunistic => SslMode::Prefer,
            Tls::Encrypted | Tls::Vouched(_) | Tls::Proven(_) => SslMode::Require,
        });
        if config.get_application_name().is_none() {
            config.application_name("antesala");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(SERVER_CONNECT_S_MAX));
        }
        config.keepalives_idle(Duration::from_secs(SERVER_KEEPALIVE_S));
        config.tcp_user_timeout(Duration::from_secs(SERVER_KEEPALIVE_S));
        Ok(Self { config, tls, connections_max })
    }

    /// Looks at the authorities that the address names.
    ///
    /// # Errors
    /// `Engine` when they cannot be read.
    pub fn look(&self) -> Result<(), StoreError> {
        tls::connector(&self.tls).map(drop)
    }

    /// Returns the address for one who needs one connection.
    #[must_use]
    pub fn alone(&self) -> Self {
        Self { connections_max: 1, ..self.clone() }
    }

    /// Returns the address for whoever leaves one connection to somebody else.
    #[must_use]
    pub fn but_one(&self) -> Self {
        Self { connections_max: self.connections_max.saturating_sub(1).max(1), ..self.clone() }
    }

    /// Returns the command that copies the database before migration `number`.
    #[must_use]
    pub fn dump_command(&self, number: i64) -> String {
        format!("pg_dump --format=custom --file=before-migration-{number:04}.dump {}", self.url())
    }

    /// The address as libpq's tools take it, without the password.
    fn url(&self) -> String {
        format!("'postgres://{self}'")
    }

    /// Tells whether plain text leaves the machine, as the operator chose.
    #[must_use]
    pub fn is_exposed(&self) -> bool {
        self.tls == Tls::Off && !self.config.get_hosts().iter().all(is_local)
    }
}

/// `user@host:port/name`, never the password.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let user = self.config.get_user().unwrap_or("postgres");
        let hosts: Vec<_> = self.config.get_hosts().iter().map(shown).collect();
        let port = self.config.get_ports().first().copied().unwrap_or(5432);
        let name = self.config.get_dbname().unwrap_or(user);
        write!(f, "{user}@{}:{port}/{name}", hosts.join(","))
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Takes `sslmode` and `sslrootcert` out of an address.
fn split(url: &str) -> (String, Option<String>, Option<String>) {
    let Some((base, query)) = url.split_once('?') else {
        return (url.to_owned(), None, None);
    };
    let value = |name: &str| {
        let pairs = query.rsplit('&').filter_map(|pair| pair.split_once('='));
        let found = pairs.into_iter().find(|(key, _)| *key == name);
        found.map(|(_, value)| percent_decode_str(value).decode_utf8_lossy().into_owned())
    };
    let is_other = |pair: &&str| !pair.starts_with("sslmode=") && !pair.starts_with("sslrootcert=");
    let rest: Vec<&str> = query.split('&').filter(is_other).collect();
    let rest = if rest.is_empty() { base.to_owned() } else { format!("{base}?{}", rest.join("&")) };
    (rest, value("sslmode"), value("sslrootcert"))
}

fn is_local(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

fn shown(host: &Host) -> String {
    match host {
        Host::Tcp(name) => name.clone(),
        #[cfg(unix)]
        Host::Unix(folder) => folder.display().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Result<Address, String> {
        Address::parse(&Secret::new(url.to_owned()), 4).map_err(|error| error.to_string())
    }

    #[test]
    fn mode_follows_the_host_unless_it_is_said() {
        for (url, tls) in [
            ("postgres://a@localhost/b", Tls::Opportunistic),
            ("postgres://a@[::1]/b?sslmode=prefer", Tls::Opportunistic),
            ("postgres://a@db.example.com/b", Tls::Proven(Authorities::Mozilla)),
            ("postgres://a@db.example.com/b?sslmode=require", Tls::Encrypted),
            ("postgres://a@db.example.com/b?sslmode=disable", Tls::Off),
            (
                "postgres://a@127.0.0.1/b?sslmode=verify-full&sslrootcert=%2Fca.pem",
                Tls::Proven(Authorities::File(PathBuf::from("/ca.pem"))),
            ),
            (
                "postgres://a@h/b?sslmode=verify-ca&sslrootcert=/ca.pem",
                Tls::Vouched(PathBuf::from("/ca.pem")),
            ),
            (
                "postgres://a@h/b?sslmode=require&sslrootcert=/ca.pem",
                Tls::Vouched(PathBuf::from("/ca.pem")),
            ),
            ("postgres://a@h/b?sslrootcert=system", Tls::Proven(Authorities::System)),
            ("postgres://a@localhost/b?sslrootcert=system", Tls::Proven(Authorities::System)),
        ] {
            assert_eq!(parse(url).unwrap().tls, tls, "{url}");
        }
        assert!(parse("postgres://a@10.0.0.1/b?sslmode=prefer").unwrap_err().contains("10.0.0.1"));
        assert!(parse("postgres://a@h/b?sslmode=allow").unwrap_err().contains("verify-ca"));
        for weak in ["verify-ca", "verify-ca&sslrootcert=system", "require&sslrootcert=system"] {
            let said = parse(&format!("postgres://a@h/b?sslmode={weak}")).unwrap_err();
            assert!(said.contains("sslrootcert=FILE"), "{weak}: {said}");
        }
    }

    #[test]
    fn address_is_shown_without_its_password() {
        let address = parse("postgres://ana:geheim@db.example.com:6543/antesala").unwrap();
        assert_eq!(
            format!("{address} {address:?}"),
            "ana@db.example.com:6543/antesala ".repeat(2).trim_end()
        );
        let wrong = parse("postgres://ana:geheim@db.example.com:port/antesala").unwrap_err();
        assert!(!wrong.contains("geheim"), "{wrong}");
        assert!(parse("postgres:///antesala").unwrap_err().contains("no host"));
    }
}
