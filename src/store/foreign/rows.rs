//! Rows of Better Auth's tables, as they were found: nothing here is checked yet.

use crate::base::clock::Millis;
use crate::domain::social::Grants;
use crate::store::Value;

/// Below this a number of time is in seconds: as milliseconds it would be before 1974,
/// as seconds after the year 5000.
const SECONDS_BELOW: i64 = 100_000_000_000;

/// A row of `user`.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "columns of a table that is not ours")]
pub struct Person {
    /// The key.
    pub id: String,
    /// The address, not yet looked at.
    pub email: String,
    /// The name; empty when there is none.
    pub name: String,
    /// Whether the address is proven.
    pub email_verified: bool,
    /// A picture, or its address.
    pub image: Option<String>,
    /// When the account was made.
    pub created_at: Option<Millis>,
    /// When it last changed.
    pub updated_at: Option<Millis>,
    /// Roles joined by `,`.
    pub role: Option<String>,
    /// Whether there is a ban.
    pub banned: bool,
    /// What the ban is for.
    pub ban_reason: Option<String>,
    /// When the ban lifts itself.
    pub ban_expires_at: Option<Millis>,
    /// Whether a second factor is asked.
    pub two_factor: bool,
    /// Whether the person has a name to sign in with.
    pub has_username: bool,
}

impl Person {
    pub(super) fn read(row: Vec<Value>) -> Self {
        let mut cells = Cells(row.into_iter());
        Self {
            id: cells.text().unwrap_or_default(),
            email: cells.text().unwrap_or_default(),
            name: cells.text().unwrap_or_default(),
            email_verified: cells.flag(),
            image: cells.text(),
            created_at: cells.moment(),
            updated_at: cells.moment(),
            role: cells.text(),
            banned: cells.flag(),
            ban_reason: cells.text(),
            ban_expires_at: cells.moment(),
            two_factor: cells.flag(),
            has_username: cells.text().is_some(),
        }
    }
}

/// A row of `account`. It holds secrets in the open: never shown.
pub struct Account {
    /// The key.
    pub id: String,
    /// Whose it is.
    pub user_id: String,
    /// The provider's id of the person.
    pub account_id: String,
    /// `credential`, `google`, …
    pub provider_id: String,
    /// The hash of the password.
    pub password: Option<String>,
    /// When it was linked.
    pub created_at: Option<Millis>,
    /// When it last changed.
    pub updated_at: Option<Millis>,
    /// What the provider granted; each token as it lay there, sealed perhaps.
    pub grants: Grants,
}

impl Account {
    pub(super) fn read(row: Vec<Value>) -> Self {
        let mut cells = Cells(row.into_iter());
        let mut account = Self {
            id: cells.text().unwrap_or_default(),
            user_id: cells.text().unwrap_or_default(),
            account_id: cells.text().unwrap_or_default(),
            provider_id: cells.text().unwrap_or_default(),
            password: cells.text(),
            grants: Grants { scope: cells.text(), ..Grants::default() },
            created_at: cells.moment(),
            updated_at: cells.moment(),
        };
        account.grants.access_token = cells.text();
        account.grants.refresh_token = cells.text();
        account.grants.id_token = cells.text();
        account.grants.access_token_expires_at = cells.moment();
        account.grants.refresh_token_expires_at = cells.moment();
        account
    }
}

/// A row of `session`.
#[derive(Debug)]
pub struct Session {
    /// The key.
    pub id: String,
    /// Whose it is.
    pub user_id: String,
    /// The token, as the cookie carries it. Never shown.
    pub token: crate::domain::token::Token,
    /// When it ends; `None`: the column cannot be read.
    pub expires_at: Option<Millis>,
    /// When the person signed in.
    pub created_at: Option<Millis>,
    /// When it last changed.
    pub updated_at: Option<Millis>,
    /// Client address.
    pub ip_address: Option<String>,
    /// `User-Agent`.
    pub user_agent: Option<String>,
    /// Whether an administrator sits in it, and not the person.
    pub is_impersonated: bool,
}

impl Session {
    pub(super) fn read(row: Vec<Value>) -> Self {
        let mut cells = Cells(row.into_iter());
        Self {
            id: cells.text().unwrap_or_default(),
            user_id: cells.text().unwrap_or_default(),
            token: crate::domain::token::Token::presented(cells.text().unwrap_or_default()),
            expires_at: cells.moment(),
            created_at: cells.moment(),
            updated_at: cells.moment(),
            ip_address: cells.text(),
            user_agent: cells.text(),
            is_impersonated: cells.text().is_some(),
        }
    }
}

