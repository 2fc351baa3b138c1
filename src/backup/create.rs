//! Making an archive: copy, pack, unpack again, compare; only then it gets its name.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use age::x25519::{Identity, Recipient};

use super::keys::Keys;
use super::manifest::{DATABASE, FORMAT, Manifest, UPLOADS};
use super::pack::{Contents, pack};
use super::scratch::Scratch;
use super::unpack::unpack;
use super::verify::compare;
use super::{BackupError, Step, Watch, cannot};
use crate::base::clock::Millis;
use crate::base::disk;
use crate::base::entropy::Entropy;
use crate::base::own::{self, Draft};
use crate::config::{Config, Database};
use crate::store::backup::{self, Onward};

/// What is backed up, and for whom.
#[derive(Clone, Debug)]
pub struct Source {
    /// The database's file.
    pub database: PathBuf,
    /// Where everything lives, and where the work is done.
    pub data_dir: PathBuf,
    /// The keys that are in force.
    pub keys: Keys,
    /// Who can read the archive; `None`: whoever has it.
    pub recipient: Option<Recipient>,
    /// Names the draft.
    pub entropy: Entropy,
    /// Bytes that stay free on the disk of the data directory.
    pub free_bytes_min: u64,
}

/// An archive that was made and found whole.
#[derive(Clone, Debug)]
pub struct Created {
    /// Where it is.
    pub path: PathBuf,
    /// Its length.
    pub bytes: u64,
    /// What is in it.
    pub manifest: Manifest,
    /// Whether it is encrypted, and so holds the keys.
    pub is_encrypted: bool,
}

impl Source {
    /// Reads the settings; secrets are resolved.
    ///
    /// # Errors
    /// `ServerDatabase`, `Recipient`.
    pub fn of(config: &Config, entropy: &Entropy) -> Result<Self, BackupError> {
        let database = config.database_file().ok_or_else(|| BackupError::ServerDatabase {
            command: command("pg_dump --format=custom --file=antesala.dump", &config.database),
        })?;
        let recipient = config.backup.recipient.as_ref().map(|text| text.parse());
        Ok(Self {
            database,
            data_dir: config.server.data_dir.clone(),
            keys: Keys::of(config),
            recipient: recipient.transpose().map_err(|_why| BackupError::Recipient)?,
            entropy: entropy.clone(),
            free_bytes_min: config.uploads.free_disk_bytes_min,
        })
    }
}

/// Writes the command of a server's own tool, without the password.
pub(super) fn command(tool: &str, database: &Database) -> String {
    let url = match database {
        Database::Sqlite(file) => file.display().to_string(),
        Database::Postgres { url, .. } => match url::Url::parse(url.expose()) {
            Ok(mut url) => {
                // A server's address can carry one, so taking it away works.
                let _ = url.set_password(None);
                url.to_string()
            }
            Err(_syntax) => String::from("postgres://…"),
        },
    };
    format!("{tool} --dbname='{url}'")
}

/// Makes an archive at `target`, which must not be there yet.
///
/// # Errors
/// [`BackupError`]; there is then no file at `target`.
///
/// # Cost
/// Twice the size of the data on the disk of the data directory while it lasts; reads
/// everything three times. Blocks the thread.
pub fn create(
    source: &Source,
    target: &Path,
    now: Millis,
    watch: &dyn Watch,
) -> Result<Created, BackupError> {
    if !source.database.exists() {
        return Err(BackupError::NoDatabase { path: source.database.clone() });
    }
    // A link that leads nowhere is there, too.
    if fs::symlink_metadata(target).is_ok() {
        return Err(BackupError::Present { path: target.to_owned() });
    }
    room(source)?;
    let scratch = Scratch::new(&source.data_dir)?;
    let copy = scratch.path(DATABASE);
    copy_database(&source.database, &copy, watch)?;
    let draft = begun(target, &source.entropy)?;
    // A second recipient whose key lives in this function alone: with it the archive
    // can be opened once, to prove that it is whole.
    let proof = Identity::generate();
    let recipients: Vec<Recipient> =
        source.recipient.iter().flat_map(|own| [own.clone(), proof.to_public()]).collect();
    let manifest = pack_all(source, &copy, (&draft, &recipients), (now, watch))?;
    fs::remove_file(&copy).map_err(|error| cannot("remove", &copy, error))?;
    let unpacked = scratch.folder("unpacked")?;
    watch.begins(Step::Unpack, manifest.bytes_total());
    let found = unpack(&draft.path, &unpacked, &[proof], watch)?;
    compare(&unpacked, &found, &draft.path, watch)?;
    let bytes = published(draft, target)?;
    let is_encrypted = source.recipient.is_some();
    Ok(Created { path: target.to_owned(), bytes, manifest, is_encrypted })
}

