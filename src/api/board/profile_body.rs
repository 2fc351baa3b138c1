//! A profile on the wire: what is sent of it, and what is answered.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::profile_lists_body::{PublicationShape, StationShape};
use crate::app::App;
use crate::base::bounds::{
    BIO_LENGTH_MAX, HEADLINE_LENGTH_MAX, LANGUAGES_MAX, LINE_LENGTH_MAX, LINK_LENGTH_MAX,
    LINKS_MAX, PROFILE_SKILL_LENGTH_MAX, PROFILE_SKILLS_MAX,
};
use crate::base::clock::Iso;
use crate::board::profile::avatar;
use crate::domain::profile::{
    Cv, Language, Profile, ProfileFields, Publication, SentFault, SentFaults, SentProfile, Station,
    Visibility,
};
use crate::http::error::ApiError;
use crate::http::schema::{FieldFault, Violation};
use crate::store::profile_views::SeenProfile;

/// The body that writes a profile whole: what is left out is emptied.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProfileBody {
    /// One line about the person.
    #[schemars(length(max = HEADLINE_LENGTH_MAX), extend("nullable" = true))]
    headline: Option<String>,
    /// Some paragraphs.
    #[schemars(length(max = BIO_LENGTH_MAX), extend("nullable" = true, "format" = "multiline"))]
    bio: Option<String>,
    /// What the person does for a living.
    #[schemars(length(max = LINE_LENGTH_MAX), extend("nullable" = true))]
    profession: Option<String>,
    /// The field of science.
    #[schemars(length(max = LINE_LENGTH_MAX), extend("nullable" = true))]
    field: Option<String>,
    /// How far along the person is.
    #[schemars(length(max = LINE_LENGTH_MAX), extend("nullable" = true))]
    level: Option<String>,
    /// An ORCID iD, with or without its address.
    #[schemars(length(max = LINE_LENGTH_MAX), extend("nullable" = true))]
    orcid: Option<String>,
    /// Where the person lives, roughly.
    #[schemars(length(max = LINE_LENGTH_MAX), extend("nullable" = true))]
    location: Option<String>,
    /// A telephone number; only an organisation to which one applies sees it.
    #[schemars(length(max = LINE_LENGTH_MAX), extend("nullable" = true))]
    phone: Option<String>,
    /// What the person can do.
    #[schemars(length(max = PROFILE_SKILLS_MAX), inner(length(max = PROFILE_SKILL_LENGTH_MAX)))]
    skills: Option<Vec<String>>,
    /// Which languages, and how well.
    #[schemars(length(max = LANGUAGES_MAX))]
    languages: Option<Vec<Language>>,
    /// Addresses of pages, https.
    #[schemars(length(max = LINKS_MAX), inner(length(max = LINK_LENGTH_MAX)))]
    links: Option<Vec<String>>,
    /// When the person could begin.
    #[schemars(length(max = LINE_LENGTH_MAX), extend("nullable" = true))]
    availability: Option<String>,
    /// Who may see it; `hidden` when it is left out.
    visibility: Option<Visibility>,
}

impl ProfileBody {
    /// Reads the fields into their normal forms.
    ///
    /// # Errors
    /// `Invalid`, naming every field that makes no sense.
    pub fn fields(self) -> Result<ProfileFields, ApiError> {
        let sent = SentProfile {
            headline: self.headline,
            bio: self.bio,
            profession: self.profession,
            field: self.field,
            level: self.level,
            orcid: self.orcid,
            location: self.location,
            phone: self.phone,
            skills: self.skills.unwrap_or_default(),
            languages: self.languages.unwrap_or_default(),
            links: self.links.unwrap_or_default(),
            availability: self.availability,
            visibility: self.visibility.unwrap_or_default(),
        };
        sent.read().map_err(wrong)
    }
}

/// Tells what the rules found wrong; what is there and empty makes no sense either.
pub(super) fn wrong(faults: SentFaults) -> ApiError {
    let told = faults.into_iter().map(|(field, fault)| {
        let fault = match fault {
            SentFault::Missing | SentFault::Shape => FieldFault::Shape,
            SentFault::TooLong(max) => FieldFault::TooBig(max.into()),
            SentFault::TooMany(max) => FieldFault::TooMany(max.into()),
        };
        Violation { field, fault }
    });
    ApiError::Invalid { place: "body", violations: told.collect() }
}

