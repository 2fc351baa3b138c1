//! What mails say: one layout, words from the Fluent files, HTML and plain text.
//!
//! Templates are checked at compile time and escape what they show. Other
//! people's text never becomes a link: a name that could be read as an address is
//! left out of the greeting.

use askama::Template;

use super::Logo;
use crate::base::locale::Locale;
use crate::base::words::Words;
use crate::config::Brand;

/// A rendered mail.
#[derive(Debug)]
pub struct Letter {
    /// The subject line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The HTML document.
    pub html: String,
}

/// In whose name and in which words a mail speaks.
#[derive(Clone, Copy)]
pub struct Voice<'a> {
    /// The words.
    pub words: &'a Words,
    /// The reader's language.
    pub locale: Locale,
    /// The site.
    pub brand: &'a Brand,
    /// The site's logo.
    pub logo: Option<&'a Logo>,
}

/// A mail before its words are found.
///
/// `mail.ftl` holds its texts: `{key}-subject`, `-lead`, `-note`, with a button
/// `-button`, for each fact `mail-fact-{name}`.
#[derive(Debug, Default)]
pub struct Draft<'a> {
    /// Prefix of its keys.
    pub key: &'static str,
    /// Whom it greets; may be empty.
    pub name: &'a str,
    /// What its texts name, beside `brand`.
    pub arguments: Vec<(&'a str, String)>,
    /// What it states line by line: a name and a value.
    pub facts: Vec<(&'a str, String)>,
    /// Where its button leads.
    pub button_url: Option<&'a str>,
    /// A link that is shown to be passed on.
    pub share_url: Option<String>,
    /// Where somebody leaves the list that it was sent to.
    pub leave_url: Option<&'a str>,
}

/// Finds a draft's words and lays it out.
///
/// # Errors
/// When a template cannot be rendered, which is a defect.
pub fn write(voice: Voice<'_>, draft: &Draft<'_>) -> Result<Letter, askama::Error> {
    let brand = [("brand", voice.brand.name.as_str())];
    let named = draft.arguments.iter().map(|(name, value)| (*name, value.as_str()));
    let arguments: Vec<(&str, &str)> = brand.into_iter().chain(named).collect();
    let say =
        |part: &str| voice.words.format(voice.locale, &format!("{}-{part}", draft.key), &arguments);
    let page = HtmlLetter {
        lang: voice.locale.tag(),
        brand: &voice.brand.name,
        logo: voice.logo.map(Picture::of),
        color: voice.brand.color.to_string(),
        text_color: voice.brand.color.text_on(),
        subject: say("subject"),
        hello: voice.hello(draft.name),
        lead: say("lead"),
        facts: voice.facts(draft),
        button: draft.button_url.map(|url| Button {
            text: say("button"),
            url,
            hint: voice.text("mail-link-hint"),
        }),
        note: say("note"),
        support: voice.support(),
        leave: draft.leave_url.map(|url| Leave { text: voice.text("mail-leave"), url }),
    };
    let html = page.render()?;
    let text = TextLetter {
        hello: &page.hello,
        lead: &page.lead,
        facts: &page.facts,
        button: page.button.as_ref(),
        note: &page.note,
        support: page.support.as_deref(),
        leave: page.leave.as_ref(),
        brand: page.brand,
    }
    .render()?;
    Ok(Letter { subject: page.subject, text, html })
}

impl Voice<'_> {
    fn text(&self, key: &str) -> String {
        self.words.format(self.locale, key, &[])
    }

    fn hello(&self, name: &str) -> String {
        if is_greetable(name) {
            self.words.format(self.locale, "mail-hello", &[("name", name)])
        } else {
            self.text("mail-hello-nobody")
        }
    }

    fn facts(&self, draft: &Draft<'_>) -> Vec<Fact> {
        let label = |name: &str| self.text(&format!("mail-fact-{name}"));
        let stated = draft.facts.iter().map(|(name, value)| Fact {
            label: label(name),
            value: value.clone(),
            is_link: false,
        });
        let shared = draft.share_url.iter().map(|url| Fact {
            label: label("share"),
            value: url.clone(),
            is_link: true,
        });
        stated.chain(shared).collect()
    }

    fn support(&self) -> Option<String> {
        let address = self.brand.support_email.as_deref()?;
        Some(self.words.format(self.locale, "mail-support", &[("address", address)]))
    }
}

/// The logo as the HTML shows it, in its pixels.
struct Picture {
    cid: &'static str,
    width: u32,
    height: u32,
    is_word_mark: bool,
}

impl Picture {
    const fn of(logo: &Logo) -> Self {
        Self {
            cid: Logo::CID,
            width: logo.width.div_ceil(2),
            height: logo.height.div_ceil(2),
            is_word_mark: logo.width >= WORD_MARK_RATIO * logo.height,
        }
    }
}

/// A logo at least this many times as wide as high says the name itself, as on a card.
const WORD_MARK_RATIO: u32 = 2;

struct Fact {
    label: String,
    value: String,
    is_link: bool,
}

struct Button<'a> {
    text: String,
    url: &'a str,
    hint: String,
}

struct Leave<'a> {
    text: String,
    url: &'a str,
}

#[derive(Template)]
#[template(path = "mail/letter.html", config = ".askama.toml")]
struct HtmlLetter<'a> {
    lang: &'a str,
    brand: &'a str,
    logo: Option<Picture>,
    color: String,
    text_color: &'a str,
    subject: String,
    hello: String,
    lead: String,
    facts: Vec<Fact>,
    button: Option<Button<'a>>,
    note: String,
    support: Option<String>,
    leave: Option<Leave<'a>>,
}

#[derive(Template)]
#[template(path = "mail/letter.txt", config = ".askama.toml")]
struct TextLetter<'a> {
    hello: &'a str,
    lead: &'a str,
    facts: &'a [Fact],
    button: Option<&'a Button<'a>>,
    note: &'a str,
    support: Option<&'a str>,
    leave: Option<&'a Leave<'a>>,
    brand: &'a str,
}

/// Most characters of a name in a greeting; longer ones are messages.
const GREETED_LENGTH_MAX: usize = 60;

/// Tells whether mail programs cannot take the name for an address and link it.
fn is_greetable(name: &str) -> bool {
    let is_plain = |c: char| c.is_alphabetic() || " '’-".contains(c);
    let has_letters = name.chars().any(char::is_alphabetic);
    has_letters && name.chars().count() <= GREETED_LENGTH_MAX && name.chars().all(is_plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_could_be_links_are_not_greeted() {
        for name in ["Ana", "Ana María O’Neill", "José-Luis D'Ors", "Łukasz", "李雷"] {
            assert!(is_greetable(name), "{name}");
        }
        let long = "a".repeat(61);
        for name in ["", " ", "http://x.es", "gana.dinero.com", "x@y.es", "a\r\nb", long.as_str()] {
            assert!(!is_greetable(name), "{name}");
        }
    }
}
