//! The table `profile`: what people tell of themselves, and which files are theirs.
//!
//! A row is made by the first change. Each change raises `version`; one that names the
//! version it was made from leaves nothing when there is a newer one.

use super::{FromRow, Row, Sql, Statement, StoreError};
use crate::base::clock::Millis;
use crate::domain::profile::{Cv, Profile, ProfileFields, Visibility};

/// Every statement of this table, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[
    &OF,
    &FIELDS_SET,
    &PROFESSION_SET,
    &BEGIN,
    &RELEASE_CV,
    &RELEASE_AVATAR,
    &CV_SET,
    &CV_CLEAR,
    &AVATAR_SET,
    &AVATAR_CLEAR,
    &IMAGE_SET,
];

/// Name of the statement that finds a newer version.
pub const FIELDS_SET_NAME: &str = "profiles.fields_set";

static OF: Sql = Sql::new(
    "profiles.of",
    r#"SELECT p.headline, p.bio, u.profession, p.field, p.level, p.orcid, p.location, p.phone,
        p.skills, p.languages, p.links, p.availability, p.visibility, p.cv_digest, p.cv_name,
        p.cv_size_bytes, p.cv_uploaded_at, p.avatar_digest, p.version, p.updated_at
    FROM profile p JOIN "user" u ON u.id = p.user_id WHERE p.user_id = ?1"#,
);

/// Finds somebody's profile, once it was written. Indexes: the primary keys.
#[must_use]
pub fn of(user_id: &str) -> Statement {
    OF.bind([user_id.into()])
}

static FIELDS_SET: Sql = Sql::new(
    FIELDS_SET_NAME,
    "INSERT INTO profile (user_id, headline, bio, field, level, orcid, location, phone, skills,
        languages, links, availability, visibility, version, created_at, updated_at)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, 1, ?14, ?14)
    ON CONFLICT (user_id) DO UPDATE SET headline = excluded.headline, bio = excluded.bio,
        field = excluded.field, level = excluded.level, orcid = excluded.orcid,
        location = excluded.location, phone = excluded.phone, skills = excluded.skills,
        languages = excluded.languages, links = excluded.links,
        availability = excluded.availability, visibility = excluded.visibility,
        version = profile.version + 1, updated_at = excluded.updated_at
    WHERE CAST(?15 AS BIGINT) IS NULL OR profile.version = ?15
    RETURNING version",
);

/// Writes what somebody fills in, if the version is the one that they saw; `None`:
/// whatever it is. Returns the new version. Index: the primary key.
///
/// # Errors
/// `Decode` for lists that are no JSON, a defect.
pub fn fields_set(
    user_id: &str,
    fields: &ProfileFields,
    seen: Option<i64>,
    now: Millis,
) -> Result<Statement, StoreError> {
    let values = [
        user_id.into(),
        fields.headline.clone().into(),
        fields.bio.clone().into(),
        fields.field.clone().into(),
        fields.level.clone().into(),
        fields.orcid.clone().into(),
        fields.location.clone().into(),
        fields.phone.clone().into(),
        json(&fields.skills)?.into(),
        json(&fields.languages)?.into(),
        json(&fields.links)?.into(),
        fields.availability.clone().into(),
        fields.visibility.name().into(),
        now.into(),
        seen.into(),
    ];
    Ok(FIELDS_SET.bind(values).expecting(1))
}

fn json(list: &impl serde::Serialize) -> Result<String, StoreError> {
    serde_json::to_string(list)
        .map_err(|_shape| StoreError::Decode { sql: FIELDS_SET.name, column: 0 })
}

static PROFESSION_SET: Sql = Sql::new(
    "profiles.profession_set",
    r#"UPDATE "user" SET profession = ?2, updated_at = ?3
    WHERE id = ?1 AND profession IS DISTINCT FROM ?2"#,
);

/// Writes what somebody does for a living, where every session tells it.
/// Index: the primary key.
#[must_use]
pub fn profession_set(user_id: &str, profession: Option<&str>, now: Millis) -> Statement {
    PROFESSION_SET.bind([user_id.into(), profession.into(), now.into()])
}

static BEGIN: Sql = Sql::new(
    "profiles.begin",
    "INSERT INTO profile (user_id, skills, languages, links, visibility, version, created_at,
        updated_at)
    VALUES (?1, '[]', '[]', '[]', ?2, 0, ?3, ?3) ON CONFLICT (user_id) DO NOTHING",
);

/// Begins a profile unless there is one. Index: the primary key.
#[must_use]
pub fn begin(user_id: &str, now: Millis) -> Statement {
    BEGIN.bind([user_id.into(), Visibility::default().name().into(), now.into()])
}

static RELEASE_CV: Sql = Sql::new(
    "profiles.release_cv",
    "UPDATE file SET touched_at = ?2
    WHERE digest = (SELECT cv_digest FROM profile WHERE user_id = ?1) RETURNING digest",
);

/// Notes that somebody's CV is about to be another; returns which it was.
/// Indexes: the primary keys.
#[must_use]
pub fn release_cv(user_id: &str, now: Millis) -> Statement {
    RELEASE_CV.bind([user_id.into(), now.into()])
}

