//! How whole a profile is: what organisations look for, and what of it is still missing.

use super::Profile;

/// What organisations look for in a profile, in the order in which it helps most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "as the parts of a profile")]
pub enum Part {
    Headline,
    Cv,
    Experience,
    Education,
    Skills,
    Bio,
    Picture,
    Field,
    Location,
    Languages,
}

/// How much stands in the lists of a profile.
#[derive(Clone, Copy, Debug, Default)]
pub struct ListCounts {
    /// Where somebody worked.
    pub experience: usize,
    /// Where somebody learned.
    pub education: usize,
}

impl Part {
    /// Every part; each weighs the same.
    pub const ALL: [Self; 10] = [
        Self::Headline,
        Self::Cv,
        Self::Experience,
        Self::Education,
        Self::Skills,
        Self::Bio,
        Self::Picture,
        Self::Field,
        Self::Location,
        Self::Languages,
    ];

    /// Returns the name in texts and in addresses of a page.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Headline => "headline",
            Self::Cv => "cv",
            Self::Experience => "experience",
            Self::Education => "education",
            Self::Skills => "skills",
            Self::Bio => "bio",
            Self::Picture => "picture",
            Self::Field => "field",
            Self::Location => "location",
            Self::Languages => "languages",
        }
    }
}

/// Lists the parts that a profile has not yet.
#[must_use]
pub fn missing(profile: &Profile, counts: ListCounts) -> Vec<Part> {
    let fields = &profile.fields;
    let is_there = |part: &Part| match part {
        Part::Headline => fields.headline.is_some(),
        Part::Cv => profile.cv.is_some(),
        Part::Experience => counts.experience > 0,
        Part::Education => counts.education > 0,
        Part::Skills => !fields.skills.is_empty(),
        Part::Bio => fields.bio.is_some(),
        Part::Picture => profile.avatar_digest.is_some(),
        Part::Field => fields.field.is_some(),
        Part::Location => fields.location.is_some(),
        Part::Languages => !fields.languages.is_empty(),
    };
    Part::ALL.into_iter().filter(|part| !is_there(part)).collect()
}
