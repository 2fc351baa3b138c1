//! `[server]`, `[database]`, `[metrics]`, `[audit]`, `[log]`: where the process lives.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;

use ipnet::IpNet;
use url::{Host, Url};

use super::key::{self, Key, Kind, Use};
use super::values::Values;
use crate::base::loopback::is_loopback;
use crate::base::secret::Secret;

const fn now(path: &'static str, kind: Kind, default: &'static str) -> Key {
    Key { path, kind, default, use_: Use::Now }
}

/// The keys of these sections.
pub const KEYS: &[Key] = &[
    now("server.listen", Kind::Listen, "\"127.0.0.1:3000\""),
    now("server.public_url", Kind::Site, "\"http://localhost:3000\""),
    now("server.trusted_proxies", Kind::Networks, "[\"127.0.0.0/8\", \"::1/128\"]"),
    now("server.cors_origins", Kind::Origins, "[]"),
    now("server.data_dir", Kind::Text, "\"data\""),
    now("server.frontend_url", Kind::Site, ""),
    now("server.connections_max", Kind::Integer(1, 1_000_000), "20000"),
    now("server.connections_of_address_max", Kind::Integer(0, 1_000_000), "0"),
    now("server.answer_grace_s", Kind::Integer(1, 300), "15"),
    now("server.answer_bytes_s_min", Kind::Integer(10, 1_048_576), "16384"),
    now("server.untaken_bytes_max", Kind::Integer(65_536, 1_099_511_627_776), "33554432"),
    now("server.header_bytes_max", Kind::Integer(8192, 1_048_576), "16384"),
    now("server.headers_max", Kind::Integer(16, 1000), "100"),
    now("server.uri_bytes_max", Kind::Integer(256, 65536), "8192"),
    now("server.body_bytes_max", Kind::Integer(1024, 16_777_216), "65536"),
    now("server.header_read_timeout_s", Kind::Integer(1, 300), "10"),
    now("server.body_read_timeout_s", Kind::Integer(1, 300), "20"),
    now("server.request_timeout_s", Kind::Integer(1, 600), "30"),
    now("server.shutdown_grace_s", Kind::Integer(0, 600), "10"),
    Key {
        path: "database.url",
        kind: Kind::Database,
        default: "\"sqlite:antesala.db\"",
        use_: Use::Now,
    },
    now("database.connections_max", Kind::Integer(4, 1000), "10"),
    now("metrics.token", Kind::Secret, ""),
    now("audit.retention_days", Kind::Integer(0, 36500), "0"),
    now("log.format", Kind::Choice(&["auto", "pretty", "json"]), "\"auto\""),
    now("log.level", Kind::Choice(&["error", "warn", "info", "debug", "trace"]), "\"info\""),
];

/// A site's address: scheme, host, port; no path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    url: Url,
    origin: String,
}

impl Site {
    /// Reads a site.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let url = Url::parse(text).ok().filter(Url::has_host)?;
        let origin = url.origin().ascii_serialization();
        Some(Self { url, origin })
    }

    /// Returns `scheme://host[:port]`, the form in which browsers send origins.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Returns the host, without a port.
    #[must_use]
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or("localhost")
    }

    /// Returns the host as mail writes it: a name, or an address in brackets.
    ///
    /// Source: RFC 5321 §4.1.3.
    #[must_use]
    pub fn mail_host(&self) -> String {
        match self.url.host() {
            Some(Host::Domain(name)) => name.to_owned(),
            Some(Host::Ipv4(address)) => format!("[{address}]"),
            Some(Host::Ipv6(address)) => format!("[IPv6:{address}]"),
            None => "localhost".to_owned(),
        }
    }

    /// Tells whether the site is served over TLS.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }

    /// Tells whether the host is an IP address and no name.
    #[must_use]
    pub fn is_address(&self) -> bool {
        !matches!(self.url.host(), Some(Host::Domain(_)))
    }

    /// Tells whether the site is this machine's own.
    #[must_use]
    pub fn is_loopback(&self) -> bool {
        is_loopback(self.host())
    }
}

impl fmt::Display for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.origin())
    }
}

