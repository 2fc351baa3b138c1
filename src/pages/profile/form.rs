//! The form of a profile: what it asks, and how what was typed comes back.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::Deserialize;

use super::wrong;
use crate::base::bounds::{
    BIO_LENGTH_MAX, FORM_TEXT_LENGTH_MAX, HEADLINE_LENGTH_MAX, LANGUAGES_MAX, LINE_LENGTH_MAX,
    LINK_LENGTH_MAX, LINKS_MAX,
};
use crate::domain::profile::{
    Language, LanguageLevel, Profile, SentFaults, SentProfile, Visibility,
};
use crate::http::request::Request;
use crate::http::words::PageWords;
use crate::pages::form::{Choice, Field, Kind};

/// Languages that the form offers; others show as their code.
const LANGUAGES: &[&str] = &[
    "es", "ca", "gl", "eu", "en", "fr", "de", "it", "pt", "ro", "pl", "nl", "sv", "no", "da", "fi",
    "cs", "hu", "el", "ru", "uk", "tr", "ar", "he", "hi", "zh", "ja", "ko",
];

/// The fields that stand once; rows of languages and links come beside them.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct ProfileForm {
    /// One line about the person.
    #[schemars(length(max = FORM_TEXT_LENGTH_MAX))]
    headline: Option<String>,
    /// Some paragraphs.
    #[schemars(length(max = FORM_TEXT_LENGTH_MAX), extend("format" = "multiline"))]
    bio: Option<String>,
    /// What the person does for a living.
    #[schemars(length(max = FORM_TEXT_LENGTH_MAX))]
    profession: Option<String>,
    /// The field of science.
    #[schemars(length(max = FORM_TEXT_LENGTH_MAX))]
    field: Option<String>,
    /// How far along the person is.
    #[schemars(length(max = FORM_TEXT_LENGTH_MAX))]
    level: Option<String>,
    /// An ORCID iD.
    #[schemars(length(max = FORM_TEXT_LENGTH_MAX))]
    orcid: Option<String>,
    /// Where the person lives, roughly.
    #[schemars(length(max = FORM_TEXT_LENGTH_MAX))]
    location: Option<String>,
    /// A telephone number.
    #[schemars(length(max = FORM_TEXT_LENGTH_MAX))]
    phone: Option<String>,
    /// What the person can do, one a line or with commas between.
    #[schemars(length(max = FORM_TEXT_LENGTH_MAX), extend("format" = "multiline"))]
    skills: Option<String>,
    /// When the person could begin.
    #[schemars(length(max = FORM_TEXT_LENGTH_MAX))]
    availability: Option<String>,
    /// Who may see it.
    #[schemars(length(max = 16))]
    visibility: Option<String>,
    /// The version that was on the page.
    #[schemars(length(max = 20))]
    version: Option<String>,
    /// `languages` or `links`: one more row, and nothing is written.
    #[schemars(length(max = 16))]
    act: Option<String>,
}

/// What the page holds of the form.
#[derive(Debug)]
pub struct Drawn {
    /// What is wrong with the whole of it.
    pub problem: Option<String>,
    /// The version that it shows.
    pub version: i64,
    /// Who one is.
    pub about: Vec<Field>,
    /// Where one is found.
    pub reach: Vec<Field>,
    /// What one can do.
    pub skills: Field,
    /// Which languages one speaks, a row each.
    pub languages: Vec<Row>,
    /// Pages of one's own, a row each.
    pub links: Vec<Row>,
    /// Who may see it all.
    pub visibility: Field,
    /// What languages are offered.
    pub offered: Vec<Choice>,
    /// What levels are offered.
    pub levels: Vec<Choice>,
}

/// A row of what may stand several times.
#[derive(Debug, Default)]
pub struct Row {
    /// A language's code, or a link.
    pub value: String,
    /// How well a language is spoken.
    pub level: String,
    /// What is wrong with it.
    pub problem: Option<String>,
    /// Whether the page begins here.
    pub is_focused: bool,
}

impl Row {
    fn of(value: &str, level: &str) -> Self {
        Self { value: value.to_owned(), level: level.to_owned(), ..Self::default() }
    }

    fn is_blank(&self) -> bool {
        self.value.trim().is_empty()
    }
}

/// What was typed, before any rule has seen it.
#[derive(Debug, Default)]
pub struct Typed {
    once: ProfileForm,
    languages: Vec<Row>,
    links: Vec<Row>,
}