/// A row of `verification`. It holds secrets in the open: never shown.
pub struct Verification {
    /// The key.
    pub id: String,
    /// What it is for, with a token in it perhaps.
    pub identifier: String,
    /// The value.
    pub value: String,
    /// When it stops counting.
    pub expires_at: Option<Millis>,
    /// When it was made.
    pub created_at: Option<Millis>,
}

impl Verification {
    pub(super) fn read(row: Vec<Value>) -> Self {
        let mut cells = Cells(row.into_iter());
        Self {
            id: cells.text().unwrap_or_default(),
            identifier: cells.text().unwrap_or_default(),
            value: cells.text().unwrap_or_default(),
            expires_at: cells.moment(),
            created_at: cells.moment(),
        }
    }
}

/// The cells of a row, one after the other.
struct Cells(std::vec::IntoIter<Value>);

impl Cells {
    fn text(&mut self) -> Option<String> {
        text(self.0.next())
    }

    fn flag(&mut self) -> bool {
        flag(self.0.next())
    }

    fn moment(&mut self) -> Option<Millis> {
        moment(self.0.next())
    }
}

/// Returns whether a cell says yes; nothing says no.
#[must_use]
pub fn flag(cell: Option<Value>) -> bool {
    match cell {
        Some(Value::Integer(number)) => number != 0,
        Some(Value::Text(text)) => matches!(text.to_lowercase().as_str(), "1" | "true" | "t"),
        Some(Value::Null | Value::Bytes(_)) | None => false,
    }
}

/// Returns a cell's moment: ISO 8601, seconds or milliseconds; `None`: it holds none.
#[must_use]
pub fn moment(cell: Option<Value>) -> Option<Millis> {
    match cell? {
        Value::Integer(number) => Some(of_number(number)),
        Value::Text(text) => of_text(text.trim()),
        Value::Null | Value::Bytes(_) => None,
    }
}

/// Returns a cell's text; nothing and the empty text are the same. A zero character,
/// which a server does not store, is dropped.
#[must_use]
pub fn text(cell: Option<Value>) -> Option<String> {
    match cell? {
        Value::Text(text) if text.is_empty() => None,
        Value::Text(text) if text.contains('\0') => Some(text.replace('\0', "")),
        Value::Text(text) => Some(text),
        Value::Integer(number) => Some(number.to_string()),
        Value::Null | Value::Bytes(_) => None,
    }
}

/// Returns a cell's number.
pub fn integer(cell: Option<&Value>) -> Option<i64> {
    match cell? {
        Value::Integer(number) => Some(*number),
        Value::Text(text) => text.parse().ok(),
        Value::Null | Value::Bytes(_) => None,
    }
}

fn of_number(number: i64) -> Millis {
    let is_seconds = number.unsigned_abs() < SECONDS_BELOW.unsigned_abs();
    Millis(if is_seconds { number.saturating_mul(1000) } else { number })
}

/// Reads ISO 8601, with a space for its T and without an offset too: then it is UTC.
fn of_text(text: &str) -> Option<Millis> {
    if let Ok(number) = text.parse() {
        return Some(of_number(number));
    }
    let utc = || Millis::parse_iso(&format!("{text}Z"));
    Millis::parse_iso(text).or_else(utc)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moment_is_read_however_an_adapter_writes_it() {
        for (value, ms) in [
            (Value::Text(String::from("2026-01-01T00:00:00.120Z")), Some(1_767_225_600_120)),
            (Value::Text(String::from("2026-01-01 00:00:00")), Some(1_767_225_600_000)),
            (Value::Text(String::from("2026-01-01T01:00:00+01:00")), Some(1_767_225_600_000)),
            (Value::Text(String::from("1767225600120")), Some(1_767_225_600_120)),
            (Value::Integer(1_767_225_600), Some(1_767_225_600_000)),
            (Value::Integer(1_767_225_600_120), Some(1_767_225_600_120)),
            (Value::Text(String::from("mañana")), None),
            (Value::Null, None),
        ] {
            let mut cells = Cells(vec![value.clone()].into_iter());
            assert_eq!(cells.moment().map(|moment| moment.0), ms, "{value:?}");
        }
    }

    #[test]
    fn flag_is_read_however_an_adapter_writes_it() {
        for (value, flag) in [
            (Value::Integer(1), true),
            (Value::Integer(0), false),
            (Value::Text(String::from("true")), true),
            (Value::Text(String::from("false")), false),
            (Value::Null, false),
        ] {
            assert_eq!(Cells(vec![value.clone()].into_iter()).flag(), flag, "{value:?}");
        }
    }
}
