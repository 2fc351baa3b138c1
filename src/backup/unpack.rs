//! Reading an archive into an empty folder, believing nothing.
//!
//! Whatever is wrong (a flipped byte, a cut end, a file too many, a name that leads
//! elsewhere) is found here, in a folder of our own, before anything else is
//! touched: the seal covers every byte, the manifest every file.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read, Seek as _, Write as _};
use std::path::{Component, Path};

use age::DecryptError;
use sha2::{Digest as _, Sha256};
use tar::EntryType;

use super::manifest::{FORMAT, FileNote, MANIFEST, Manifest};
use super::seal::Sealed;
use super::{BackupError, Step, Watch, cannot};
use crate::base::bounds::{BACKUP_CHUNK_BYTES, BACKUP_MANIFEST_BYTES_MAX};
use crate::base::own;
use crate::domain::token::TokenHash;

/// What can read an encrypted archive.
pub type Identities<'a> = &'a [age::x25519::Identity];

/// How every encrypted archive begins. Source: age-encryption.org/v1.
const AGE_HEAD: &[u8] = b"age-encryption.org/";

/// Tells whether an archive is encrypted, by its first bytes.
///
/// # Errors
/// `Io`.
pub fn is_encrypted(archive: &Path) -> Result<bool, BackupError> {
    let failed = |error| cannot("read", archive, error);
    let mut head = Vec::with_capacity(AGE_HEAD.len());
    let file = File::open(archive).map_err(failed)?;
    file.take(length(AGE_HEAD)).read_to_end(&mut head).map_err(failed)?;
    Ok(head == AGE_HEAD)
}

/// Unpacks an archive into the empty folder `into` and returns its manifest.
///
/// # Errors
/// `NeedsIdentity`, `WrongIdentity`, `Damaged`, `Io`, `Stopped`. What is in `into` is
/// then worth nothing.
///
/// # Cost
/// Reads the archive once and writes everything that is in it.
pub fn unpack(
    archive: &Path,
    into: &Path,
    identities: Identities<'_>,
    watch: &dyn Watch,
) -> Result<Manifest, BackupError> {
    let source = opened(archive, identities)?;
    let unpacked = Unpacking { into, watch, notes: BTreeMap::new() }.run(source);
    match unpacked {
        Err(_why) if watch.is_stopped() => Err(BackupError::Stopped),
        Err(Broken::Archive(why)) => Err(damaged(archive, why)),
        Err(Broken::Read(error)) => Err(damaged(archive, error.to_string())),
        Err(Broken::Disk(error)) => Err(cannot("write", into, error)),
        Ok(manifest) => Ok(manifest),
    }
}

fn damaged(archive: &Path, why: impl Into<String>) -> BackupError {
    BackupError::Damaged { path: archive.to_owned(), why: why.into() }
}

/// Opens the archive and what it is encrypted with.
fn opened(archive: &Path, identities: Identities<'_>) -> Result<Box<dyn Read>, BackupError> {
    let failed = |error| cannot("read", archive, error);
    let mut file = File::open(archive).map_err(failed)?;
    if !is_encrypted(archive)? {
        file.rewind().map_err(failed)?;
        return Ok(Box::new(BufReader::new(file)));
    }
    if identities.is_empty() {
        return Err(BackupError::NeedsIdentity { path: archive.to_owned() });
    }
    let each = identities.iter().map(|identity| -> &dyn age::Identity { identity });
    let decryptor = age::Decryptor::new_buffered(BufReader::new(file));
    match decryptor.and_then(|decryptor| decryptor.decrypt(each)) {
        Ok(stream) => Ok(Box::new(stream)),
        Err(DecryptError::NoMatchingKeys) => {
            Err(BackupError::WrongIdentity { path: archive.to_owned() })
        }
        Err(DecryptError::Io(error)) if error.kind() != io::ErrorKind::UnexpectedEof => {
            Err(failed(error))
        }
        Err(error) => Err(damaged(archive, error.to_string())),
    }
}

