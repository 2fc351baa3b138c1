//! The tables `profile_station` and `publication`: the lists of a profile.
//!
//! Every statement compares the owner. The newest stands first.

use super::{FromRow, Row, Sql, Statement, StoreError};
use crate::base::clock::Millis;
use crate::domain::profile::{Publication, PublicationFields, Section, Station, StationFields};

/// Every statement of these tables, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[
    &STATIONS,
    &STATION,
    &STATION_ADD,
    &STATION_SET,
    &STATION_DELETE,
    &PUBLICATIONS,
    &PUBLICATION,
    &PUBLICATION_ADD,
    &PUBLICATION_SET,
    &PUBLICATION_DELETE,
];

/// Whose list, and which.
#[derive(Clone, Copy, Debug)]
pub struct Shelf<'a> {
    /// The owner.
    pub user_id: &'a str,
    /// The list.
    pub section: Section,
}

static STATIONS: Sql = Sql::new(
    "profile_stations.of",
    "SELECT id, title, institution, start_date, end_date, description, version
    FROM profile_station WHERE user_id = ?1 AND section = ?2
    ORDER BY start_date DESC, id DESC LIMIT ?3",
);

/// Lists somebody's stations. Index: `profile_station_user_id`.
#[must_use]
pub fn stations(shelf: Shelf<'_>, limit: i64) -> Statement {
    STATIONS.bind([shelf.user_id.into(), shelf.section.name().into(), limit.into()])
}

static STATION: Sql = Sql::new(
    "profile_stations.by_id",
    "SELECT id, title, institution, start_date, end_date, description, version
    FROM profile_station WHERE id = ?1 AND user_id = ?2 AND section = ?3",
);

/// Finds one of somebody's stations. Index: the primary key.
#[must_use]
pub fn station(id: &str, shelf: Shelf<'_>) -> Statement {
    STATION.bind([id.into(), shelf.user_id.into(), shelf.section.name().into()])
}

static STATION_ADD: Sql = Sql::new(
    "profile_stations.add",
    "INSERT INTO profile_station (id, user_id, section, title, institution, start_date, end_date,
        description, version, created_at, updated_at)
    SELECT CAST(?1 AS TEXT), CAST(?2 AS TEXT), CAST(?3 AS TEXT), CAST(?4 AS TEXT),
        CAST(?5 AS TEXT), CAST(?6 AS TEXT), CAST(?7 AS TEXT), CAST(?8 AS TEXT), 1,
        CAST(?9 AS BIGINT), CAST(?9 AS BIGINT)
    WHERE (SELECT count(*) FROM profile_station WHERE user_id = ?2 AND section = ?3)
        < CAST(?10 AS BIGINT)",
);

/// Adds a station; expects that there are fewer than `max`.
/// Index: `profile_station_user_id`.
#[must_use]
pub fn station_add(
    id: &str,
    shelf: Shelf<'_>,
    fields: &StationFields,
    (max, now): (i64, Millis),
) -> Statement {
    let values = [
        id.into(),
        shelf.user_id.into(),
        shelf.section.name().into(),
        (&fields.title).into(),
        (&fields.institution).into(),
        (&fields.start_date).into(),
        fields.end_date.clone().into(),
        fields.description.clone().into(),
        now.into(),
        max.into(),
    ];
    STATION_ADD.bind(values).expecting(1)
}

static STATION_SET: Sql = Sql::new(
    "profile_stations.set",
    "UPDATE profile_station SET title = ?4, institution = ?5, start_date = ?6, end_date = ?7,
        description = ?8, version = version + 1, updated_at = ?9
    WHERE id = ?1 AND user_id = ?2 AND section = ?3 AND version = ?10",
);

/// Changes a station, if it is as it was read. Index: the primary key.
#[must_use]
pub fn station_set(station: &Station, shelf: Shelf<'_>, now: Millis) -> Statement {
    let Station { id, fields, version } = station;
    let values = [
        id.into(),
        shelf.user_id.into(),
        shelf.section.name().into(),
        (&fields.title).into(),
        (&fields.institution).into(),
        (&fields.start_date).into(),
        fields.end_date.clone().into(),
        fields.description.clone().into(),
        now.into(),
        (*version).into(),
    ];
    STATION_SET.bind(values).expecting(1)
}

