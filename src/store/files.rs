//! The table `file`: which files lie on the disk, and when they were last touched.
//!
//! A row that names a digest comes in one batch with [`noted`], and the disk has had the
//! file before that. A row that ceases to name one calls [`release`] or its like first, and
//! one that names another's file [`touch`].

use super::{FromRow, Row, Sql, Statement, StoreError};
use crate::base::clock::Millis;

/// Every statement of this table, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[&NOTED, &TOUCH, &RELEASE, &IDLE, &FORGET, &KNOWN];

/// A file as its row has it.
#[derive(Clone, Copy, Debug)]
pub struct FileNote<'a> {
    /// Its name on the disk.
    pub digest: &'a str,
    /// What it is, by its content.
    pub media_type: &'static str,
    /// Bytes of it.
    pub size_bytes: i64,
}

static NOTED: Sql = Sql::new(
    "files.noted",
    "INSERT INTO file (digest, media_type, size_bytes, touched_at) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (digest) DO UPDATE SET touched_at = excluded.touched_at",
);

/// Notes a file that somebody brought, or brought again. Index: the primary key.
#[must_use]
pub fn noted(note: FileNote<'_>, now: Millis) -> Statement {
    let FileNote { digest, media_type, size_bytes } = note;
    NOTED.bind([digest.into(), media_type.into(), size_bytes.into(), now.into()]).expecting(1)
}

static TOUCH: Sql = Sql::new(
    "files.touch",
    "UPDATE file SET touched_at = ?2 WHERE digest = ?1 AND touched_at < ?2",
);

/// Notes that a row ceases to name a file. Index: the primary key.
#[must_use]
pub fn touch(digest: &str, now: Millis) -> Statement {
    TOUCH.bind([digest.into(), now.into()])
}

static RELEASE: Sql = Sql::new(
    "files.release",
    "UPDATE file SET touched_at = ?2 WHERE digest IN (
        SELECT cv_digest FROM profile WHERE user_id = ?1
        UNION SELECT avatar_digest FROM profile WHERE user_id = ?1
        UNION SELECT cv_digest FROM application WHERE candidate_id = ?1) RETURNING digest",
);

/// Notes that all that somebody brought is about to lose its namers; returns what it was.
/// Indexes: `application_candidate_id`, the primary keys.
#[must_use]
pub fn release(user_id: &str, now: Millis) -> Statement {
    RELEASE.bind([user_id.into(), now.into()])
}

static IDLE: Sql = Sql::new(
    "files.idle",
    "SELECT f.digest FROM file f WHERE f.digest > ?1 AND f.touched_at < ?2
    AND NOT EXISTS (SELECT 1 FROM profile p WHERE p.cv_digest = f.digest)
    AND NOT EXISTS (SELECT 1 FROM profile p WHERE p.avatar_digest = f.digest)
    AND NOT EXISTS (SELECT 1 FROM application a WHERE a.cv_digest = f.digest)
    ORDER BY f.digest LIMIT ?3",
);

/// Lists files after `after` that no row names and nobody touched since `before`.
/// Indexes: the primary key, `profile_cv_digest`, `profile_avatar_digest`,
/// `application_cv_digest`.
#[must_use]
pub fn idle(after: &str, before: Millis, limit: i64) -> Statement {
    IDLE.bind([after.into(), before.into(), limit.into()])
}

static FORGET: Sql = Sql::new(
    "files.forget",
    "DELETE FROM file WHERE digest = ?1 AND touched_at < ?2
    AND NOT EXISTS (SELECT 1 FROM profile p WHERE p.cv_digest = ?1)
    AND NOT EXISTS (SELECT 1 FROM profile p WHERE p.avatar_digest = ?1)
    AND NOT EXISTS (SELECT 1 FROM application a WHERE a.cv_digest = ?1)",
);

/// Forgets a file that is still as [`idle`] found it. Indexes: as there.
#[must_use]
pub fn forget(digest: &str, before: Millis) -> Statement {
    FORGET.bind([digest.into(), before.into()])
}

static KNOWN: Sql = Sql::new(
    "files.known",
    "SELECT digest FROM file WHERE digest > ?1 AND digest < ?2 ORDER BY digest LIMIT ?3",
);

/// Lists the digests between two texts. Index: the primary key.
#[must_use]
pub fn known(after: &str, before: &str, limit: i64) -> Statement {
    KNOWN.bind([after.into(), before.into(), limit.into()])
}

/// A file that is to be answered with.
#[derive(Clone, Debug)]
pub struct NamedFile {
    /// Its name on the disk.
    pub digest: String,
    /// What its owner calls it.
    pub name: String,
}

impl FromRow for NamedFile {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { digest: row.text()?, name: row.text()? })
    }
}
