//! A preview card as its link describes it: a template, a theme, texts.
//!
//! Read strictly: a parameter that no template shows, or shows twice, is wrong
//! rather than ignored, so that one picture has one description. That is written
//! in one order, whatever the order in the link: it is what gets signed and what
//! the caches are keyed by. How a card looks is decided elsewhere.

use std::collections::BTreeMap;
use std::fmt;

use form_urlencoded::Serializer;

/// Most characters of `v`, which only tells one version of a content from the next.
const VERSION_LENGTH_MAX: usize = 64;

/// Which card.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Template {
    /// The site itself, or one of its pages.
    #[default]
    Site,
    /// A job offer.
    Job,
    /// Something to read.
    Article,
    /// A person.
    Profile,
}

impl Template {
    /// Every template, in the order of the documentation.
    pub const ALL: [Self; 4] = [Self::Site, Self::Job, Self::Article, Self::Profile];

    /// Returns the wire name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Site => "site",
            Self::Job => "job",
            Self::Article => "article",
            Self::Profile => "profile",
        }
    }

    /// Tells whether the template has a place for a text.
    #[must_use]
    pub const fn shows(self, field: Field) -> bool {
        match field {
            Field::Eyebrow | Field::Title | Field::Subtitle | Field::Footer => true,
            Field::Organization | Field::Place => matches!(self, Self::Job | Self::Profile),
            Field::Salary => matches!(self, Self::Job),
        }
    }
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Theme {
    /// Dark ink on light paper.
    #[default]
    Light,
    /// The reverse.
    Dark,
}

impl Theme {
    /// Both themes.
    pub const ALL: [Self; 2] = [Self::Light, Self::Dark];

    /// Returns the wire name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// A text on a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The few words above the title.
    Eyebrow,
    /// What the card is about.
    Title,
    /// A sentence more.
    Subtitle,
    /// Who offers the job, or where the person works.
    Organization,
    /// Where.
    Place,
    /// For how much.
    Salary,
    /// The line at the foot.
    Footer,
}

impl Field {
    /// Every text, in the order of a description.
    pub const ALL: [Self; 7] = [
        Self::Eyebrow,
        Self::Title,
        Self::Subtitle,
        Self::Organization,
        Self::Place,
        Self::Salary,
        Self::Footer,
    ];

    /// Returns the wire name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Eyebrow => "eyebrow",
            Self::Title => "title",
            Self::Subtitle => "subtitle",
            Self::Organization => "organization",
            Self::Place => "place",
            Self::Salary => "salary",
            Self::Footer => "footer",
        }
    }

    /// Finds a text by its wire name, in either English spelling.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        let name = if name == "organisation" { "organization" } else { name };
        Self::ALL.into_iter().find(|field| field.name() == name)
    }
}

/// What a card shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Card {
    /// Which card.
    pub template: Template,
    /// Light or dark.
    pub theme: Theme,
    texts: BTreeMap<Field, String>,
}

impl Card {
    /// Makes a card without texts.
    #[must_use]
    pub const fn new(template: Template, theme: Theme) -> Self {
        Self { template, theme, texts: BTreeMap::new() }
    }

    /// Returns a text, trimmed, its white space single spaces; `None` when there is none.
    #[must_use]
    pub fn text(&self, field: Field) -> Option<&str> {
        self.texts.get(&field).map(String::as_str)
    }

    /// Adds a text; white space alone is none.
    #[must_use]
    pub fn with(mut self, field: Field, text: &str) -> Self {
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if !text.is_empty() {
            self.texts.insert(field, text);
        }
        self
    }

    /// Tells whether this is the site's own card, about which a link says nothing.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self == &Self::default()
    }

    /// Writes the description as a query, in the one order.
    #[must_use]
    pub fn query(&self) -> String {
        let mut query = Serializer::new(String::new());
        if self.template != Template::default() {
            query.append_pair("template", self.template.name());
        }
        if self.theme != Theme::default() {
            query.append_pair("theme", self.theme.name());
        }
        for (field, text) in &self.texts {
            query.append_pair(field.name(), text);
        }
        query.finish()
    }
}

/// What a link to a card says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CardLink {
    /// What to show.
    pub card: Card,
    /// Which version of the content it shows; changes the link and not the picture.
    pub version: Option<String>,
    /// Who made the link, where that matters.
    pub signature: Option<String>,
}

/// What is wrong with a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardFault {
    /// No card has it, or not the one that was asked for.
    Unknown,
    /// It stands there twice.
    Twice,
    /// It holds a character that no text has.
    Control,
    /// Its bytes are no UTF-8.
    NotText,
    /// It is none of these.
    Option(&'static [&'static str]),
    /// It has more characters than this.
    TooLong(usize),
}

impl fmt::Display for CardFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("the card does not show it"),
            Self::Twice => f.write_str("it stands there twice"),
            Self::Control => f.write_str("it holds characters that cannot be printed"),
            Self::NotText => f.write_str("it is not UTF-8"),
            Self::Option(names) => write!(f, "it is none of {}", names.join(", ")),
            Self::TooLong(max) => write!(f, "it has more than {max} characters"),
        }
    }
}

