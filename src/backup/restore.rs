//! Putting an archive back: everything is checked first, nothing is deleted.
//!
//! The archive is unpacked and compared beside the data. Then what is there moves
//! into a folder of its own, the stale log with it, and what was unpacked moves in.
//! A mark on the disk says that this is going on: where it stands, nothing opens the
//! database until the restore was repeated.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::create::command;
use super::keys::{AUTH, CRON, PREVIOUS, fingerprint};
use super::manifest::{DATABASE, KEYS, Manifest, UPLOADS};
use super::scratch::Scratch;
use super::unpack::{Identities, unpack};
use super::verify::compare;
use super::{BackupError, Step, Watch, cannot};
use crate::base::clock::Millis;
use crate::base::own;
use crate::base::secret::Secret;
use crate::config::{Config, folder, rotation};
use crate::store::lock::DataDirLock;
use crate::store::migrate;

/// The mark of a restore that goes on: two lines, the archive and the old data.
const MARK: &str = "restore.unfinished";

/// What SQLite keeps beside a database file.
const BESIDE_DATABASE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// An archive that was unpacked and found whole; nothing was touched yet.
pub struct Restoring {
    /// What is in it.
    pub manifest: Manifest,
    archive: PathBuf,
    unpacked: PathBuf,
    data_dir: PathBuf,
    database: PathBuf,
    /// Whether file, variable or flag set `auth.secret`.
    is_configured: bool,
    /// What they set, and what is to be honoured beside it.
    configured: Vec<Secret<String>>,
    _scratch: Scratch,
    _lock: DataDirLock,
}

/// Where the `auth.secret` comes from that the archive's sessions were made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyChoice {
    /// The archive brings it.
    Brought,
    /// It is in force here already.
    Here,
    /// Somebody has to give it.
    Ask,
    /// The configuration sets another one.
    Foreign,
}

/// What was done.
#[derive(Clone, Debug)]
pub struct Restored {
    /// Where the data are that were there before; `None`: there were none.
    pub aside: Option<PathBuf>,
}

/// Refuses to open a data directory on which a restore broke off.
///
/// # Errors
/// `Unfinished`.
pub fn refuse_unfinished(data_dir: &Path) -> Result<(), BackupError> {
    let Ok(mark) = fs::read_to_string(data_dir.join(MARK)) else { return Ok(()) };
    let mut lines = mark.lines().map(str::to_owned);
    let archive = lines.next().unwrap_or_default();
    Err(BackupError::Unfinished { archive, aside: lines.next().unwrap_or_default() })
}

impl Restoring {
    /// Unpacks an archive beside the data and looks through all of it.
    ///
    /// # Errors
    /// `Running` while a server has the data directory; `ServerDatabase`; everything
    /// that can be wrong with an archive. Nothing was changed then.
    ///
    /// # Cost
    /// The unpacked size on the disk of the data directory. Blocks the thread.
    pub fn begin(
        config: &Config,
        archive: &Path,
        identities: Identities<'_>,
        watch: &dyn Watch,
    ) -> Result<Self, BackupError> {
        let database = config.database_file().ok_or_else(|| BackupError::ServerDatabase {
            command: command("pg_restore --clean --if-exists antesala.dump", &config.database),
        })?;
        let data_dir = config.server.data_dir.clone();
        folder::own(config)?;
        let lock = DataDirLock::acquire(&data_dir)?;
        let scratch = Scratch::new(&data_dir)?;
        let unpacked = scratch.folder("unpacked")?;
        watch.begins(Step::Unpack, 0);
        let manifest = unpack(archive, &unpacked, identities, watch)?;
        compare(&unpacked, &manifest, archive, watch)?;
        // A newer schema, or an edited one, is refused before anything moves.
        migrate::status_of_file(&unpacked.join(DATABASE))?;
        Ok(Self {
            manifest,
            archive: archive.to_owned(),
            unpacked,
            data_dir,
            database,
            is_configured: config.auth.secret.is_some(),
            configured: config
                .auth
                .secret
                .iter()
                .chain(&config.auth.previous_secrets)
                .cloned()
                .collect(),
            _scratch: scratch,
            _lock: lock,
        })
    }

    /// Tells where the data's `auth.secret` comes from.
    #[must_use]
    pub fn key_choice(&self) -> KeyChoice {
        let is_here = |secrets: &[Secret<String>]| secrets.iter().any(|secret| self.fits(secret));
        if self.is_configured {
            return if is_here(&self.configured) { KeyChoice::Here } else { KeyChoice::Foreign };
        }
        if self.unpacked.join(KEYS).join(AUTH).exists() {
            return KeyChoice::Brought;
        }
        let present = rotation::all(&self.data_dir).unwrap_or_default();
        if is_here(&present) || is_here(&self.configured) {
            return KeyChoice::Here;
        }
        KeyChoice::Ask
    }

    /// Counts the archive's earlier secrets that nobody has: what they signed is void.
    #[must_use]
    pub fn secrets_missing(&self) -> usize {
        let mut known: Vec<Secret<String>> = self.configured.clone();
        for folder in [&self.data_dir, &self.unpacked.join(KEYS)] {
            known.extend(rotation::all(folder).unwrap_or_default());
        }
        let known: Vec<String> = known.iter().map(fingerprint).collect();
        let wanted = self.manifest.keys.previous_fingerprints.iter();
        wanted.filter(|wanted| !known.contains(wanted)).count()
    }

    /// Tells whether a secret is the one that the archive's data were made with.
    #[must_use]
    pub fn fits(&self, secret: &Secret<String>) -> bool {
        let wanted = self.manifest.keys.auth_fingerprint.as_ref();
        wanted.is_none_or(|wanted| *wanted == fingerprint(secret))
    }

