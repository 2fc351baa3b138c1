//! The lists of a profile on the wire: what is sent of them, and what is answered.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::profile_body::wrong;
use crate::base::bounds::{LINE_LENGTH_MAX, STATION_TEXT_LENGTH_MAX};
use crate::domain::profile::{
    Publication, PublicationFields, SentPublication, SentStation, Station, StationFields,
};
use crate::http::error::ApiError;

/// A station on its way in.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StationBody {
    /// The position or the degree.
    #[schemars(length(min = 1, max = LINE_LENGTH_MAX))]
    pub title: String,
    /// Where.
    #[schemars(length(min = 1, max = LINE_LENGTH_MAX))]
    pub institution: String,
    /// `YYYY-MM` or `YYYY-MM-DD`.
    #[schemars(length(max = 10))]
    pub start_date: String,
    /// As the start; without it the station goes on.
    #[schemars(length(max = 10), extend("nullable" = true))]
    pub end_date: Option<String>,
    /// Some paragraphs.
    #[schemars(
        length(max = STATION_TEXT_LENGTH_MAX),
        extend("nullable" = true, "format" = "multiline")
    )]
    pub description: Option<String>,
}

/// What changes of a station.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StationPatch {
    /// The position or the degree.
    #[schemars(length(min = 1, max = LINE_LENGTH_MAX))]
    pub title: Option<String>,
    /// Where.
    #[schemars(length(min = 1, max = LINE_LENGTH_MAX))]
    pub institution: Option<String>,
    /// `YYYY-MM` or `YYYY-MM-DD`.
    #[schemars(length(max = 10))]
    pub start_date: Option<String>,
    /// As the start; null: the station goes on.
    #[schemars(length(max = 10), extend("nullable" = true))]
    pub end_date: Option<String>,
    /// Some paragraphs; null empties it.
    #[schemars(
        length(max = STATION_TEXT_LENGTH_MAX),
        extend("nullable" = true, "format" = "multiline")
    )]
    pub description: Option<String>,
}

/// A publication on its way in.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PublicationBody {
    /// Its title.
    #[schemars(length(min = 1, max = LINE_LENGTH_MAX))]
    pub title: String,
    /// The journal, the congress, the publisher.
    #[schemars(length(max = LINE_LENGTH_MAX), extend("nullable" = true))]
    pub venue: Option<String>,
    /// The year.
    #[schemars(range(min = 1800, max = 2100))]
    pub year: i64,
    /// `10.…/…`, with or without the address of its resolver.
    #[schemars(length(max = LINE_LENGTH_MAX), extend("nullable" = true))]
    pub doi: Option<String>,
}

/// What changes of a publication.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PublicationPatch {
    /// Its title.
    #[schemars(length(min = 1, max = LINE_LENGTH_MAX))]
    pub title: Option<String>,
    /// The journal, the congress, the publisher; null empties it.
    #[schemars(length(max = LINE_LENGTH_MAX), extend("nullable" = true))]
    pub venue: Option<String>,
    /// The year.
    #[schemars(range(min = 1800, max = 2100))]
    pub year: Option<i64>,
    /// As when it was added; null empties it.
    #[schemars(length(max = LINE_LENGTH_MAX), extend("nullable" = true))]
    pub doi: Option<String>,
}

/// A station on the wire.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StationShape<'a> {
    id: &'a str,
    title: &'a str,
    institution: &'a str,
    start_date: &'a str,
    end_date: Option<&'a str>,
    description: Option<&'a str>,
}

impl<'a> From<&'a Station> for StationShape<'a> {
    fn from(station: &'a Station) -> Self {
        let fields = &station.fields;
        Self {
            id: &station.id,
            title: &fields.title,
            institution: &fields.institution,
            start_date: &fields.start_date,
            end_date: fields.end_date.as_deref(),
            description: fields.description.as_deref(),
        }
    }
}

/// A publication on the wire.
#[derive(Serialize)]
pub(super) struct PublicationShape<'a> {
    id: &'a str,
    title: &'a str,
    venue: Option<&'a str>,
    pub year: i64,
    doi: Option<&'a str>,
}

impl<'a> From<&'a Publication> for PublicationShape<'a> {
    fn from(publication: &'a Publication) -> Self {
        let fields = &publication.fields;
        Self {
            id: &publication.id,
            title: &fields.title,
            venue: fields.venue.as_deref(),
            year: fields.year,
            doi: fields.doi.as_deref(),
        }
    }
}

/// Reads a station's fields into their normal forms.
pub(super) fn station_fields(sent: StationBody) -> Result<StationFields, ApiError> {
    let StationBody { title, institution, start_date, end_date, description } = sent;
    let sent = SentStation { title, institution, start_date, end_date, description };
    sent.read().map_err(wrong)
}

/// Reads a publication's fields into their normal forms.
pub(super) fn publication_fields(sent: PublicationBody) -> Result<PublicationFields, ApiError> {
    let PublicationBody { title, venue, year, doi } = sent;
    SentPublication { title, venue, year: Some(year), doi }.read().map_err(wrong)
}
