//! The manifest: what an archive holds, written last, when all of it is known.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::keys::KeyNote;

/// The manifest's name in the archive.
pub const MANIFEST: &str = "manifest.json";

/// The database's name in the archive.
pub const DATABASE: &str = "database.db";

/// Folder of the keys in the archive.
pub const KEYS: &str = "keys";

/// Folder of the uploads in the archive.
pub const UPLOADS: &str = "uploads";

/// The only form of archive so far.
pub const FORMAT: u32 = 1;

/// What an archive holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// Form of the archive: [`FORMAT`].
    pub format: u32,
    /// Version of the program that wrote it.
    pub antesala: String,
    /// Version of SQLite that wrote the database.
    pub sqlite: String,
    /// When, ISO 8601 UTC.
    pub created_at: String,
    /// Number of the database's newest migration.
    pub schema: i64,
    /// Rows of each table.
    pub rows: BTreeMap<String, i64>,
    /// Which keys belong to the data, and whether they are in here.
    pub keys: KeyNote,
    /// Every other file of the archive, by name.
    pub files: BTreeMap<String, FileNote>,
}

/// A file of the archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileNote {
    /// Its length.
    pub bytes: u64,
    /// Its SHA-256 in lower-case hexadecimal.
    pub sha256: String,
}

impl Manifest {
    /// Returns the rows of all tables together.
    #[must_use]
    pub fn rows_total(&self) -> i64 {
        self.rows.values().sum()
    }

    /// Returns the bytes of all files together, before they are packed.
    #[must_use]
    pub fn bytes_total(&self) -> u64 {
        self.files.values().map(|file| file.bytes).sum()
    }
}