    /// Tells whether there are data that will move aside.
    #[must_use]
    pub fn replaces(&self) -> bool {
        self.database.exists()
    }

    /// Takes an `auth.secret` that somebody gave, to put it beside the data.
    ///
    /// # Errors
    /// `Keys` when it is not the one; `Io`.
    pub fn take_key(&self, secret: &Secret<String>) -> Result<(), BackupError> {
        if !self.fits(secret) {
            return Err(BackupError::Keys(String::from(
                "this is not the auth.secret that the archive's data were made with",
            )));
        }
        let folder = self.unpacked.join(KEYS);
        let path = folder.join(AUTH);
        let written = || -> io::Result<()> {
            own::folder(&folder)?;
            let mut file = own::fresh(&path)?;
            writeln!(file, "{}", secret.expose().trim())
        };
        written().map_err(|error| cannot("write", &path, error))
    }

    /// Moves the old data aside and the archive's in.
    ///
    /// # Errors
    /// `Io`; then the mark stands, and the restore has to be repeated.
    pub fn finish(self, now: Millis) -> Result<Restored, BackupError> {
        // What is signed here since the archive was made stays good.
        rotation::adopt(&self.unpacked.join(KEYS), &self.data_dir)
            .map_err(|wrong| BackupError::Keys(wrong.to_string()))?;
        sync_tree(&self.unpacked)?;
        let moves = self.moves();
        let aside = self.data_dir.join(format!("before-restore-{}", now.iso().replace(':', "-")));
        let old: Vec<&PathBuf> = moves.iter().filter_map(|one| one.old.as_ref()).collect();
        let has_old = old.iter().any(|path| path.exists());
        if has_old {
            own::folder(&aside).map_err(|error| cannot("create", &aside, error))?;
        }
        self.mark(&aside)?;
        for path in old.into_iter().filter(|path| path.exists()) {
            moved(path, &aside.join(path.file_name().unwrap_or_default()))?;
        }
        for (from, to) in moves.iter().filter_map(|one| one.new.as_ref()) {
            moved(from, to)?;
        }
        for folder in [Some(self.data_dir.as_path()), self.database.parent()].into_iter().flatten()
        {
            sync(folder)?;
        }
        let mark = self.data_dir.join(MARK);
        fs::remove_file(&mark).map_err(|error| cannot("remove", &mark, error))?;
        sync(&self.data_dir)?;
        Ok(Restored { aside: has_old.then_some(aside) })
    }

    /// Lists what moves: the database last, so that it never stands beside a foreign log.
    fn moves(&self) -> Vec<Move> {
        let mut moves: Vec<Move> = BESIDE_DATABASE
            .iter()
            .map(|ending| {
                let mut path = self.database.clone().into_os_string();
                path.push(ending);
                Move { old: Some(PathBuf::from(path)), new: None }
            })
            .collect();
        let uploads = self.data_dir.join(UPLOADS);
        let brings = |name: &Path| Some(self.unpacked.join(name)).filter(|path| path.exists());
        moves.push(Move {
            new: brings(Path::new(UPLOADS)).map(|from| (from, uploads.clone())),
            old: Some(uploads),
        });
        for key in [AUTH, PREVIOUS, CRON] {
            // A key that the archive does not bring stays where it is.
            let Some(from) = brings(&Path::new(KEYS).join(key)) else { continue };
            let to = self.data_dir.join(key);
            moves.push(Move { old: Some(to.clone()), new: Some((from, to)) });
        }
        moves.push(Move {
            old: Some(self.database.clone()),
            new: Some((self.unpacked.join(DATABASE), self.database.clone())),
        });
        moves
    }

    /// Writes the mark. A restore that is repeated keeps naming the first old data.
    fn mark(&self, aside: &Path) -> Result<(), BackupError> {
        let path = self.data_dir.join(MARK);
        let before = fs::read_to_string(&path).unwrap_or_default();
        let aside =
            before.lines().nth(1).map_or_else(|| aside.display().to_string(), str::to_owned);
        let archive = fs::canonicalize(&self.archive).unwrap_or_else(|_gone| self.archive.clone());
        let written = own::fresh(&path).and_then(|mut file| {
            writeln!(file, "{}\n{aside}", archive.display())?;
            file.sync_all()
        });
        written.map_err(|error| cannot("write", &path, error))?;
        sync(&self.data_dir)
    }
}

/// One thing that is replaced.
struct Move {
    /// What goes aside, if it is there.
    old: Option<PathBuf>,
    /// What comes from where to where.
    new: Option<(PathBuf, PathBuf)>,
}

/// Renames, or copies a file to another disk.
fn moved(from: &Path, to: &Path) -> Result<(), BackupError> {
    let outcome = match fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices && from.is_file() => {
            copied(from, to).and_then(|()| fs::remove_file(from))
        }
        renamed => renamed,
    };
    outcome.map_err(|error| cannot("move", from, error))
}

fn copied(from: &Path, to: &Path) -> io::Result<()> {
    let mut file = own::options().write(true).create_new(true).open(to)?;
    io::copy(&mut File::open(from)?, &mut file)?;
    file.sync_all()
}

/// Waits until a folder and everything in it is on the disk.
fn sync_tree(folder: &Path) -> Result<(), BackupError> {
    let failed = |error| cannot("read", folder, error);
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            sync_tree(&path)?;
        } else {
            sync(&path)?;
        }
    }
    sync(folder)
}

fn sync(path: &Path) -> Result<(), BackupError> {
    File::open(path).and_then(|file| file.sync_all()).map_err(|error| cannot("write", path, error))
}