static STATION_DELETE: Sql = Sql::new(
    "profile_stations.delete",
    "DELETE FROM profile_station WHERE id = ?1 AND user_id = ?2 AND section = ?3",
);

/// Removes a station; expects that it is there. Index: the primary key.
#[must_use]
pub fn station_delete(id: &str, shelf: Shelf<'_>) -> Statement {
    let values = [id.into(), shelf.user_id.into(), shelf.section.name().into()];
    STATION_DELETE.bind(values).expecting(1)
}

static PUBLICATIONS: Sql = Sql::new(
    "publications.of",
    "SELECT id, title, venue, year, doi, version FROM publication WHERE user_id = ?1
    ORDER BY year DESC, id DESC LIMIT ?2",
);

/// Lists what somebody published. Index: `publication_user_id`.
#[must_use]
pub fn publications(user_id: &str, limit: i64) -> Statement {
    PUBLICATIONS.bind([user_id.into(), limit.into()])
}

static PUBLICATION: Sql = Sql::new(
    "publications.by_id",
    "SELECT id, title, venue, year, doi, version FROM publication WHERE id = ?1 AND user_id = ?2",
);

/// Finds one of somebody's publications. Index: the primary key.
#[must_use]
pub fn publication(id: &str, user_id: &str) -> Statement {
    PUBLICATION.bind([id.into(), user_id.into()])
}

static PUBLICATION_ADD: Sql = Sql::new(
    "publications.add",
    "INSERT INTO publication (id, user_id, title, venue, year, doi, version, created_at,
        updated_at)
    SELECT CAST(?1 AS TEXT), CAST(?2 AS TEXT), CAST(?3 AS TEXT), CAST(?4 AS TEXT),
        CAST(?5 AS BIGINT), CAST(?6 AS TEXT), 1, CAST(?7 AS BIGINT), CAST(?7 AS BIGINT)
    WHERE (SELECT count(*) FROM publication WHERE user_id = ?2) < CAST(?8 AS BIGINT)",
);

/// Adds a publication; expects that there are fewer than `max`.
/// Index: `publication_user_id`.
#[must_use]
pub fn publication_add(
    id: &str,
    user_id: &str,
    fields: &PublicationFields,
    (max, now): (i64, Millis),
) -> Statement {
    let values = [
        id.into(),
        user_id.into(),
        (&fields.title).into(),
        fields.venue.clone().into(),
        fields.year.into(),
        fields.doi.clone().into(),
        now.into(),
        max.into(),
    ];
    PUBLICATION_ADD.bind(values).expecting(1)
}

static PUBLICATION_SET: Sql = Sql::new(
    "publications.set",
    "UPDATE publication SET title = ?3, venue = ?4, year = ?5, doi = ?6, version = version + 1,
        updated_at = ?7
    WHERE id = ?1 AND user_id = ?2 AND version = ?8",
);

/// Changes a publication, if it is as it was read. Index: the primary key.
#[must_use]
pub fn publication_set(publication: &Publication, user_id: &str, now: Millis) -> Statement {
    let Publication { id, fields, version } = publication;
    let values = [
        id.into(),
        user_id.into(),
        (&fields.title).into(),
        fields.venue.clone().into(),
        fields.year.into(),
        fields.doi.clone().into(),
        now.into(),
        (*version).into(),
    ];
    PUBLICATION_SET.bind(values).expecting(1)
}

static PUBLICATION_DELETE: Sql =
    Sql::new("publications.delete", "DELETE FROM publication WHERE id = ?1 AND user_id = ?2");

/// Removes a publication; expects that it is there. Index: the primary key.
#[must_use]
pub fn publication_delete(id: &str, user_id: &str) -> Statement {
    PUBLICATION_DELETE.bind([id.into(), user_id.into()]).expecting(1)
}

impl FromRow for Station {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text()?,
            fields: StationFields {
                title: row.text()?,
                institution: row.text()?,
                start_date: row.text()?,
                end_date: row.text_or_null()?,
                description: row.text_or_null()?,
            },
            version: row.integer()?,
        })
    }
}

impl FromRow for Publication {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: row.text()?,
            fields: PublicationFields {
                title: row.text()?,
                venue: row.text_or_null()?,
                year: row.integer()?,
                doi: row.text_or_null()?,
            },
            version: row.integer()?,
        })
    }
}
