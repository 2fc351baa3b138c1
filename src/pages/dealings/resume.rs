//! What a candidate tells of themselves, as far as the organisation may see it.

use crate::app::{App, Failure};
use crate::board::profile::{self, avatar, lists};
use crate::domain::job::Category;
use crate::domain::profile::{Language, LanguageLevel, Publication, Section, Station};
use crate::domain::refusal::Refusal;
use crate::http::words::PageWords;
use crate::store::profile_lists::Shelf;
use crate::store::profile_views::{SeenProfile, Viewer};

/// A profile on a page.
#[derive(Debug)]
pub struct Resume {
    /// One line about the person.
    pub headline: String,
    /// Some paragraphs.
    pub bio: Vec<String>,
    /// Address of the picture, one of ours.
    pub picture: Option<String>,
    /// What else is known: name and value.
    pub facts: Vec<(String, String)>,
    /// What the person can do.
    pub skills: Vec<String>,
    /// Pages of the person, https.
    pub links: Vec<String>,
    /// Title and stations of the lists that are not empty.
    pub lists: Vec<(String, Vec<Entry>)>,
}

/// A station or a publication.
#[derive(Debug)]
pub struct Entry {
    /// What it is.
    pub title: String,
    /// Where and when.
    pub place: String,
    /// More about it, line by line.
    pub text: Vec<String>,
    /// Where it can be read, https.
    pub link: Option<String>,
}

impl Resume {
    /// Reads the profile of somebody; `None`: it is not for the viewer's eyes, or there is
    /// none.
    ///
    /// # Errors
    /// A fault of the store.
    ///
    /// # Cost
    /// Four reads by index.
    pub async fn of(
        app: &App,
        words: &PageWords<'_>,
        user_id: &str,
        viewer: Viewer<'_>,
    ) -> Result<Option<Self>, Failure> {
        let seen = match profile::seen(app, user_id, viewer).await {
            Ok(seen) => seen,
            Err(Failure::Refused(Refusal::NotFound)) => return Ok(None),
            Err(failure) => return Err(failure),
        };
        let shelf = |section| Shelf { user_id, section };
        let stations = [
            ("resume-experience", lists::stations(app, shelf(Section::Experience)).await?),
            ("resume-education", lists::stations(app, shelf(Section::Education)).await?),
        ];
        let mut shown: Vec<(String, Vec<Entry>)> = stations
            .into_iter()
            .map(|(key, stations)| {
                (words.text(key), stations.iter().map(|each| station(words, each)).collect())
            })
            .collect();
        let published = lists::publications(app, user_id).await?;
        shown
            .push((words.text("resume-publications"), published.iter().map(publication).collect()));
        shown.retain(|(_title, entries)| !entries.is_empty());
        let fields = &seen.profile.fields;
        let picture = seen.profile.avatar_digest.as_deref();
        Ok(Some(Self {
            headline: fields.headline.clone().unwrap_or_default(),
            bio: lines(fields.bio.as_deref()),
            picture: picture.map(|digest| avatar::address(app, user_id, digest)),
            facts: facts(words, &seen),
            skills: fields.skills.clone(),
            links: fields.links.clone(),
            lists: shown,
        }))
    }
}

/// Splits a text where its writer began a line.
#[must_use]
pub fn lines(text: Option<&str>) -> Vec<String> {
    let lines = text.unwrap_or_default().lines().filter(|line| !line.trim().is_empty());
    lines.map(str::to_owned).collect()
}

fn facts(words: &PageWords<'_>, seen: &SeenProfile) -> Vec<(String, String)> {
    let fields = &seen.profile.fields;
    let languages: Vec<String> =
        fields.languages.iter().map(|each| language(words, each)).collect();
    let phone = fields.phone.clone().filter(|_| seen.may_reach);
    let known = [
        ("resume-field", fields.field.as_deref().map(|field| specialty(words, field))),
        ("resume-level", fields.level.clone()),
        ("resume-location", fields.location.clone()),
        ("resume-availability", fields.availability.clone()),
        ("resume-languages", Some(languages.join(", "))),
        ("resume-phone", phone),
        ("resume-orcid", fields.orcid.clone()),
    ];
    let known = known.into_iter().filter_map(|(key, fact)| Some((key, fact?)));
    known
        .filter(|(_key, fact)| !fact.is_empty())
        .map(|(key, fact)| (words.text(key), fact))
        .collect()
}

/// Says a field of science: by its words where it is one of the offers', else as written.
fn specialty(words: &PageWords<'_>, field: &str) -> String {
    match Category::parse(field) {
        Some(category) => words.text(&format!("category-{}", category.name())),
        None => field.to_owned(),
    }
}

fn language(words: &PageWords<'_>, language: &Language) -> String {
    let level = match language.level {
        LanguageLevel::A1 => "A1",
        LanguageLevel::A2 => "A2",
        LanguageLevel::B1 => "B1",
        LanguageLevel::B2 => "B2",
        LanguageLevel::C1 => "C1",
        LanguageLevel::C2 => "C2",
        LanguageLevel::Native => return words.format("resume-native", &[("code", &language.code)]),
    };
    format!("{} {level}", language.code)
}

fn station(words: &PageWords<'_>, station: &Station) -> Entry {
    let fields = &station.fields;
    let end = fields.end_date.clone().unwrap_or_else(|| words.text("resume-until-now"));
    Entry {
        title: fields.title.clone(),
        place: format!("{} · {} – {end}", fields.institution, fields.start_date),
        text: lines(fields.description.as_deref()),
        link: None,
    }
}

fn publication(publication: &Publication) -> Entry {
    let fields = &publication.fields;
    let place = match &fields.venue {
        Some(venue) => format!("{venue} · {}", fields.year),
        None => fields.year.to_string(),
    };
    Entry {
        title: fields.title.clone(),
        place,
        text: Vec::new(),
        link: fields.doi.as_ref().map(|doi| format!("https://doi.org/{doi}")),
    }
}