/// `[server]`
#[derive(Clone, Debug)]
pub struct Server {
    /// Address and port of the socket.
    pub listen: SocketAddr,
    /// How browsers reach the site; mailed links are built from it alone.
    pub public_url: Site,
    /// Proxies whose forwarding headers count.
    pub trusted_proxies: Vec<IpNet>,
    /// Origins that may read answers, beside the trusted ones.
    pub cors_origins: Vec<String>,
    /// Folder of the database, the secrets and the mail file.
    pub data_dir: PathBuf,
    /// The front end on its own origin, if there is one.
    pub frontend_url: Option<Site>,
    /// Most connections at a time.
    pub connections_max: usize,
    /// Most of them from one address; 0: a quarter.
    pub connections_of_address_max: usize,
    /// Seconds before a reader must keep pace.
    pub answer_grace_s: i64,
    /// Bytes a second that a reader must take of an answer.
    pub answer_bytes_s_min: u64,
    /// Most bytes of answers that wait for their readers.
    pub untaken_bytes_max: u64,
    /// Most bytes of a request's headers.
    pub header_bytes_max: usize,
    /// Most header lines.
    pub headers_max: usize,
    /// Most bytes of a request's target.
    pub uri_bytes_max: usize,
    /// Most bytes of a body.
    pub body_bytes_max: usize,
    /// For the head of a request, in seconds.
    pub header_read_timeout_s: i64,
    /// For its body, in seconds.
    pub body_read_timeout_s: i64,
    /// For the whole of it, in seconds.
    pub request_timeout_s: i64,
    /// For what is open when the server stops, in seconds.
    pub shutdown_grace_s: i64,
}

/// Where the data are.
#[derive(Clone, Debug)]
pub enum Database {
    /// A file, relative to the data directory.
    Sqlite(PathBuf),
    /// A server that speaks PostgreSQL's wire.
    Postgres {
        /// Its address, with a password perhaps.
        url: Secret<String>,
        /// Most connections that this process opens.
        connections_max: usize,
    },
}

/// `[metrics]`
#[derive(Clone, Debug)]
pub struct Metrics {
    /// Who sends it may read; without one, the machine itself may.
    pub token: Option<Secret<String>>,
}

/// How lines are logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// Pretty on a terminal, else JSON.
    Auto,
    /// For people.
    Pretty,
    /// For machines.
    Json,
}

/// `[log]`
#[derive(Clone, Debug)]
pub struct Log {
    /// How lines are written.
    pub format: LogFormat,
    /// The least grave level that is written.
    pub level: String,
}

impl Server {
    /// Reads the section; `None` fields of a wrong value were reported already.
    pub(super) fn read(values: &Values) -> Option<Self> {
        let networks = values.list("server.trusted_proxies");
        Some(Self {
            listen: values.text("server.listen").parse().ok()?,
            public_url: Site::parse(&values.text("server.public_url"))?,
            trusted_proxies: networks.iter().filter_map(|text| key::network(text)).collect(),
            cors_origins: values.list("server.cors_origins"),
            data_dir: PathBuf::from(values.text("server.data_dir")),
            frontend_url: Site::parse(&values.text("server.frontend_url")),
            connections_max: values.count("server.connections_max"),
            connections_of_address_max: values.count("server.connections_of_address_max"),
            answer_grace_s: values.integer("server.answer_grace_s"),
            answer_bytes_s_min: unsigned(values.integer("server.answer_bytes_s_min")),
            untaken_bytes_max: unsigned(values.integer("server.untaken_bytes_max")),
            header_bytes_max: values.count("server.header_bytes_max"),
            headers_max: values.count("server.headers_max"),
            uri_bytes_max: values.count("server.uri_bytes_max"),
            body_bytes_max: values.count("server.body_bytes_max"),
            header_read_timeout_s: values.integer("server.header_read_timeout_s"),
            body_read_timeout_s: values.integer("server.body_read_timeout_s"),
            request_timeout_s: values.integer("server.request_timeout_s"),
            shutdown_grace_s: values.integer("server.shutdown_grace_s"),
        })
    }
}

/// The table of keys lets no negative number through.
fn unsigned(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

impl Database {
    pub(super) fn read(values: &Values) -> Self {
        let url = Secret::new(values.text("database.url"));
        Self::parse(&url, values.count("database.connections_max"))
    }

    /// Sorts an address out; its syntax is checked by whoever connects.
    #[must_use]
    pub fn parse(url: &Secret<String>, connections_max: usize) -> Self {
        match url.expose().strip_prefix("sqlite:") {
            // Three slashes are a whole path, as in an address without a host.
            Some(file) => Self::Sqlite(PathBuf::from(match file.strip_prefix("//") {
                Some(path) if path.starts_with('/') => path,
                Some(_) | None => file,
            })),
            None => Self::Postgres { url: url.clone(), connections_max },
        }
    }
}

impl Metrics {
    pub(super) fn read(values: &Values) -> Self {
        Self { token: values.text_or_none("metrics.token").map(Secret::new) }
    }
}

/// `[audit]`
#[derive(Clone, Copy, Debug)]
pub struct Audit {
    /// How long the audit log is kept; `None`: for ever.
    pub retention_s: Option<i64>,
}

impl Audit {
    pub(super) fn read(values: &Values) -> Self {
        let days = values.integer("audit.retention_days");
        Self { retention_s: (days > 0).then(|| days * 86_400) }
    }
}

impl Log {
    pub(super) fn read(values: &Values) -> Self {
        let format = match values.text("log.format").as_str() {
            "pretty" => LogFormat::Pretty,
            "json" => LogFormat::Json,
            _ => LogFormat::Auto,
        };
        Self { format, level: values.text("log.level") }
    }
}
