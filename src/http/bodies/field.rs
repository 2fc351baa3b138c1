//! Reading the fields of a body beyond what a schema says: texts without blanks around
//! them, addresses of the web, codes of countries.

use crate::domain::world;
use crate::http::error::ApiError;
use crate::http::schema::{FieldFault, Violation};

/// Everything that is wrong with a body, gathered.
#[derive(Debug, Default)]
pub struct Faults(Vec<Violation>);

impl Faults {
    /// Notes that a field is wrong.
    pub fn note(&mut self, field: &str, fault: FieldFault) {
        self.0.push(Violation { field: field.to_owned(), fault });
    }

    /// Answers with a value when nothing was wrong.
    ///
    /// # Errors
    /// `Invalid`, with everything that was.
    pub fn none_or<T>(self, value: T) -> Result<T, ApiError> {
        if self.0.is_empty() {
            Ok(value)
        } else {
            Err(ApiError::Invalid { place: "body", violations: self.0 })
        }
    }

    /// Reads a text that must have letters; at least `min` UTF-16 code units.
    pub fn text(&mut self, field: &str, text: &str, min: u32) -> String {
        let text = text.trim();
        let length = u32::try_from(text.encode_utf16().count()).unwrap_or(u32::MAX);
        if length < min {
            self.note(field, FieldFault::TooSmall(min.into()));
        }
        text.to_owned()
    }

    /// Reads the address of a page.
    pub fn url(&mut self, field: &str, text: Option<String>) -> Option<String> {
        let text = said(text)?;
        let url = url::Url::parse(&text).ok();
        let is_page = |url: &url::Url| {
            matches!(url.scheme(), "https" | "http") && url.username().is_empty() && url.has_host()
        };
        let page = url.filter(is_page).map(String::from);
        if page.is_none() {
            self.note(field, FieldFault::Shape);
        }
        page
    }

    /// Reads the code of a country.
    pub fn country(&mut self, field: &str, text: Option<String>) -> Option<String> {
        let code = world::country(&said(text)?);
        if code.is_none() {
            self.note(field, FieldFault::Shape);
        }
        code
    }
}

/// Drops the blanks around a text, and a text of blanks alone.
#[must_use]
pub fn said(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty())
}