/// Refuses work that would fill the disk on which everything else lives: the database lies
/// on it twice meanwhile, whatever the archive needs beside.
fn room(source: &Source) -> Result<(), BackupError> {
    let failed = |error| cannot("read", &source.data_dir, error);
    let database = fs::metadata(&source.database).map_err(failed)?.len();
    let needed = database.saturating_mul(2).saturating_add(source.free_bytes_min);
    let free = disk::free_bytes(&source.data_dir).map_err(failed)?;
    if free < needed {
        return Err(BackupError::Scarce { path: source.data_dir.clone(), free, needed });
    }
    Ok(())
}

fn copy_database(from: &Path, to: &Path, watch: &dyn Watch) -> Result<(), BackupError> {
    let length = fs::metadata(from).map_or(0, |file| file.len());
    watch.begins(Step::Copy, length);
    let mut seen = 0;
    let copied = backup::copy(from, to, &mut |done, pages| {
        let bytes = length.saturating_mul(done).checked_div(pages).unwrap_or(0);
        watch.passed(Step::Copy, bytes.saturating_sub(seen));
        seen = bytes.max(seen);
        if watch.is_stopped() { Onward::Stop } else { Onward::Go }
    })?;
    match copied {
        Onward::Go => Ok(()),
        Onward::Stop => Err(BackupError::Stopped),
    }
}

fn pack_all(
    source: &Source,
    copy: &Path,
    (draft, recipients): (&Draft, &[Recipient]),
    (now, watch): (Millis, &dyn Watch),
) -> Result<Manifest, BackupError> {
    let facts = backup::facts(copy)?;
    let keys = if recipients.is_empty() { Keys::default() } else { source.keys.clone() };
    let manifest = Manifest {
        format: FORMAT,
        antesala: String::from(env!("CARGO_PKG_VERSION")),
        sqlite: backup::version().to_owned(),
        created_at: now.iso(),
        schema: facts.schema,
        rows: facts.rows,
        keys: source.keys.note(!recipients.is_empty()),
        files: std::collections::BTreeMap::new(),
    };
    watch.begins(Step::Pack, fs::metadata(copy).map_or(0, |copy| copy.len()));
    let uploads = source.data_dir.join(UPLOADS);
    pack(
        Contents { database: copy, uploads: &uploads, keys: &keys, manifest },
        draft,
        recipients,
        watch,
    )
}

/// Makes the file of an archive that has no name yet.
fn begun(target: &Path, entropy: &Entropy) -> Result<Draft, BackupError> {
    if let Some(folder) = target.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        own::folder(folder).map_err(|error| cannot("create", folder, error))?;
    }
    Draft::beside(target, entropy).map_err(|error| cannot("create", target, error))
}

/// Gives the archive its name, for good; returns its length.
fn published(draft: Draft, target: &Path) -> Result<u64, BackupError> {
    let failed = |error| cannot("write", target, error);
    draft.publish(target).map_err(failed)?;
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty());
    let folder = folder.unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
    fs::metadata(target).map(|file| file.len()).map_err(failed)
}
