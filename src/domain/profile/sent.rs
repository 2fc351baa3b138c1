//! What somebody sends of their profile, and how it is read into normal forms.
//!
//! By the API and by the form of a page alike: both name the field that is wrong, and what
//! is wrong with it.

use super::{
    Language, ProfileFields, PublicationFields, StationFields, Visibility, date_is_before, doi,
    https_link, language_code, orcid, phone, some_line, some_text,
};
use crate::base::bounds::{
    BIO_LENGTH_MAX, HEADLINE_LENGTH_MAX, LANGUAGES_MAX, LINE_LENGTH_MAX, LINK_LENGTH_MAX,
    LINKS_MAX, PROFILE_SKILL_LENGTH_MAX, PROFILE_SKILLS_MAX, PUBLICATION_YEARS,
    STATION_TEXT_LENGTH_MAX,
};

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SentFault {
    /// It is needed, and empty.
    Missing,
    /// It cannot be read.
    Shape,
    /// It is longer than so many UTF-16 code units.
    TooLong(u32),
    /// There are more than so many.
    TooMany(u32),
}

/// Everything that is wrong: the field, as `links.2`, and what.
pub type SentFaults = Vec<(String, SentFault)>;

/// A profile on its way in; what is left out is emptied.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "as the fields of `ProfileFields`")]
pub struct SentProfile {
    pub headline: Option<String>,
    pub bio: Option<String>,
    pub profession: Option<String>,
    pub field: Option<String>,
    pub level: Option<String>,
    pub orcid: Option<String>,
    pub location: Option<String>,
    pub phone: Option<String>,
    pub skills: Vec<String>,
    pub languages: Vec<Language>,
    pub links: Vec<String>,
    pub availability: Option<String>,
    pub visibility: Visibility,
}

/// A station on its way in.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "as the fields of `StationFields`")]
pub struct SentStation {
    pub title: String,
    pub institution: String,
    pub start_date: String,
    pub end_date: Option<String>,
    pub description: Option<String>,
}

/// A publication on its way in.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "as the fields of `PublicationFields`")]
pub struct SentPublication {
    pub title: String,
    pub venue: Option<String>,
    /// `None`: what was sent is no number.
    pub year: Option<i64>,
    pub doi: Option<String>,
}

impl SentProfile {
    /// Reads a profile.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(&self) -> Result<ProfileFields, SentFaults> {
        let mut reader = Reader::default();
        let fields = ProfileFields {
            headline: reader.line("headline", self.headline.as_deref(), HEADLINE_LENGTH_MAX),
            bio: reader.text("bio", self.bio.as_deref(), BIO_LENGTH_MAX),
            profession: reader.line("profession", self.profession.as_deref(), LINE_LENGTH_MAX),
            field: reader.line("field", self.field.as_deref(), LINE_LENGTH_MAX),
            level: reader.line("level", self.level.as_deref(), LINE_LENGTH_MAX),
            orcid: reader.formed("orcid", self.orcid.as_deref(), orcid),
            location: reader.line("location", self.location.as_deref(), LINE_LENGTH_MAX),
            phone: reader.formed("phone", self.phone.as_deref(), phone),
            skills: reader.skills(&self.skills),
            languages: reader.languages(&self.languages),
            links: reader.links(&self.links),
            availability: reader.line(
                "availability",
                self.availability.as_deref(),
                LINE_LENGTH_MAX,
            ),
            visibility: self.visibility,
        };
        reader.done(fields)
    }
}

impl SentStation {
    /// Reads a station.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(&self) -> Result<StationFields, SentFaults> {
        let mut reader = Reader::default();
        let (start, end) = (self.start_date.trim(), self.end_date.as_deref().and_then(some_line));
        let title = reader.needed("title", &self.title);
        let institution = reader.needed("institution", &self.institution);
        if start.is_empty() {
            reader.note("startDate", SentFault::Missing);
        } else if date_is_before(start, None).is_none() {
            reader.note("startDate", SentFault::Shape);
        } else if date_is_before(start, end.as_deref()) != Some(true) {
            reader.note("endDate", SentFault::Shape);
        }
        let description = self.description.as_deref();
        let fields = StationFields {
            title,
            institution,
            start_date: start.to_owned(),
            end_date: end,
            description: reader.text("description", description, STATION_TEXT_LENGTH_MAX),
        };
        reader.done(fields)
    }
}

impl SentPublication {
    /// Reads a publication.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(&self) -> Result<PublicationFields, SentFaults> {
        let mut reader = Reader::default();
        let year = self.year.filter(|year| PUBLICATION_YEARS.contains(year));
        if year.is_none() {
            reader.note("year", SentFault::Shape);
        }
        let fields = PublicationFields {
            title: reader.needed("title", &self.title),
            venue: reader.line("venue", self.venue.as_deref(), LINE_LENGTH_MAX),
            year: year.unwrap_or_default(),
            doi: reader.formed("doi", self.doi.as_deref(), doi),
        };
        reader.done(fields)
    }
}