/// Why unpacking ended early.
enum Broken {
    /// The archive is not what it should be.
    Archive(String),
    /// It cannot be read on: whatever the reason, it is not what was written.
    Read(io::Error),
    /// The folder cannot be written.
    Disk(io::Error),
}

struct Unpacking<'a> {
    into: &'a Path,
    watch: &'a dyn Watch,
    notes: BTreeMap<String, FileNote>,
}

impl Unpacking<'_> {
    fn run(mut self, source: Box<dyn Read>) -> Result<Manifest, Broken> {
        let zstd = zstd::Decoder::new(Sealed::new(source)).map_err(Broken::Read)?;
        let mut tar = tar::Archive::new(zstd);
        let mut manifest = None;
        for entry in tar.entries().map_err(Broken::Read)? {
            let mut entry = entry.map_err(Broken::Read)?;
            let name = name_of(&entry)?;
            if manifest.is_some() {
                return Err(Broken::Archive(format!("{name} follows the manifest")));
            }
            if name == MANIFEST {
                manifest = Some(manifest_of(&mut entry)?);
            } else {
                let note = self.file(&name, &mut entry)?;
                self.notes.insert(name, note);
            }
        }
        // The seal is checked where the bytes end.
        io::copy(&mut tar.into_inner(), &mut io::sink()).map_err(Broken::Read)?;
        let manifest =
            manifest.ok_or_else(|| Broken::Archive(String::from("it has no manifest")))?;
        if manifest.files != self.notes {
            return Err(Broken::Archive(String::from("its files are not those of its manifest")));
        }
        Ok(manifest)
    }

    /// Writes one file, which must not be there yet, and hashes it.
    fn file(&self, name: &str, source: &mut impl Read) -> Result<FileNote, Broken> {
        let path = self.into.join(name);
        if let Some(folder) = path.parent() {
            own::folder(folder).map_err(Broken::Disk)?;
        }
        let new = own::options().write(true).create_new(true).open(&path);
        let mut file = match new {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                return Err(Broken::Archive(format!("{name} stands in it twice")));
            }
            opened => opened.map_err(Broken::Disk)?,
        };
        let mut digest = Sha256::new();
        let mut bytes = 0;
        let mut chunk = vec![0; BACKUP_CHUNK_BYTES];
        loop {
            if self.watch.is_stopped() {
                return Err(Broken::Archive(String::from("stopped")));
            }
            let read = source.read(&mut chunk).map_err(Broken::Read)?;
            let piece = chunk.get(..read).unwrap_or_default();
            if piece.is_empty() {
                break;
            }
            digest.update(piece);
            bytes += length(piece);
            file.write_all(piece).map_err(Broken::Disk)?;
            self.watch.passed(Step::Unpack, length(piece));
        }
        Ok(FileNote { bytes, sha256: TokenHash(digest.finalize().into()).hex() })
    }
}

/// Returns an entry's name, if it is a file whose name stays below the folder.
fn name_of(entry: &tar::Entry<'_, impl Read>) -> Result<String, Broken> {
    let path = entry.path().map_err(Broken::Read)?.into_owned();
    let is_below = path.components().all(|part| matches!(part, Component::Normal(_)));
    let name = path.to_str().filter(|name| is_below && !name.is_empty());
    match name {
        Some(name) if entry.header().entry_type() == EntryType::Regular => Ok(name.to_owned()),
        Some(_) | None => {
            Err(Broken::Archive(format!("{} is no file that belongs in it", path.display())))
        }
    }
}

fn manifest_of(source: &mut impl Read) -> Result<Manifest, Broken> {
    let mut text = Vec::new();
    source.take(BACKUP_MANIFEST_BYTES_MAX).read_to_end(&mut text).map_err(Broken::Read)?;
    let manifest: Manifest = serde_json::from_slice(&text)
        .map_err(|error| Broken::Archive(format!("its manifest cannot be read: {error}")))?;
    if manifest.format != FORMAT {
        let why = format!("it has form {} and this version reads {FORMAT}", manifest.format);
        return Err(Broken::Archive(why));
    }
    Ok(manifest)
}

fn length(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.len()).unwrap_or(u64::MAX)
}
