//! What professionals tell of themselves: its parts, and the forms that they must have.

mod entry;
mod sent;
mod shape;
mod whole;

pub use entry::{Publication, PublicationFields, Section, Station, StationFields};
pub use sent::{SentFault, SentFaults, SentProfile, SentPublication, SentStation};
pub use shape::{
    date_is_before, doi, https_link, language_code, orcid, phone, some_line, some_text,
};
pub use whole::{ListCounts, Part, missing};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::clock::Millis;

/// Prefix of ids of stations.
pub const STATION_ID_PREFIX: &str = "sta_";

/// Prefix of ids of publications.
pub const PUBLICATION_ID_PREFIX: &str = "pub_";

/// A profile as its row holds it, without what others say and without its lists.
#[derive(Clone, Debug)]
pub struct Profile {
    /// What its owner fills in.
    pub fields: ProfileFields,
    /// The CV as it is now.
    pub cv: Option<Cv>,
    /// Digest of the picture.
    pub avatar_digest: Option<String>,
    /// Raised by each change; 0: nothing was written yet.
    pub version: i64,
    /// When it last changed; `None`: never.
    pub updated_at: Option<Millis>,
}

/// What the owner of a profile fills in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProfileFields {
    /// One line about the person.
    pub headline: Option<String>,
    /// Some paragraphs.
    pub bio: Option<String>,
    /// What the person does for a living; repeated in `"user"`.
    pub profession: Option<String>,
    /// The field of science.
    pub field: Option<String>,
    /// How far along the person is.
    pub level: Option<String>,
    /// Sixteen digits in groups of four, checked.
    pub orcid: Option<String>,
    /// Where the person lives, roughly.
    pub location: Option<String>,
    /// A telephone number.
    pub phone: Option<String>,
    /// What the person can do, at most 30.
    pub skills: Vec<String>,
    /// Which languages, and how well.
    pub languages: Vec<Language>,
    /// Addresses of pages, https.
    pub links: Vec<String>,
    /// When the person could begin, in their words.
    pub availability: Option<String>,
    /// Who may see it.
    pub visibility: Visibility,
}

/// A language that somebody speaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Language {
    /// Two or three letters. Source: ISO 639-1, ISO 639-3.
    #[schemars(length(min = 2, max = 3))]
    pub code: String,
    /// How well.
    pub level: LanguageLevel,
}

/// How well somebody speaks a language. Source: the Common European Framework.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[expect(missing_docs, reason = "the framework's names say what they mean")]
pub enum LanguageLevel {
    A1,
    A2,
    B1,
    B2,
    C1,
    C2,
    #[serde(rename = "native")]
    Native,
}

impl LanguageLevel {
    /// Every level, the lowest first.
    pub const ALL: [Self; 7] =
        [Self::A1, Self::A2, Self::B1, Self::B2, Self::C1, Self::C2, Self::Native];

    /// Returns the name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::A1 => "A1",
            Self::A2 => "A2",
            Self::B1 => "B1",
            Self::B2 => "B2",
            Self::C1 => "C1",
            Self::C2 => "C2",
            Self::Native => "native",
        }
    }

    /// Reads a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.name() == name)
    }
}

/// Who may see a profile.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Visibility {
    /// Everybody.
    Public,
    /// Members of organisations.
    Organizations,
    /// Only organisations to which the person has applied. What a profile begins with: a
    /// person decides to be seen. Source: GDPR, article 25(2).
    #[default]
    Hidden,
}

/// Written out: derived, a documented variant would be a schema of its own.
impl JsonSchema for Visibility {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Visibility".into()
    }

    fn json_schema(_generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "string", "enum": ["public", "organizations", "hidden"]})
    }
}

impl Visibility {
    /// Returns the name on the wire and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Organizations => "organizations",
            Self::Hidden => "hidden",
        }
    }

    /// Reads a name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Public, Self::Organizations, Self::Hidden].into_iter().find(|it| it.name() == name)
    }
}

/// A CV as its row names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cv {
    /// Name of the file on the disk.
    pub digest: String,
    /// What its owner calls it.
    pub name: String,
    /// Bytes of it.
    pub size_bytes: i64,
    /// When it was brought.
    pub uploaded_at: Millis,
}

impl Profile {
    /// Returns the profile of somebody who has not written one.
    #[must_use]
    pub fn unwritten(profession: Option<String>) -> Self {
        Self {
            fields: ProfileFields { profession, ..ProfileFields::default() },
            cv: None,
            avatar_digest: None,
            version: 0,
            updated_at: None,
        }
    }
}