/// Reads fields and gathers what is wrong with them.
#[derive(Default)]
struct Reader {
    wrong: SentFaults,
}

impl Reader {
    fn note(&mut self, field: impl Into<String>, fault: SentFault) {
        self.wrong.push((field.into(), fault));
    }

    fn done<T>(self, fields: T) -> Result<T, SentFaults> {
        if self.wrong.is_empty() { Ok(fields) } else { Err(self.wrong) }
    }

    fn bounded(&mut self, field: &str, text: &str, max: u32) {
        let length = u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX);
        if length > max {
            self.note(field, SentFault::TooLong(max));
        }
    }

    fn line(&mut self, field: &str, text: Option<&str>, max: u32) -> Option<String> {
        let line = text.and_then(some_line)?;
        self.bounded(field, &line, max);
        Some(line)
    }

    fn text(&mut self, field: &str, text: Option<&str>, max: u32) -> Option<String> {
        let text = text.and_then(some_text)?;
        self.bounded(field, &text, max);
        Some(text)
    }

    fn needed(&mut self, field: &str, text: &str) -> String {
        let line = self.line(field, Some(text), LINE_LENGTH_MAX);
        if line.is_none() {
            self.note(field, SentFault::Missing);
        }
        line.unwrap_or_default()
    }

    /// Reads a field that must have a form unless it is empty.
    fn formed(
        &mut self,
        field: &str,
        text: Option<&str>,
        form: impl Fn(&str) -> Option<String>,
    ) -> Option<String> {
        let line = self.line(field, text, LINE_LENGTH_MAX)?;
        let formed = form(&line);
        if formed.is_none() {
            self.note(field, SentFault::Shape);
        }
        formed
    }

    fn few(&mut self, field: &str, count: usize, max: u32) {
        if u32::try_from(count).unwrap_or(u32::MAX) > max {
            self.note(field, SentFault::TooMany(max));
        }
    }

    /// Reads skills, each once however it is written.
    fn skills(&mut self, sent: &[String]) -> Vec<String> {
        let mut skills: Vec<String> = Vec::with_capacity(sent.len());
        for (place, skill) in sent.iter().enumerate() {
            // Each is held against all before: of endlessly many that would never end.
            if u32::try_from(skills.len()).is_ok_and(|count| count > PROFILE_SKILLS_MAX) {
                break;
            }
            let field = format!("skills.{place}");
            match self.line(&field, Some(skill), PROFILE_SKILL_LENGTH_MAX) {
                None => self.note(field, SentFault::Shape),
                Some(skill) if skills.iter().all(|known| !is_alike(known, &skill)) => {
                    skills.push(skill);
                }
                Some(_again) => {}
            }
        }
        self.few("skills", skills.len(), PROFILE_SKILLS_MAX);
        skills
    }

    /// Reads languages; one that stands twice is a contradiction.
    fn languages(&mut self, sent: &[Language]) -> Vec<Language> {
        let mut languages: Vec<Language> = Vec::with_capacity(sent.len());
        for (place, Language { code, level }) in sent.iter().enumerate() {
            let code = language_code(code);
            let code = code.filter(|code| languages.iter().all(|known| known.code != *code));
            match code {
                Some(code) => languages.push(Language { code, level: *level }),
                None => self.note(format!("languages.{place}.code"), SentFault::Shape),
            }
        }
        self.few("languages", sent.len(), LANGUAGES_MAX);
        languages
    }

    fn links(&mut self, sent: &[String]) -> Vec<String> {
        let mut links = Vec::with_capacity(sent.len());
        for (place, link) in sent.iter().enumerate() {
            let field = format!("links.{place}");
            self.bounded(&field, link, LINK_LENGTH_MAX);
            match https_link(link) {
                Some(link) => links.push(link),
                None => self.note(field, SentFault::Shape),
            }
        }
        self.few("links", sent.len(), LINKS_MAX);
        links
    }
}

fn is_alike(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_wrong_is_named() {
        let sent = SentProfile {
            headline: Some("h".repeat(121)),
            orcid: Some(String::from("0000")),
            skills: vec![String::from("R"), String::from(" r "), String::from(" ")],
            links: vec![String::from("https://a.es"), String::from("http://a.es")],
            ..SentProfile::default()
        };
        let wrong = sent.read().unwrap_err();
        let named = [
            ("headline", SentFault::TooLong(120)),
            ("orcid", SentFault::Shape),
            ("skills.2", SentFault::Shape),
            ("links.1", SentFault::Shape),
        ];
        assert_eq!(wrong, named.map(|(field, fault)| (field.to_owned(), fault)));
    }

    #[test]
    fn stations_need_a_title_and_a_start_before_their_end() {
        let station = SentStation {
            title: String::from(" "),
            institution: String::from("CSIC"),
            start_date: String::from("2020-09"),
            end_date: Some(String::from("2019-01")),
            description: None,
        };
        let wrong = station.read().unwrap_err();
        assert_eq!(wrong[0], (String::from("title"), SentFault::Missing));
        assert_eq!(wrong[1], (String::from("endDate"), SentFault::Shape));
    }
}
