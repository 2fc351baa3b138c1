//! Pages of a list: how many rows, after which one, and where the next page begins.
//!
//! A cursor is the last row's place in the order, number and id. It is opaque to
//! whoever holds it, and rows that come or go between two pages neither hide nor repeat
//! others. Source: product contract 6 (`?cursor=&limit=`, at most 100).

use serde::Serialize;

use super::error::ApiError;
use super::request::Request;
use super::schema::{FieldFault, Violation};
use crate::base::bounds::{ID_LENGTH_MAX, PAGE_ROWS_DEFAULT, PAGE_ROWS_MAX};

/// One page on the wire.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Page<T> {
    /// The rows, in order.
    pub items: Vec<T>,
    /// Where the next page begins; `None` after the last row.
    pub next_cursor: Option<String>,
}

/// What a page was asked for by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageAsked {
    /// Rows of the page, 1 to 100.
    pub limit: i64,
    /// The row after which it begins; `None`: the first.
    pub after: Option<Place>,
}

/// The place of a row in its order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// What the rows are ordered by: a moment, an amount, a rank.
    pub key: i64,
    /// The row's id, which orders those with equal keys.
    pub id: String,
}

impl PageAsked {
    /// Reads `limit` and `cursor` of a query.
    ///
    /// # Errors
    /// `Invalid`, naming the parameter.
    pub fn of(request: &Request) -> Result<Self, ApiError> {
        let limit = match request.query("limit") {
            None => PAGE_ROWS_DEFAULT,
            Some(text) => match text.parse() {
                Ok(limit) if (1..=PAGE_ROWS_MAX).contains(&limit) => limit,
                Ok(limit) if limit < 1 => return Err(wrong("limit", FieldFault::Below(1))),
                Ok(_) | Err(_) => return Err(wrong("limit", FieldFault::Above(PAGE_ROWS_MAX))),
            },
        };
        let after = request.query("cursor").map(Place::parse).transpose()?;
        Ok(Self { limit, after })
    }

    /// Returns how many rows to read: one more than the page tells whether another follows.
    #[must_use]
    pub const fn rows(&self) -> i64 {
        self.limit + 1
    }

    /// Makes the page of rows of which [`PageAsked::rows`] were read.
    #[must_use]
    pub fn page<R, T>(
        &self,
        mut rows: Vec<R>,
        place: impl FnOnce(&R) -> Place,
        shape: impl FnMut(R) -> T,
    ) -> Page<T> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let goes_on = rows.len() > limit;
        rows.truncate(limit);
        let next_cursor = rows.last().filter(|_| goes_on).map(|last| place(last).cursor());
        Page { items: rows.into_iter().map(shape).collect(), next_cursor }
    }
}

impl Place {
    fn parse(cursor: &str) -> Result<Self, ApiError> {
        let is_short = u32::try_from(cursor.len()).is_ok_and(|length| length <= ID_LENGTH_MAX);
        let is_plain = is_short && cursor.bytes().all(|byte| byte.is_ascii_graphic());
        let parts = cursor.split_once('.').filter(|_| is_plain);
        let place =
            parts.and_then(|(key, id)| Some(Self { key: key.parse().ok()?, id: id.to_owned() }));
        place.ok_or_else(|| wrong("cursor", FieldFault::Shape))
    }

    /// Returns the cursor that leads here.
    #[must_use]
    pub fn cursor(&self) -> String {
        format!("{}.{}", self.key, self.id)
    }
}

/// Says what is wrong with a parameter of the query.
#[must_use]
pub fn wrong(field: &str, fault: FieldFault) -> ApiError {
    let violations = vec![Violation { field: field.to_owned(), fault }];
    ApiError::Invalid { place: "query", violations }
}