impl Typed {
    /// Shows what a profile holds, as if it had been typed.
    #[must_use]
    pub fn of(profile: &Profile) -> Self {
        let fields = profile.fields.clone();
        Self {
            once: ProfileForm {
                headline: fields.headline,
                bio: fields.bio,
                profession: fields.profession,
                field: fields.field,
                level: fields.level,
                orcid: fields.orcid,
                location: fields.location,
                phone: fields.phone,
                skills: Some(fields.skills.join("\n")),
                availability: fields.availability,
                visibility: Some(fields.visibility.name().to_owned()),
                version: Some(profile.version.to_string()),
                act: None,
            },
            languages: fields
                .languages
                .iter()
                .map(|it| Row::of(&it.code, it.level.name()))
                .collect(),
            links: fields.links.iter().map(|link| Row::of(link, "")).collect(),
        }
    }

    /// Reads what was sent; empty rows are gone.
    #[must_use]
    pub fn read(request: &Request, once: ProfileForm) -> Self {
        let row = |name: &str, place: u32| sent(request, &format!("{name}{place}"));
        let languages = (0..LANGUAGES_MAX)
            .map(|place| Row::of(&row("language", place), &row("level", place)))
            .filter(|row| !row.is_blank());
        let links = (0..LINKS_MAX)
            .map(|place| Row::of(&row("link", place), ""))
            .filter(|row| !row.is_blank());
        Self { languages: languages.collect(), links: links.collect(), once }
    }

    /// Returns what more is asked for than to be written: another row.
    #[must_use]
    pub fn act(&self) -> Option<&str> {
        self.once.act.as_deref()
    }

    /// Returns the version that it was made from; `None`: nobody said.
    #[must_use]
    pub fn version(&self) -> Option<i64> {
        self.once.version.as_deref().and_then(|text| text.parse().ok())
    }

    /// Returns it for the rules.
    #[must_use]
    pub fn sent(&self) -> SentProfile {
        let once = &self.once;
        let split = |letter| matches!(letter, '\n' | '\r' | ',' | ';');
        let skills = once.skills.as_deref().unwrap_or_default().split(split);
        let named = |name: &String| Visibility::parse(name);
        let language = |row: &Row| Language {
            code: row.value.clone(),
            // Who chooses no level speaks it somehow: the lowest claims nothing.
            level: LanguageLevel::parse(&row.level).unwrap_or(LanguageLevel::A1),
        };
        SentProfile {
            headline: once.headline.clone(),
            bio: once.bio.clone(),
            profession: once.profession.clone(),
            field: once.field.clone(),
            level: once.level.clone(),
            orcid: once.orcid.clone(),
            location: once.location.clone(),
            phone: once.phone.clone(),
            skills: skills.filter(|it| !it.trim().is_empty()).map(str::to_owned).collect(),
            languages: self.languages.iter().map(language).collect(),
            links: self.links.iter().map(|row| row.value.clone()).collect(),
            availability: once.availability.clone(),
            visibility: once.visibility.as_ref().and_then(named).unwrap_or_default(),
        }
    }

    /// Draws the form with it, and with what is wrong.
    #[must_use]
    pub fn drawn(self, words: &PageWords<'_>, version: i64, wrong: &SentFaults) -> Drawn {
        let said = |name: &str| {
            let of_it = |(field, _fault): &&(String, _)| {
                field == name || field.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'))
            };
            wrong.iter().find(of_it).map(|(field, fault)| wrong::said(words, field, *fault))
        };
        let mut drawn = self.blank(words, version);
        let once = drawn.about.iter_mut().chain(&mut drawn.reach).chain([&mut drawn.skills]);
        for field in once {
            field.problem = said(&field.name);
        }
        for (place, row) in drawn.languages.iter_mut().enumerate() {
            row.problem = said(&format!("languages.{place}"));
        }
        for (place, row) in drawn.links.iter_mut().enumerate() {
            row.problem = said(&format!("links.{place}"));
        }
        if !wrong.is_empty() {
            drawn.problem = Some(words.text("pro-wrong"));
        }
        drawn
    }

