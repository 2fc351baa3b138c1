//! Layer 1: the settings, read once and checked whole.
//!
//! Defaults, then the file, then the environment, then flags: later wins. What
//! is wrong is reported all at once, with file and line or variable. One file a
//! section holds its struct and the keys that it is read from.

mod advice;
mod auth;
mod backup;
mod check;
mod cookies;
mod cron;
mod error;
pub mod folder;
mod key;
mod later;
mod mail;
mod og;
mod origin;
pub mod pattern;
pub mod rotation;
mod secret_list;
pub mod secrets;
mod server;
mod site;
mod social;
mod uploads;
mod values;
pub mod variables;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use lettre::message::Mailbox;

pub use auth::{Auth, SameSite, Signup};
pub use backup::{Backup, S3};
pub use cron::{Cron, Missed, TASKS, TaskSettings};
pub use error::{ConfigError, Problem};
pub use key::{Key, Kind, Use};
pub use mail::{Carrier, Encryption, Login, Mail, Resend, Smtp};
pub use og::Og;
pub use pattern::OriginPattern;
pub use server::{Audit, Database, Log, LogFormat, Metrics, Server, Site};
pub use site::{Brand, Duplicate, LimitStore, RateLimit, Waitlist};
pub use social::{Provider, ProviderKind, Social, TokenAuth};
pub use uploads::Uploads;

use crate::base::locale::Locale;
use key::Raw;
use origin::{Origin, Setting};
use values::Values;

/// The file that is read when none is named.
pub const FILE_NAME: &str = "antesala.toml";

/// Every setting, checked.
#[derive(Clone, Debug)]
pub struct Config {
    /// `[server]`
    pub server: Server,
    /// `[database]`
    pub database: Database,
    /// `[metrics]`
    pub metrics: Metrics,
    /// `[audit]`
    pub audit: Audit,
    /// `[log]`
    pub log: Log,
    /// `[auth]`
    pub auth: Auth,
    /// `[mail]`
    pub mail: Mail,
    /// `[rate_limit]`
    pub rate_limit: RateLimit,
    /// `[waitlist]`
    pub waitlist: Waitlist,
    /// `[og]`
    pub og: Og,
    /// `[cron]`
    pub cron: Cron,
    /// `[backup]`
    pub backup: Backup,
    /// `[uploads]`
    pub uploads: Uploads,
    /// `[social.NAME]`
    pub social: Social,
    /// `[brand]`
    pub brand: Brand,
    /// The language of whoever prefers none that we speak.
    pub locale: Locale,
    /// Every key with its value, for `config print`.
    pub lines: Vec<Line>,
    /// What is set and this version does not use, for `config check`.
    pub unused: Vec<String>,
}

/// One key of `config print`.
#[derive(Clone, Debug)]
pub struct Line {
    /// `section.key`.
    pub key: String,
    /// The value as TOML, masked for a secret; empty when there is none.
    pub value: String,
    /// Where it came from.
    pub origin: String,
}

/// Where settings come from.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// A file that must exist; `None`: [`FILE_NAME`] in the working directory, if it is there.
    pub file: Option<PathBuf>,
    /// The environment.
    pub environment: BTreeMap<String, String>,
    /// The names of variables whose values are not UTF-8.
    pub not_utf8: BTreeSet<String>,
    /// Keys set by flags, each with the flag's name.
    pub flags: Vec<Flag>,
}

/// A key set by a flag of the command.
#[derive(Clone, Debug)]
pub struct Flag {
    /// The flag, `--listen`.
    pub name: &'static str,
    /// The key, `server.listen`.
    pub path: &'static str,
    /// The value.
    pub value: String,
}

/// Lists every key.
#[must_use]
pub fn keys() -> Vec<&'static Key> {
    [
        server::KEYS,
        auth::KEYS,
        mail::KEYS,
        site::KEYS,
        og::KEYS,
        cron::KEYS,
        backup::KEYS,
        social::KEYS,
        uploads::KEYS,
        later::KEYS,
    ]
    .into_iter()
    .flatten()
    .collect()
}

