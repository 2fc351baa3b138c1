//! Files and folders for this process's own user alone, whatever the umask.
//!
//! What is made here is made new, so that nothing that waits under its name is followed
//! or overwritten. What is there already is mended (0600, 0700) where it is our user's,
//! and refused with a sentence where it is not: then somebody else put it there.

use std::fs::{self, DirBuilder, File, Metadata, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{
    DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _, PermissionsExt as _,
};
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags};

use super::entropy::Entropy;

/// Permission bits of group and others.
const OTHERS: u32 = 0o077;

/// The bit by which everybody may write.
const EVERYBODY_WRITES: u32 = 0o002;

/// Random letters in the name of a draft: 130 bits.
const DRAFT_LETTERS: usize = 22;

/// Why something is not ours alone.
#[derive(Debug, thiserror::Error)]
pub enum OwnError {
    /// A link stands where a file or a folder of ours should.
    #[error(
        "{path} is a link, which antesala does not follow; put the file or folder itself there, \
         or lead the setting to it"
    )]
    Link {
        /// The link.
        path: String,
    },
    /// It belongs to somebody else.
    #[error(
        "{path} belongs to user {owner} and antesala runs as user {us}; run it as that user, or \
         run: chown -R {us} {path}"
    )]
    Foreign {
        /// What it is about.
        path: String,
        /// Whose it is.
        owner: u32,
        /// Who we are.
        us: u32,
    },
    /// Everybody may write into a folder that is not empty.
    #[error(
        "everybody may write into {path}, so what is in it may be somebody else's; look through \
         it and run: chmod 700 {path}"
    )]
    Writable {
        /// The folder.
        path: String,
    },
    /// The system refuses.
    #[error(
        "cannot create {path} or keep it for its owner alone: {reason}; set server.data_dir to a \
         folder that can be written"
    )]
    Io {
        /// What it is about.
        path: String,
        /// What the system said.
        reason: io::Error,
    },
}

impl OwnError {
    fn io(path: &Path, reason: io::Error) -> Self {
        Self::Io { path: shown(path), reason }
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// Sees to it that what this process makes from now on is its user's alone.
pub fn close_to_others() {
    rustix::process::umask(Mode::from_raw_mode(OTHERS));
}

/// Makes a folder, and those above it that are missing, for its owner alone.
///
/// # Errors
/// What the system said.
pub fn folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// Options that open a file for its owner alone and follow no link.
#[must_use]
pub fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    let flags = i32::try_from(OFlags::NOFOLLOW.bits()).unwrap_or_default();
    options.mode(0o600).custom_flags(flags);
    options
}

/// Makes a file anew in the place of one that was there.
///
/// What is no file (a terminal, a pipe) is written to as it is.
///
/// # Errors
/// A link, whose target would be overwritten; what the system said.
pub fn fresh(path: &Path) -> io::Result<File> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_file() => fs::remove_file(path)?,
        Ok(_) if fs::metadata(path).is_ok_and(|found| !found.is_file()) => {
            return OpenOptions::new().write(true).open(path);
        }
        Ok(_link) => return Err(io::Error::other("it is a link; name the file itself")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    options().write(true).create_new(true).open(path)
}

/// A file that has no name of its own yet; it goes with its owner unless it is published.
#[derive(Debug)]
pub struct Draft {
    /// The file, open for writing.
    pub file: File,
    /// Where it is until it is published.
    pub path: PathBuf,
}

impl Draft {
    /// Makes an empty file beside `target`, under a name that nobody can wait under.
    ///
    /// # Errors
    /// What the system said.
    pub fn beside(target: &Path, entropy: &Entropy) -> io::Result<Self> {
        let mut name = target.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.part", entropy.text(DRAFT_LETTERS)));
        let path = target.with_file_name(name);
        let file = options().write(true).create_new(true).open(&path)?;
        Ok(Self { file, path })
    }

