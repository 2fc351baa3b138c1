//! What mails say: one layout, words from the Fluent files, HTML and plain text.
//!
//! Templates are checked at compile time and escape what they show. Other
//! people's text never becomes a link: a name that could be read as an address is
//! left out of the greeting.

use askama::Template;

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
}

/// A mail with one button.
struct Button<'a> {
    /// Prefix of its keys in `mail.ftl`.
    key: &'static str,
    name: &'a str,
    url: &'a str,
    minutes: i64,
}

/// Writes the mail that proves a new account's address.
///
/// # Errors
/// When a template cannot be rendered, which is a defect.
pub fn verify_email(
    voice: Voice<'_>,
    name: &str,
    url: &str,
    ttl_s: i64,
) -> Result<Letter, askama::Error> {
    voice.with_button(&Button { key: "mail-verify-email", name, url, minutes: ttl_s / 60 })
}

impl Voice<'_> {
    fn with_button(&self, mail: &Button<'_>) -> Result<Letter, askama::Error> {
        let minutes = mail.minutes.to_string();
        let arguments = [("brand", self.brand.name.as_str()), ("minutes", minutes.as_str())];
        let say = |part: &str| {
            self.words.format(self.locale, &format!("{}-{part}", mail.key), &arguments)
        };
        let page = HtmlLetter {
            lang: self.locale.tag(),
            brand: &self.brand.name,
            color: self.brand.color.to_string(),
            text_color: self.brand.color.text_on(),
            subject: say("subject"),
            hello: self.hello(mail.name),
            lead: say("lead"),
            button: say("button"),
            note: say("note"),
            link_hint: self.words.format(self.locale, "mail-link-hint", &[]),
            url: mail.url,
            support: self.support(),
        };
        let html = page.render()?;
        let text = TextLetter {
            hello: &page.hello,
            lead: &page.lead,
            button: &page.button,
            url: page.url,
            note: &page.note,
            support: page.support.as_deref(),
            brand: page.brand,
        }
        .render()?;
        Ok(Letter { subject: page.subject, text, html })
    }

    fn hello(&self, name: &str) -> String {
        if is_greetable(name) {
            self.words.format(self.locale, "mail-hello", &[("name", name)])
        } else {
            self.words.format(self.locale, "mail-hello-nobody", &[])
        }
    }

    fn support(&self) -> Option<String> {
        let address = self.brand.support_email.as_deref()?;
        Some(self.words.format(self.locale, "mail-support", &[("address", address)]))
    }
}

#[derive(Template)]
#[template(path = "mail/letter.html", config = ".askama.toml")]
struct HtmlLetter<'a> {
    lang: &'a str,
    brand: &'a str,
    color: String,
    text_color: &'a str,
    subject: String,
    hello: String,
    lead: String,
    button: String,
    note: String,
    link_hint: String,
    url: &'a str,
    support: Option<String>,
}

#[derive(Template)]
#[template(path = "mail/letter.txt", config = ".askama.toml")]
struct TextLetter<'a> {
    hello: &'a str,
    lead: &'a str,
    button: &'a str,
    url: &'a str,
    note: &'a str,
    support: Option<&'a str>,
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
