//! One secret after the other in the data directory.
//!
//! `auth.secret` signs; `auth.secret.previous` holds those that are honoured beside it, the
//! youngest first, one a line. A rotation writes the mark, then the earlier ones, then the
//! new one, each whole or not at all: killed anywhere in between it is begun again or gone
//! on with. Until everything is sealed anew the mark stands, and no other secret is drawn.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::secrets::{SecretsError, guarded};
use crate::base::bounds::PREVIOUS_SECRETS_MAX;
use crate::base::keyring::fingerprint;
use crate::base::own;
use crate::base::secret::Secret;

/// File of the secret that signs, in the data directory.
pub const CURRENT: &str = "auth.secret";

/// File of those that are honoured beside it.
pub const PREVIOUS: &str = "auth.secret.previous";

/// The mark of a rotation that goes on; it holds the fingerprint of what is replaced.
const MARK: &str = "auth.secret.unfinished";

/// What a rotation found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begun {
    /// It drew a new secret, or would.
    Now,
    /// An earlier one did, and not everything is sealed anew.
    Before,
}

/// Reads the secrets that are honoured beside the current one, without that one.
///
/// # Errors
/// [`SecretsError`].
pub fn previous(
    folder: &Path,
    current: &Secret<String>,
) -> Result<Vec<Secret<String>>, SecretsError> {
    let path = folder.join(PREVIOUS);
    let lines = guarded(&path)?.unwrap_or_default();
    let mut all: Vec<Secret<String>> = Vec::new();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let secret = Secret::new(line.to_owned());
        if line.len() < super::secrets::BYTES_MIN {
            return Err(SecretsError::Short { path: path.display().to_string() });
        }
        if secret != *current && !all.contains(&secret) {
            all.push(secret);
        }
    }
    if all.len() > PREVIOUS_SECRETS_MAX {
        return Err(SecretsError::TooMany { path: path.display().to_string() });
    }
    Ok(all)
}

/// Lists the secrets of a folder, the current one first; none where there are none.
///
/// # Errors
/// [`SecretsError`].
pub fn all(folder: &Path) -> Result<Vec<Secret<String>>, SecretsError> {
    if !folder.join(CURRENT).exists() {
        return Ok(Vec::new());
    }
    let current = current(folder)?;
    let earlier = previous(folder, &current)?;
    Ok(std::iter::once(current).chain(earlier).collect())
}

/// Lets the secrets of another folder be honoured beside those of this one, as far as
/// there is room: its current one before the others.
///
/// # Errors
/// [`SecretsError`].
pub fn adopt(folder: &Path, other: &Path) -> Result<(), SecretsError> {
    let own = all(folder)?;
    let Some((current, earlier)) = own.split_first() else { return Ok(()) };
    let mut kept: Vec<&Secret<String>> = Vec::new();
    let others = all(other)?;
    let in_order = others.iter().take(1).chain(earlier).chain(others.iter().skip(1));
    for secret in in_order.filter(|secret| *secret != current) {
        if !kept.contains(&secret) && kept.len() < PREVIOUS_SECRETS_MAX {
            kept.push(secret);
        }
    }
    if kept.is_empty() {
        return Ok(());
    }
    let lines: Vec<&str> = kept.iter().map(|secret| secret.expose().as_str()).collect();
    put(folder, PREVIOUS, &lines)
}

/// Tells whether a rotation would draw a secret or go on with an earlier one.
///
/// # Errors
/// [`SecretsError`].
pub fn look(folder: &Path) -> Result<Begun, SecretsError> {
    let current = current(folder)?;
    let mark = guarded(&folder.join(MARK))?;
    let is_replaced = mark.is_some_and(|replaced| replaced.trim() != fingerprint(&current));
    Ok(if is_replaced { Begun::Before } else { Begun::Now })
}

/// Puts a new secret in the place of the current one, which becomes the youngest of the
/// earlier ones; does nothing while an earlier rotation goes on.
///
/// # Errors
/// `TooMany` when there is no room for one more; [`SecretsError`].
pub fn begin(folder: &Path, draw: impl FnOnce() -> String) -> Result<Begun, SecretsError> {
    let lock = folder.join("auth.secret.lock");
    let failed = |error| cannot(&lock, &error);
    let held = own::options().write(true).create(true).truncate(false).open(&lock);
    let held = held.map_err(failed)?;
    held.lock().map_err(failed)?;
    if look(folder)? == Begun::Before {
        return Ok(Begun::Before);
    }
    let current = current(folder)?;
    let earlier = previous(folder, &current)?;
    if earlier.len() >= PREVIOUS_SECRETS_MAX {
        let path = folder.join(PREVIOUS).display().to_string();
        return Err(SecretsError::TooMany { path });
    }
    put(folder, MARK, &[&fingerprint(&current)])?;
    let lines: Vec<&str> =
        std::iter::once(&current).chain(&earlier).map(|secret| secret.expose().as_str()).collect();
    put(folder, PREVIOUS, &lines)?;
    put(folder, CURRENT, &[&draw()])?;
    Ok(Begun::Now)
}

/// Takes the mark away: everything is sealed anew.
///
/// # Errors
/// `File`.
pub fn end(folder: &Path) -> Result<(), SecretsError> {
    let path = folder.join(MARK);
    match fs::remove_file(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(cannot(&path, &error)),
        Ok(()) | Err(_) => Ok(()),
    }
}

fn current(folder: &Path) -> Result<Secret<String>, SecretsError> {
    let path = folder.join(CURRENT);
    let text = guarded(&path)?.ok_or_else(|| SecretsError::File {
        path: path.display().to_string(),
        reason: String::from("there is none yet; the first start of the server draws one"),
    })?;
    let text = text.trim().to_owned();
    if text.len() < super::secrets::BYTES_MIN {
        return Err(SecretsError::Short { path: path.display().to_string() });
    }
    Ok(Secret::new(text))
}

/// Writes a file anew; under its name is the old one or the whole new one.
fn put(folder: &Path, name: &str, lines: &[&str]) -> Result<(), SecretsError> {
    let path = folder.join(name);
    let draft: PathBuf = folder.join(format!("{name}.draft"));
    let written = || -> io::Result<()> {
        // What a killed rotation left; a link that waits under the name is not followed.
        match fs::remove_file(&draft) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
        let mut file = own::options().write(true).create_new(true).open(&draft)?;
        for line in lines {
            writeln!(file, "{line}")?;
        }
        file.sync_all()?;
        fs::rename(&draft, &path)?;
        File::open(folder)?.sync_all()
    };
    written().map_err(|error| cannot(&path, &error))
}

fn cannot(path: &Path, error: &io::Error) -> SecretsError {
    SecretsError::File { path: path.display().to_string(), reason: error.to_string() }
}
