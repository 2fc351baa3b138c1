//! Secrets that nobody configured: drawn at first start, kept in the data
//! directory for their owner's eyes alone.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::{Config, folder, rotation};
use crate::base::bounds::PREVIOUS_SECRETS_MAX;
use crate::base::own::{self, OwnError};
use crate::base::secret::Secret;

/// Fewest bytes of a secret in a file. Source: OWASP, 256 bits for HMAC-SHA256.
pub(super) const BYTES_MIN: usize = 32;

/// Permission bits of group and others.
const OTHERS: u32 = 0o077;

/// Why a secret cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// The data directory cannot be made, or is not ours alone.
    #[error(transparent)]
    Folder(#[from] OwnError),
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
    /// The file holds more secrets than are honoured.
    #[error(
        "{path} holds all the earlier secrets that are honoured, {PREVIOUS_SECRETS_MAX}; take out \
         the lines of those that have run out, the oldest is the last"
    )]
    TooMany {
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
    folder::own(config)?;
    let folder = config.server.data_dir.clone();
    if config.auth.secret.is_none() {
        let current = read_or_create(&folder.join(rotation::CURRENT), &mut draw)?;
        let earlier = rotation::previous(&folder, &current)?;
        let configured = &mut config.auth.previous_secrets;
        for secret in earlier {
            if !configured.contains(&secret) {
                configured.push(secret);
            }
        }
        configured.retain(|secret| *secret != current);
        config.auth.secret = Some(current);
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
    let secret = guarded(path)?.unwrap_or_default().trim().to_owned();
    if secret.len() < BYTES_MIN {
        return Err(SecretsError::Short { path: path.display().to_string() });
    }
    Ok(Secret::new(secret))
}

/// Reads a file that its owner alone can read; `None`: there is none.
pub(super) fn guarded(path: &Path) -> Result<Option<String>, SecretsError> {
    let failed = |error: io::Error| SecretsError::File {
        path: path.display().to_string(),
        reason: error.to_string(),
    };
    let mode = match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        found => found.map_err(failed)?.permissions().mode(),
    };
    if mode & OTHERS != 0 {
        return Err(SecretsError::Exposed { path: path.display().to_string() });
    }
    fs::read_to_string(path).map(Some).map_err(failed)
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
    // Under a name that nobody can wait under.
    let draft = path.with_extension(format!("{}.tmp", draw()));
    let written = || -> io::Result<()> {
        let mut file = own::options().write(true).create_new(true).open(&draft)?;
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