impl CardLink {
    /// Reads the parameters of a link, in any order.
    ///
    /// # Errors
    /// Everything that is wrong, by parameter.
    pub fn parse(pairs: &[(String, String)]) -> Result<Self, Vec<(String, CardFault)>> {
        let mut link = Self::default();
        let mut wrong = Vec::new();
        for (index, (name, value)) in pairs.iter().enumerate() {
            let is_again = pairs.iter().take(index).any(|(earlier, _)| earlier == name);
            let read = if is_again { Err(CardFault::Twice) } else { link.take(name, value) };
            if let Err(fault) = read {
                wrong.push((name.clone(), fault));
            }
        }
        let template = link.card.template;
        let strange = link.card.texts.keys().filter(|field| !template.shows(**field));
        wrong.extend(strange.map(|field| (field.name().to_owned(), CardFault::Unknown)));
        if wrong.is_empty() { Ok(link) } else { Err(wrong) }
    }

    /// Takes one parameter. A broken encoding would come out as a mark in a letter's place,
    /// and be found on somebody's phone.
    fn take(&mut self, name: &str, value: &str) -> Result<(), CardFault> {
        match name {
            "template" => {
                let named = Template::ALL.into_iter().find(|one| one.name() == value);
                self.card.template =
                    named.ok_or(CardFault::Option(&["site", "job", "article", "profile"]))?;
            }
            "theme" => {
                let named = Theme::ALL.into_iter().find(|one| one.name() == value);
                self.card.theme = named.ok_or(CardFault::Option(&["light", "dark"]))?;
            }
            _ if value.contains(char::REPLACEMENT_CHARACTER) => return Err(CardFault::NotText),
            _ if value.chars().any(|one| one.is_control() && !one.is_whitespace()) => {
                return Err(CardFault::Control);
            }
            "v" if value.chars().count() > VERSION_LENGTH_MAX => {
                return Err(CardFault::TooLong(VERSION_LENGTH_MAX));
            }
            "v" => self.version = Some(value.to_owned()).filter(|value| !value.is_empty()),
            "sig" => self.signature = Some(value.to_owned()),
            name => {
                let field = Field::parse(name).ok_or(CardFault::Unknown)?;
                if self.card.texts.contains_key(&field) {
                    return Err(CardFault::Twice);
                }
                self.card = std::mem::take(&mut self.card).with(field, value);
            }
        }
        Ok(())
    }

    /// Writes what a signature covers: everything but itself.
    #[must_use]
    pub fn signed_query(&self) -> String {
        let mut query = Serializer::new(self.card.query());
        if let Some(version) = &self.version {
            query.append_pair("v", version);
        }
        query.finish()
    }

    /// Writes the whole query.
    #[must_use]
    pub fn query(&self) -> String {
        let mut query = Serializer::new(self.signed_query());
        if let Some(signature) = &self.signature {
            query.append_pair("sig", signature);
        }
        query.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(query: &str) -> Result<CardLink, Vec<(String, CardFault)>> {
        let pairs: Vec<_> = form_urlencoded::parse(query.as_bytes())
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        CardLink::parse(&pairs)
    }

    #[test]
    fn one_picture_has_one_description() {
        let one = parse("title=Hola++mundo&template=job&salary=30.000+%E2%82%AC&v=1").unwrap();
        let two = parse("salary=30.000%20%E2%82%AC&theme=light&title=%09Hola%20mundo&template=job");
        let two = two.unwrap();
        assert_eq!(one.card, two.card);
        assert_eq!(one.card.query(), "template=job&title=Hola+mundo&salary=30.000+%E2%82%AC");
        assert_eq!(one.signed_query(), format!("{}&v=1", two.card.query()));
        assert_eq!(parse(&one.query()).unwrap(), one);
        assert!(parse("template=site&theme=light&title=+&v=2").unwrap().card.is_plain());
        assert_eq!(parse("template=job&organisation=X"), parse("template=job&organization=X"));
    }

    #[test]
    fn what_no_card_shows_is_named() {
        let long = format!("v={}", "1".repeat(65));
        for (query, name, fault) in [
            ("utm_source=x", "utm_source", CardFault::Unknown),
            ("title=a&title=a", "title", CardFault::Twice),
            ("title=a%00b", "title", CardFault::Control),
            ("title=a%1Bb", "title", CardFault::Control),
            ("v=%00", "v", CardFault::Control),
            ("title=Investigaci%F3n", "title", CardFault::NotText),
            ("template=job&organisation=a&organization=b", "organization", CardFault::Twice),
            ("theme=Dark", "theme", CardFault::Option(&["light", "dark"])),
            ("template=article&salary=1", "salary", CardFault::Unknown),
            ("place=Madrid", "place", CardFault::Unknown),
            (&long, "v", CardFault::TooLong(64)),
        ] {
            assert_eq!(parse(query), Err(vec![(name.to_owned(), fault)]), "{query}");
        }
        assert_eq!(parse("template=&nada=1").unwrap_err().len(), 2);
    }
}
