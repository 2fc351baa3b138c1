//! The data directory: made and kept for its owner alone.
//!
//! What antesala writes there is known by name; what else an operator keeps there is left
//! alone. Secrets are looked at and not mended here: whoever could read one may have.

use std::path::{Component, Path, PathBuf};

use super::{Carrier, Config, rotation};
use crate::base::own::{self, OwnError};

/// What lies in a data directory beside what the settings name.
const KNOWN: [&str; 7] = [
    "antesala.lock",
    "restore.unfinished",
    "uploads",
    "og-cache",
    "instances",
    "auth.secret.lock",
    "auth.secret.unfinished",
];

/// The files of secrets.
const SECRETS: [&str; 3] = [rotation::CURRENT, rotation::PREVIOUS, "cron.secret"];

/// How names begin of folders that backups and restores make.
const KNOWN_BEGINNINGS: [&str; 2] = [".backup-", "before-restore-"];

/// What SQLite keeps beside a database file.
const BESIDE_DATABASE: [&str; 4] = ["", "-wal", "-shm", "-journal"];

/// Makes the data directory where it is missing, and closes to others what antesala wrote.
///
/// # Errors
/// [`OwnError`] for what is not ours to close.
///
/// # Cost
/// A look at every upload, card and archive, about 2 µs each.
pub fn own(config: &Config) -> Result<(), OwnError> {
    let root = &config.server.data_dir;
    let named = named(config);
    let is_known = |name: &str| {
        KNOWN.contains(&name)
            || SECRETS.contains(&name)
            || KNOWN_BEGINNINGS.iter().any(|beginning| name.starts_with(beginning))
            || named
                .iter()
                .any(|path| path.strip_prefix(root).is_ok_and(|own| own == Path::new(name)))
    };
    own::root(root, is_known)?;
    for name in SECRETS {
        own::look(&root.join(name))?;
    }
    let entries = std::fs::read_dir(root);
    let entries =
        entries.map_err(|reason| OwnError::Io { path: root.display().to_string(), reason })?;
    let found = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mending = found.filter(|name| is_known(name) && !SECRETS.contains(&name.as_str()));
    let mending: Vec<PathBuf> = mending.map(|name| root.join(name)).collect();
    // What the settings lead elsewhere is mended there; its folder is not ours to close.
    mending.iter().chain(&named).try_for_each(|path| own::mend(path))
}

/// Lists what the settings name: database, archives, mail file.
fn named(config: &Config) -> Vec<PathBuf> {
    let mut named = config.database_file().map_or_else(Vec::new, |file| database(&file));
    let root = &config.server.data_dir;
    let archives = root.join(&config.backup.dir);
    let leads_out = config.backup.dir.components().any(|part| part == Component::ParentDir);
    if archives.starts_with(root) && archives != *root && !leads_out {
        named.push(archives);
    }
    if let Carrier::File(file) = &config.mail.carrier {
        named.push(root.join(file));
    }
    named
}

/// Lists a database file and what SQLite keeps beside it.
#[must_use]
pub fn database(file: &Path) -> Vec<PathBuf> {
    let beside = |ending: &&str| {
        let mut path = file.as_os_str().to_owned();
        path.push(ending);
        PathBuf::from(path)
    };
    BESIDE_DATABASE.iter().map(beside).collect()
}
