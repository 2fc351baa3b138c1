//! The lists of a profile: stations and publications, each its owner's alone.

use crate::app::{App, Failure};
use crate::base::bounds::{PUBLICATIONS_MAX, STATIONS_MAX};
use crate::base::clock::Millis;
use crate::board::profile::guarded;
use crate::domain::profile::{
    PUBLICATION_ID_PREFIX, Publication, PublicationFields, STATION_ID_PREFIX, Section, Station,
    StationFields,
};
use crate::domain::refusal::Refusal;
use crate::domain::user::User;
use crate::store::Statement;
use crate::store::profile_lists::{self, Shelf};

/// Lists somebody's stations, the newest first.
///
/// # Errors
/// A fault of the store.
pub async fn stations(app: &App, shelf: Shelf<'_>) -> Result<Vec<Station>, Failure> {
    Ok(app.store.list(profile_lists::stations(shelf, STATIONS_MAX)).await?)
}

/// Finds one of the person's stations.
///
/// # Errors
/// `NotFound`.
pub async fn station(
    app: &App,
    user: &User,
    (section, id): (Section, &str),
) -> Result<Station, Failure> {
    let found: Option<Station> =
        app.store.find(profile_lists::station(id, shelf(user, section))).await?;
    found.ok_or_else(|| Refusal::NotFound.into())
}

/// Adds a station.
///
/// # Errors
/// `LimitReached`.
pub async fn add_station(
    app: &App,
    user: &User,
    (section, fields, now): (Section, StationFields, Millis),
    kept: impl Fn(&Station) -> Vec<Statement>,
) -> Result<Station, Failure> {
    let id = app.entropy.id(STATION_ID_PREFIX, now);
    let add = profile_lists::station_add(&id, shelf(user, section), &fields, (STATIONS_MAX, now));
    let station = Station { id, fields, version: 1 };
    let mut batch = kept(&station);
    batch.push(add);
    app.store.apply(batch).await.map_err(guarded(Refusal::LimitReached))?;
    Ok(station)
}

/// Changes a station from the version that it names.
///
/// # Errors
/// `VersionOutdated` when it was changed or removed meanwhile.
pub async fn change_station(
    app: &App,
    user: &User,
    (section, station): (Section, &Station),
    now: Millis,
) -> Result<(), Failure> {
    let set = profile_lists::station_set(station, shelf(user, section), now);
    app.store.apply(vec![set]).await.map_err(guarded(Refusal::VersionOutdated))?;
    Ok(())
}

/// Removes a station.
///
/// # Errors
/// `NotFound`.
pub async fn remove_station(
    app: &App,
    user: &User,
    (section, id): (Section, &str),
) -> Result<(), Failure> {
    let delete = profile_lists::station_delete(id, shelf(user, section));
    app.store.apply(vec![delete]).await.map_err(guarded(Refusal::NotFound))?;
    Ok(())
}

fn shelf(user: &User, section: Section) -> Shelf<'_> {
    Shelf { user_id: &user.id, section }
}

/// Lists what somebody published, the newest first.
///
/// # Errors
/// A fault of the store.
pub async fn publications(app: &App, user_id: &str) -> Result<Vec<Publication>, Failure> {
    Ok(app.store.list(profile_lists::publications(user_id, PUBLICATIONS_MAX)).await?)
}

/// Finds one of the person's publications.
///
/// # Errors
/// `NotFound`.
pub async fn publication(app: &App, user: &User, id: &str) -> Result<Publication, Failure> {
    let found: Option<Publication> =
        app.store.find(profile_lists::publication(id, &user.id)).await?;
    found.ok_or_else(|| Refusal::NotFound.into())
}

/// Adds a publication.
///
/// # Errors
/// `LimitReached`.
pub async fn add_publication(
    app: &App,
    user: &User,
    (fields, now): (PublicationFields, Millis),
    kept: impl Fn(&Publication) -> Vec<Statement>,
) -> Result<Publication, Failure> {
    let id = app.entropy.id(PUBLICATION_ID_PREFIX, now);
    let add = profile_lists::publication_add(&id, &user.id, &fields, (PUBLICATIONS_MAX, now));
    let publication = Publication { id, fields, version: 1 };
    let mut batch = kept(&publication);
    batch.push(add);
    app.store.apply(batch).await.map_err(guarded(Refusal::LimitReached))?;
    Ok(publication)
}

/// Changes a publication from the version that it names.
///
/// # Errors
/// `VersionOutdated` when it was changed or removed meanwhile.
pub async fn change_publication(
    app: &App,
    user: &User,
    publication: &Publication,
    now: Millis,
) -> Result<(), Failure> {
    let set = profile_lists::publication_set(publication, &user.id, now);
    app.store.apply(vec![set]).await.map_err(guarded(Refusal::VersionOutdated))?;
    Ok(())
}

/// Removes a publication.
///
/// # Errors
/// `NotFound`.
pub async fn remove_publication(app: &App, user: &User, id: &str) -> Result<(), Failure> {
    let delete = profile_lists::publication_delete(id, &user.id);
    app.store.apply(vec![delete]).await.map_err(guarded(Refusal::NotFound))?;
    Ok(())
}
