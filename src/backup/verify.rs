//! Proving that an archive restores: it is unpacked and its database compared.

use std::path::Path;

use super::manifest::{DATABASE, Manifest};
use super::scratch::Scratch;
use super::unpack::{Identities, unpack};
use super::{BackupError, Step, Watch};
use crate::store::backup;

/// Unpacks an archive into a scratch folder of `data_dir` and compares everything.
///
/// # Errors
/// `Damaged`, `NeedsIdentity`, `WrongIdentity`, `Io`, `Stopped`.
///
/// # Cost
/// The unpacked size on the data directory's disk while it lasts. Blocks the thread.
pub fn verify(
    archive: &Path,
    data_dir: &Path,
    identities: Identities<'_>,
    watch: &dyn Watch,
) -> Result<Manifest, BackupError> {
    let scratch = Scratch::new(data_dir)?;
    let unpacked = scratch.folder("unpacked")?;
    watch.begins(Step::Unpack, 0);
    let manifest = unpack(archive, &unpacked, identities, watch)?;
    compare(&unpacked, &manifest, archive, watch)?;
    Ok(manifest)
}

/// Compares an unpacked database with its manifest: sound, same schema, same rows.
///
/// # Errors
/// `Damaged`, naming the archive.
pub fn compare(
    unpacked: &Path,
    manifest: &Manifest,
    archive: &Path,
    watch: &dyn Watch,
) -> Result<(), BackupError> {
    watch.begins(Step::Check, 0);
    let damaged = |why: String| BackupError::Damaged { path: archive.to_owned(), why };
    let database = unpacked.join(DATABASE);
    if !database.exists() {
        return Err(damaged(String::from("it has no database")));
    }
    if let Some(defect) = backup::defect(&database)? {
        return Err(damaged(format!("its database is not sound: {defect}")));
    }
    let facts = backup::facts(&database)?;
    if facts.schema != manifest.schema {
        return Err(damaged(format!(
            "its database has schema {} and its manifest says {}",
            facts.schema, manifest.schema
        )));
    }
    let differs = |table: &&String| facts.rows.get(*table) != manifest.rows.get(*table);
    match facts.rows.keys().chain(manifest.rows.keys()).find(differs) {
        Some(table) => Err(damaged(format!("table {table} has other rows than its manifest says"))),
        None => Ok(()),
    }
}