static RELEASE_AVATAR: Sql = Sql::new(
    "profiles.release_avatar",
    "UPDATE file SET touched_at = ?2
    WHERE digest = (SELECT avatar_digest FROM profile WHERE user_id = ?1) RETURNING digest",
);

/// Notes that somebody's picture is about to be another; returns which it was.
/// Indexes: the primary keys.
#[must_use]
pub fn release_avatar(user_id: &str, now: Millis) -> Statement {
    RELEASE_AVATAR.bind([user_id.into(), now.into()])
}

static CV_SET: Sql = Sql::new(
    "profiles.cv_set",
    "UPDATE profile SET cv_digest = ?2, cv_name = ?3, cv_size_bytes = ?4, cv_uploaded_at = ?5,
        version = version + 1, updated_at = ?5 WHERE user_id = ?1",
);

/// Names somebody's CV. Index: the primary key.
#[must_use]
pub fn cv_set(user_id: &str, cv: &Cv) -> Statement {
    let values = [
        user_id.into(),
        (&cv.digest).into(),
        (&cv.name).into(),
        cv.size_bytes.into(),
        cv.uploaded_at.into(),
    ];
    CV_SET.bind(values).expecting(1)
}

static CV_CLEAR: Sql = Sql::new(
    "profiles.cv_clear",
    "UPDATE profile SET cv_digest = NULL, cv_name = NULL, cv_size_bytes = NULL,
        cv_uploaded_at = NULL, version = version + 1, updated_at = ?2
    WHERE user_id = ?1 AND cv_digest IS NOT NULL",
);

/// Takes somebody's CV away; expects that there is one. Index: the primary key.
#[must_use]
pub fn cv_clear(user_id: &str, now: Millis) -> Statement {
    CV_CLEAR.bind([user_id.into(), now.into()]).expecting(1)
}

static AVATAR_SET: Sql = Sql::new(
    "profiles.avatar_set",
    "UPDATE profile SET avatar_digest = ?2, version = version + 1, updated_at = ?3
    WHERE user_id = ?1",
);

/// Names somebody's picture. Index: the primary key.
#[must_use]
pub fn avatar_set(user_id: &str, digest: &str, now: Millis) -> Statement {
    AVATAR_SET.bind([user_id.into(), digest.into(), now.into()]).expecting(1)
}

static AVATAR_CLEAR: Sql = Sql::new(
    "profiles.avatar_clear",
    "UPDATE profile SET avatar_digest = NULL, version = version + 1, updated_at = ?2
    WHERE user_id = ?1 AND avatar_digest IS NOT NULL",
);

/// Takes somebody's picture away; expects that there is one. Index: the primary key.
#[must_use]
pub fn avatar_clear(user_id: &str, now: Millis) -> Statement {
    AVATAR_CLEAR.bind([user_id.into(), now.into()]).expecting(1)
}

/// Takes somebody's picture away, where there is one. Index: the primary key.
#[must_use]
pub fn avatar_clear_if_any(user_id: &str, now: Millis) -> Statement {
    AVATAR_CLEAR.bind([user_id.into(), now.into()])
}

static IMAGE_SET: Sql = Sql::new(
    "profiles.image_set",
    r#"UPDATE "user" SET image = ?2, updated_at = ?3 WHERE id = ?1"#,
);

/// Writes the address of somebody's picture, where every session tells it.
/// Index: the primary key.
#[must_use]
pub fn image_set(user_id: &str, image: Option<&str>, now: Millis) -> Statement {
    IMAGE_SET.bind([user_id.into(), image.into(), now.into()]).expecting(1)
}

impl FromRow for Profile {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        let fields = ProfileFields {
            headline: row.text_or_null()?,
            bio: row.text_or_null()?,
            profession: row.text_or_null()?,
            field: row.text_or_null()?,
            level: row.text_or_null()?,
            orcid: row.text_or_null()?,
            location: row.text_or_null()?,
            phone: row.text_or_null()?,
            skills: row.parsed(|text| serde_json::from_str(text).ok())?,
            languages: row.parsed(|text| serde_json::from_str(text).ok())?,
            links: row.parsed(|text| serde_json::from_str(text).ok())?,
            availability: row.text_or_null()?,
            visibility: row.parsed(Visibility::parse)?,
        };
        Ok(Self {
            fields,
            cv: cv(row)?,
            avatar_digest: row.text_or_null()?,
            version: row.integer()?,
            updated_at: Some(row.millis()?),
        })
    }
}

fn cv(row: &mut Row<'_>) -> Result<Option<Cv>, StoreError> {
    let digest = row.text_or_null()?;
    let name = row.text_or_null()?;
    let size_bytes = row.integer_or_null()?;
    let uploaded_at = row.millis_or_null()?;
    Ok(digest.map(|digest| Cv {
        digest,
        name: name.unwrap_or_default(),
        size_bytes: size_bytes.unwrap_or_default(),
        uploaded_at: uploaded_at.unwrap_or(Millis(0)),
    }))
}