impl Config {
    /// Reads and checks everything.
    ///
    /// # Errors
    /// Everything that is wrong, at once.
    pub fn load(sources: &Sources) -> Result<Self, ConfigError> {
        let keys = keys();
        let mut problems = Vec::new();
        let settings = settings(sources, &keys, &mut problems);
        let mut values = Values::collect(&keys, settings, &mut problems);
        follow_port(&mut values);
        check::relations(&values, &mut problems);
        match Self::read(&values, &keys) {
            Some(config) if problems.is_empty() => Ok(config),
            Some(_) | None => Err(ConfigError { problems }),
        }
    }

    fn read(values: &Values, keys: &[&'static Key]) -> Option<Self> {
        let server = Server::read(values)?;
        let is_https = server.public_url.is_https();
        let known = |path: &str| values::key_of(keys, path);
        let lines = values.iter().filter_map(|(path, held)| {
            let kind = known(path)?.kind;
            let value = held.value.as_ref().map(|value| values::shown(kind, value));
            Some(Line {
                key: path.to_owned(),
                value: value.unwrap_or_default(),
                origin: held.origin.to_string(),
            })
        });
        let unused = values.iter().filter(|(_, held)| held.origin != Origin::Default);
        let unused = unused.filter_map(|(path, held)| values::unused(known(path)?, path, held));
        Some(Self {
            auth: Auth::read(values, is_https),
            server,
            database: Database::read(values),
            metrics: Metrics::read(values),
            audit: Audit::read(values),
            log: Log::read(values),
            mail: Mail::read(values)?,
            rate_limit: RateLimit::read(values),
            waitlist: Waitlist::read(values),
            og: Og::read(values),
            cron: Cron::read(values),
            backup: Backup::read(values),
            uploads: Uploads::read(values),
            social: social::read(values),
            brand: Brand::read(values),
            locale: site::locale(values),
            lines: lines.collect(),
            unused: unused.collect(),
        })
    }

    /// Returns the database's file; `None` when it is on a server.
    #[must_use]
    pub fn database_file(&self) -> Option<PathBuf> {
        match &self.database {
            Database::Sqlite(file) => Some(self.server.data_dir.join(file)),
            Database::Postgres { .. } => None,
        }
    }

    /// Returns the sender of mails.
    #[must_use]
    pub fn mail_from(&self) -> Mailbox {
        let named = self.mail.from.clone();
        named.unwrap_or_else(|| mail::no_reply(&self.brand.name, &self.server.public_url))
    }
}

/// Gathers what files, environment and flags say, in the order in which they win.
fn settings(sources: &Sources, keys: &[&'static Key], problems: &mut Vec<Problem>) -> Vec<Setting> {
    let is_secret =
        |path: &str| values::key_of(keys, path).is_some_and(|key| key.kind.is_confidential());
    let mut settings = of_file(sources.file.as_deref()).unwrap_or_else(|problem| {
        problems.push(problem);
        Vec::new()
    });
    let environment = variables::sound(&sources.environment, &sources.not_utf8, problems);
    match origin::of_environment(&environment, is_secret) {
        Ok(found) => settings.extend(found),
        Err(problem) => problems.push(problem),
    }
    settings.extend(sources.flags.iter().map(|flag| Setting {
        path: flag.path.to_owned(),
        raw: Raw::Text(flag.value.clone()),
        origin: Origin::Flag(flag.name.to_owned()),
    }));
    settings
}

fn of_file(named: Option<&Path>) -> Result<Vec<Setting>, Problem> {
    let path = named.unwrap_or(Path::new(FILE_NAME));
    match std::fs::read_to_string(path) {
        Ok(text) => origin::of_file(path, &text),
        Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => {
            Ok(Vec::new())
        }
        Err(error) => Err(Problem::Unreadable { path: path.to_owned(), reason: error.to_string() }),
    }
}

/// A port chosen alone moves the public address along, while nobody set that.
fn follow_port(values: &mut Values) {
    if values.is_set("server.public_url") || !values.is_set("server.listen") {
        return;
    }
    if let Some((_, port)) = values.text("server.listen").rsplit_once(':') {
        let site = Raw::Text(format!("http://localhost:{port}"));
        values.derive("server.public_url", site);
    }
}

#[cfg(test)]
mod tests;