/// A profile as its owner sees it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ProfileShape<'a> {
    user_id: &'a str,
    #[serde(flatten)]
    open: OpenShape<'a>,
    phone: Option<&'a str>,
    cv: Option<CvShape<'a>>,
    version: i64,
    updated_at: Option<Iso>,
}

/// What everybody who may see a profile sees of it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OpenShape<'a> {
    headline: Option<&'a str>,
    bio: Option<&'a str>,
    profession: Option<&'a str>,
    field: Option<&'a str>,
    level: Option<&'a str>,
    orcid: Option<&'a str>,
    location: Option<&'a str>,
    skills: &'a [String],
    languages: &'a [Language],
    links: &'a [String],
    availability: Option<&'a str>,
    visibility: Visibility,
    avatar_url: Option<String>,
}

/// A CV on the wire.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CvShape<'a> {
    file_name: &'a str,
    size_bytes: i64,
    uploaded_at: Iso,
}

impl<'a> From<&'a Cv> for CvShape<'a> {
    fn from(cv: &'a Cv) -> Self {
        Self { file_name: &cv.name, size_bytes: cv.size_bytes, uploaded_at: Iso(cv.uploaded_at) }
    }
}

impl<'a> ProfileShape<'a> {
    /// Shows a profile to its owner.
    pub fn of(app: &App, user_id: &'a str, profile: &'a Profile) -> Self {
        Self {
            user_id,
            open: OpenShape::of(app, user_id, profile),
            phone: profile.fields.phone.as_deref(),
            cv: profile.cv.as_ref().map(CvShape::from),
            version: profile.version,
            updated_at: profile.updated_at.map(Iso),
        }
    }
}

impl<'a> OpenShape<'a> {
    fn of(app: &App, user_id: &str, profile: &'a Profile) -> Self {
        let fields = &profile.fields;
        let avatar = profile.avatar_digest.as_deref();
        Self {
            headline: fields.headline.as_deref(),
            bio: fields.bio.as_deref(),
            profession: fields.profession.as_deref(),
            field: fields.field.as_deref(),
            level: fields.level.as_deref(),
            orcid: fields.orcid.as_deref(),
            location: fields.location.as_deref(),
            skills: &fields.skills,
            languages: &fields.languages,
            links: &fields.links,
            availability: fields.availability.as_deref(),
            visibility: fields.visibility,
            avatar_url: avatar.map(|digest| avatar::address(app, user_id, digest)),
        }
    }
}

/// How to reach a person.
#[derive(Serialize)]
struct ReachShape<'a> {
    phone: Option<&'a str>,
    email: &'a str,
}

/// A profile as somebody else sees it; telephone and address only where they may reach
/// the person, and then the keys are there.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct SeenShape<'a> {
    user_id: &'a str,
    name: &'a str,
    image: Option<&'a str>,
    #[serde(flatten)]
    open: OpenShape<'a>,
    #[serde(flatten)]
    reach: Option<ReachShape<'a>>,
    experience: Vec<StationShape<'a>>,
    education: Vec<StationShape<'a>>,
    publications: Vec<PublicationShape<'a>>,
}

impl<'a> SeenShape<'a> {
    /// Shows a profile to somebody else.
    pub fn of(
        app: &App,
        user_id: &'a str,
        seen: &'a SeenProfile,
        (experience, education, publications): (&'a [Station], &'a [Station], &'a [Publication]),
    ) -> Self {
        let profile = &seen.profile;
        Self {
            user_id,
            name: &seen.name,
            image: seen.image.as_deref(),
            open: OpenShape::of(app, user_id, profile),
            reach: seen.may_reach.then_some(ReachShape {
                phone: profile.fields.phone.as_deref(),
                email: seen.email.as_str(),
            }),
            experience: experience.iter().map(StationShape::from).collect(),
            education: education.iter().map(StationShape::from).collect(),
            publications: publications.iter().map(PublicationShape::from).collect(),
        }
    }
}
