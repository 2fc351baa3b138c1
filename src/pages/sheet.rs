//! A page with one form on it: signing in, signing up, a forgotten password.

use askama::Template;

use super::form::{Form, Kind, Told};
use crate::http::error::{ApiError, rendered};
use crate::http::response::Response;
use crate::http::words::{Heading, PageWords};

/// The page.
#[derive(Template)]
#[template(path = "pages/sheet.html", config = ".askama.toml")]
pub struct Sheet<'a> {
    words: PageWords<'a>,
    title: String,
    lead: String,
    providers: Vec<Way>,
    form: Option<Form>,
    below: Vec<Below>,
}

/// Another way in, beside the form.
#[derive(Debug)]
pub struct Way {
    /// Where its button posts to.
    pub action: &'static str,
    /// The provider's name in the settings.
    pub name: String,
    /// What the button says.
    pub label: String,
    /// Where it leads afterwards.
    pub next: String,
}

/// A sentence under the form, with a link at its end.
#[derive(Debug)]
pub struct Below {
    /// What comes before the link.
    pub before: String,
    /// Where it leads.
    pub url: String,
    /// What the link says.
    pub text: String,
}

impl<'a> Sheet<'a> {
    /// Makes a page with the texts `{key}-title` and `{key}-lead` of a heading.
    #[must_use]
    pub fn new(words: PageWords<'a>, Heading(key): Heading) -> Self {
        let brand = [("brand", words.brand())];
        Self {
            words,
            title: words.format(&format!("{key}-title"), &brand),
            lead: words.format(&format!("{key}-lead"), &brand),
            providers: Vec::new(),
            form: None,
            below: Vec::new(),
        }
    }

    /// With another text under the title.
    #[must_use]
    pub fn leading(self, lead: String) -> Self {
        Self { lead, ..self }
    }

    /// With other ways in.
    #[must_use]
    pub fn ways(self, providers: Vec<Way>) -> Self {
        Self { providers, ..self }
    }

    /// With a sentence and a link under the form: the keys of both.
    #[must_use]
    pub fn below(mut self, (before, text): (&str, &str), url: String) -> Self {
        let before = if before.is_empty() { String::new() } else { self.words.text(before) };
        self.below.push(Below { before, url, text: self.words.text(text) });
        self
    }

    /// Shows the form.
    ///
    /// # Errors
    /// A fault when the template cannot be rendered.
    pub fn show(self, form: Form) -> Result<Response, ApiError> {
        self.answer(200, Some(form))
    }

    /// Shows the form as it comes back.
    ///
    /// # Errors
    /// As [`Sheet::show`].
    pub fn show_told(self, told: Told) -> Result<Response, ApiError> {
        let response = self.answer(told.status, Some(told.form))?;
        Ok(match told.retry_after_s {
            Some(seconds) => response.retry_after(seconds),
            None => response,
        })
    }

    /// Shows the page without a form.
    ///
    /// # Errors
    /// As [`Sheet::show`].
    pub fn show_bare(self) -> Result<Response, ApiError> {
        self.answer(200, None)
    }

    fn answer(self, status: u16, form: Option<Form>) -> Result<Response, ApiError> {
        let page = Self { form: form.map(Form::narrow), ..self };
        // The address may hold a token: no link carries it elsewhere.
        Ok(Response::html(status, rendered(page.render())?).no_store().own_referrer())
    }
}
