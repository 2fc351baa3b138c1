//! Secrets that nobody configured: drawn at first start, kept in the data
//! directory for their owner's eyes alone.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use super::Config;
use crate::base::secret::Secret;

/// Permission bits of group and others.
const OTHERS: u32 = 0o077;

/// Why a secret cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// The data directory cannot be made.
    #[error("cannot create {path}: {reason}; set server.data_dir to a folder that can be written")]
    Folder {
        /// The folder.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// The file cannot be read or written.
    #[error("cannot use {path}: {reason}")]
    File {
        /// The file.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// Others can read the file.
    #[error("{path} can be read by others; run: chmod 600 {path}")]
    Exposed {
        /// The file.
        path: String,
    },
    /// The file holds too little.
    #[error(
        "{path} holds no secret of 32 bytes; restore it from a backup, or delete it and sign everybody out"
    )]
    Short {
        /// The file.
        path: String,
    },
}

/// Makes the data directory and fills in the secrets that are not configured.
///
/// `draw` gives a fresh text of at least 256 bits.
///
/// # Errors
/// [`SecretsError`].
pub fn resolve(config: &mut Config, mut draw: impl FnMut() -> String) -> Result<(), SecretsError> {
    let folder = config.server.data_dir.clone();
    DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(|error| {
        SecretsError::Folder { path: folder.display().to_string(), reason: error.to_string() }
    })?;
    if config.auth.secret.is_none() {
        config.auth.secret = Some(read_or_create(&folder.join("auth.secret"), &mut draw)?);
    }
    if config.cron.secret.is_none() {
        config.cron.secret = Some(read_or_create(&folder.join("cron.secret"), &mut draw)?);
    }
    Ok(())
}

fn read_or_create(
    path: &Path,
    draw: &mut impl FnMut() -> String,
) -> Result<Secret<String>, SecretsError> {
    let failed = |error: io::Error| SecretsError::File {
        path: path.display().to_string(),
        reason: error.to_string(),
    };
    match create(path, draw) {
        Ok(secret) => return Ok(Secret::new(secret)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(failed(error)),
    }
    let mode = fs::metadata(path).map_err(failed)?.permissions().mode();
    if mode & OTHERS != 0 {
        return Err(SecretsError::Exposed { path: path.display().to_string() });
    }
    let secret = fs::read_to_string(path).map_err(failed)?.trim().to_owned();
    if secret.len() < 32 {
        return Err(SecretsError::Short { path: path.display().to_string() });
    }
    Ok(Secret::new(secret))
}

/// Writes a new secret; the file appears whole or not at all.
///
/// The secret is on the disk before its name is, and the name is linked only
/// where none stands: of two processes that start together one wins.
fn create(path: &Path, draw: &mut impl FnMut() -> String) -> io::Result<String> {
    if path.exists() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let secret = draw();
    let draft = path.with_extension(format!("{}.tmp", std::process::id()));
    let written = || -> io::Result<()> {
        let mut file =
            OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
        writeln!(file, "{secret}")?;
        file.sync_all()?;
        fs::hard_link(&draft, path)?;
        path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
    };
    let outcome = written();
    // The draft has done its work, whether or not it got its name.
    let _ = fs::remove_file(&draft);
    outcome.map(|()| secret)
}
