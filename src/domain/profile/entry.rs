//! The lists of a profile: where somebody worked and learned, what they published.

/// A list of stations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// Where somebody worked.
    Experience,
    /// Where somebody learned.
    Education,
}

impl Section {
    /// Returns the name in paths and in the database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Experience => "experience",
            Self::Education => "education",
        }
    }
}

/// A station of somebody's way.
#[derive(Clone, Debug)]
pub struct Station {
    /// `sta_…`.
    pub id: String,
    /// What its owner fills in.
    pub fields: StationFields,
    /// Raised by each change.
    pub version: i64,
}

/// What the owner of a station fills in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StationFields {
    /// The position or the degree.
    pub title: String,
    /// Where.
    pub institution: String,
    /// `YYYY-MM` or `YYYY-MM-DD`.
    pub start_date: String,
    /// As the start; `None`: it goes on.
    pub end_date: Option<String>,
    /// Some paragraphs.
    pub description: Option<String>,
}

/// Something that somebody published.
#[derive(Clone, Debug)]
pub struct Publication {
    /// `pub_…`.
    pub id: String,
    /// What its owner fills in.
    pub fields: PublicationFields,
    /// Raised by each change.
    pub version: i64,
}

/// What the owner of a publication fills in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicationFields {
    /// Its title.
    pub title: String,
    /// The journal, the congress, the publisher.
    pub venue: Option<String>,
    /// The year.
    pub year: i64,
    /// `10.…/…`, without the address of a resolver.
    pub doi: Option<String>,
}