    /// Gives the file its name, in the place of what has it.
    ///
    /// # Errors
    /// What the system said.
    pub fn publish(self, target: &Path) -> io::Result<()> {
        fs::rename(&self.path, target)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Given up, it goes; published, it has another name by now.
        let _ = fs::remove_file(&self.path);
    }
}

/// Makes the folder of all data, or mends it. A link to it is its administrator's or ours.
///
/// `is_known` tells what of its entries is ours: a folder that holds other things alone is
/// somebody's, and stays as open as it is; what is made in it is not.
///
/// # Errors
/// [`OwnError`].
pub fn root(path: &Path, is_known: impl Fn(&str) -> bool) -> Result<(), OwnError> {
    let failed = |error| OwnError::io(path, error);
    folder(path).map_err(failed)?;
    let us = rustix::process::geteuid().as_raw();
    let link = fs::symlink_metadata(path).map_err(failed)?;
    if link.is_symlink() && ![0, us].contains(&link.uid()) {
        return Err(OwnError::Foreign { path: shown(path), owner: link.uid(), us });
    }
    let found = fs::metadata(path).map_err(failed)?;
    owned(path, &found)?;
    if found.mode() & OTHERS == 0 {
        return Ok(());
    }
    let mut names = Vec::new();
    for entry in fs::read_dir(path).map_err(failed)? {
        names.push(entry.map_err(failed)?.file_name());
    }
    if !names.is_empty() && found.mode() & EVERYBODY_WRITES != 0 {
        return Err(OwnError::Writable { path: shown(path) });
    }
    if !names.is_empty() && !names.iter().filter_map(|name| name.to_str()).any(is_known) {
        return Ok(());
    }
    fs::set_permissions(path, Permissions::from_mode(0o700)).map_err(failed)
}

/// Mends a file or a folder with all that is in it; what is not there is no matter.
///
/// # Errors
/// [`OwnError`].
///
/// # Cost
/// About 2 µs for each file.
pub fn mend(path: &Path) -> Result<(), OwnError> {
    let mut waiting = vec![path.to_owned()];
    while let Some(path) = waiting.pop() {
        let failed = |error| OwnError::io(&path, error);
        if !mend_one(&path)? {
            continue;
        }
        for entry in fs::read_dir(&path).map_err(failed)? {
            waiting.push(entry.map_err(failed)?.path());
        }
    }
    Ok(())
}

/// Refuses a link and what belongs to somebody else, and mends nothing.
///
/// # Errors
/// [`OwnError`].
pub fn look(path: &Path) -> Result<(), OwnError> {
    looked(path).map(|_found| ())
}

fn looked(path: &Path) -> Result<Option<Metadata>, OwnError> {
    let found = match fs::symlink_metadata(path) {
        Ok(found) => found,
        Err(error)
            if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) =>
        {
            return Ok(None);
        }
        Err(error) => return Err(OwnError::io(path, error)),
    };
    if found.is_symlink() {
        return Err(OwnError::Link { path: shown(path) });
    }
    owned(path, &found)?;
    Ok(Some(found))
}

/// Mends one entry; tells whether it is a folder.
fn mend_one(path: &Path) -> Result<bool, OwnError> {
    let Some(found) = looked(path)? else { return Ok(false) };
    // A terminal or a pipe is nobody's to close.
    let is_ours = found.is_dir() || found.is_file();
    if is_ours && found.mode() & OTHERS != 0 {
        let mode = if found.is_dir() { 0o700 } else { 0o600 };
        match fs::set_permissions(path, Permissions::from_mode(mode)) {
            // Another process swept it meanwhile.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            outcome => outcome.map_err(|error| OwnError::io(path, error))?,
        }
    }
    Ok(found.is_dir())
}

fn owned(path: &Path, found: &Metadata) -> Result<(), OwnError> {
    let us = rustix::process::geteuid().as_raw();
    if found.uid() == us {
        return Ok(());
    }
    Err(OwnError::Foreign { path: shown(path), owner: found.uid(), us })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o777
    }

    #[test]
    fn what_is_open_is_closed_and_what_is_a_link_is_refused() {
        let place = tempfile::tempdir().unwrap();
        let tree = place.path().join("tree");
        fs::create_dir_all(tree.join("a")).unwrap();
        fs::write(tree.join("a/file"), "x").unwrap();
        for path in [tree.clone(), tree.join("a"), tree.join("a/file")] {
            fs::set_permissions(&path, Permissions::from_mode(0o777)).unwrap();
        }
        mend(&tree).unwrap();
        mend(&place.path().join("nothing")).unwrap();
        assert_eq!(
            [mode(&tree), mode(&tree.join("a")), mode(&tree.join("a/file"))],
            [0o700, 0o700, 0o600]
        );
        symlink("/etc/passwd", tree.join("a/link")).unwrap();
        assert!(matches!(mend(&tree), Err(OwnError::Link { .. })));
    }

    #[test]
    fn folder_of_somebody_is_not_taken_for_ours() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("data");
        let ours = |name: &str| name == "ours";
        let open = |mode| fs::set_permissions(&path, Permissions::from_mode(mode)).unwrap();
        root(&path, ours).unwrap();
        open(0o777);
        root(&path, ours).unwrap();
        assert_eq!(mode(&path), 0o700, "an empty one");
        fs::write(path.join("theirs"), "x").unwrap();
        open(0o755);
        root(&path, ours).unwrap();
        assert_eq!(mode(&path), 0o755, "somebody's");
        fs::write(path.join("ours"), "x").unwrap();
        open(0o777);
        assert!(matches!(root(&path, ours), Err(OwnError::Writable { .. })));
        open(0o755);
        root(&path, ours).unwrap();
        assert_eq!(mode(&path), 0o700);
    }

    #[test]
    fn fresh_file_replaces_a_file_and_no_link() {
        let place = tempfile::tempdir().unwrap();
        let (file, link) = (place.path().join("file"), place.path().join("link"));
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
        symlink(&file, &link).unwrap();
        assert!(fresh(&link).is_err());
        assert_eq!(fs::read(&file).unwrap(), b"old");
        drop(fresh(&file).unwrap());
        assert_eq!((fs::read(&file).unwrap().len(), mode(&file)), (0, 0o600));
        drop(fresh(Path::new("/dev/null")).unwrap());
    }
}