    fn blank(self, words: &PageWords<'_>, version: i64) -> Drawn {
        let Self { once, languages, links } = self;
        let skills = Field::new(words, "skills", Kind::Long, "pro-skills");
        let visibility = Field::new(words, "visibility", Kind::Choices, "pro-visibility");
        let offered = [Visibility::Hidden, Visibility::Organizations, Visibility::Public]
            .map(|it| Choice::new(words, it.name(), &format!("pro-visibility-{}", it.name())));
        let seen = once.visibility.clone().unwrap_or_default();
        let others = languages.iter().map(|row| row.value.as_str());
        let offered_languages = spoken(words, others);
        let adds = once.act.as_deref();
        Drawn {
            problem: None,
            version,
            about: about(words, &once),
            reach: reach(words, &once),
            skills: Field { max: FORM_TEXT_LENGTH_MAX, ..skills }
                .filled(once.skills.as_deref().unwrap_or_default())
                .hinted(words.text("pro-skills-hint")),
            languages: with_room(languages, adds == Some("languages"), LANGUAGES_MAX),
            links: with_room(links, adds == Some("links"), LINKS_MAX),
            visibility: Field { options: offered.into(), is_required: true, ..visibility }
                .filled(&seen)
                .hinted(words.text("pro-visibility-hint")),
            offered: offered_languages,
            levels: levels(words),
        }
    }
}

fn about(words: &PageWords<'_>, once: &ProfileForm) -> Vec<Field> {
    let headline = line(words, "headline", once.headline.as_deref());
    let bio = Field::new(words, "bio", Kind::Long, "pro-bio");
    let bio = Field { max: BIO_LENGTH_MAX, ..bio }.filled(once.bio.as_deref().unwrap_or_default());
    let profession = line(words, "profession", once.profession.as_deref());
    vec![
        Field { max: HEADLINE_LENGTH_MAX, ..headline }.hinted(words.text("pro-headline-hint")),
        bio.hinted(words.text("pro-bio-hint")),
        Field { autocomplete: "organization-title", ..profession },
        line(words, "field", once.field.as_deref()).hinted(words.text("pro-field-hint")),
        line(words, "level", once.level.as_deref()).hinted(words.text("pro-level-hint")),
    ]
}

fn reach(words: &PageWords<'_>, once: &ProfileForm) -> Vec<Field> {
    let phone = Field { kind: Kind::Input("tel"), ..line(words, "phone", once.phone.as_deref()) };
    vec![
        line(words, "location", once.location.as_deref()).hinted(words.text("pro-location-hint")),
        Field { autocomplete: "tel", ..phone }.hinted(words.text("pro-phone-hint")),
        line(words, "availability", once.availability.as_deref())
            .hinted(words.text("pro-availability-hint")),
        line(words, "orcid", once.orcid.as_deref()).hinted(words.text("pro-orcid-hint")),
    ]
}

fn line(words: &PageWords<'_>, name: &'static str, value: Option<&str>) -> Field {
    let field = Field::line(words, name, &format!("pro-{name}"));
    Field { max: LINE_LENGTH_MAX, ..field }.filled(value.unwrap_or_default())
}

/// Adds the row that waits to be filled in, where there is room; the page begins there when
/// it was asked for.
fn with_room(mut rows: Vec<Row>, was_asked: bool, max: u32) -> Vec<Row> {
    if rows.len() < usize::try_from(max).unwrap_or(usize::MAX) {
        rows.push(Row { is_focused: was_asked, ..Row::default() });
    }
    rows
}

/// Lists languages by their names in the page's language; `others` are those of the person.
fn spoken<'a>(words: &PageWords<'_>, others: impl Iterator<Item = &'a str>) -> Vec<Choice> {
    let known = |code: &&'static str| Choice::new(words, code, &format!("language-{code}"));
    let mut offered: Vec<Choice> = LANGUAGES.iter().map(known).collect();
    for code in others.filter(|code| !LANGUAGES.contains(code)) {
        offered.push(Choice { value: Cow::Owned(code.to_owned()), label: code.to_owned() });
    }
    offered.sort_by(|one, other| one.label.cmp(&other.label));
    offered
}

fn levels(words: &PageWords<'_>) -> Vec<Choice> {
    LanguageLevel::ALL
        .map(|level| Choice {
            value: Cow::Borrowed(level.name()),
            label: words.text(&format!("pro-level-{}", level.name().to_lowercase())),
        })
        .into()
}

/// Reads a field of a form by its name; what nobody could have typed into its field is as
/// if not sent.
fn sent(request: &Request, name: &str) -> String {
    let text = request.json.as_ref().and_then(|body| body.get(name)?.as_str());
    let length_max = LINK_LENGTH_MAX.saturating_mul(2);
    let is_typed = |text: &&str| {
        let length = u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX);
        length <= length_max && !text.chars().any(char::is_control)
    };
    text.filter(is_typed).unwrap_or_default().trim().to_owned()
}
