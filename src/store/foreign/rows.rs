//! Rows of Better Auth's tables, as they were found: nothing here is checked yet but what
//! is no moment, and neither yes nor no. Such a cell is named with its row, and never read
//! as something else.

use crate::base::cells;
use crate::base::clock::Millis;
use crate::base::excerpt;
use crate::domain::social::Grants;
use crate::store::Value;

/// A cell that cannot be read.
#[derive(Clone, Debug)]
pub struct Unread {
    /// The column, as Better Auth calls it.
    pub column: &'static str,
    /// What it should hold.
    pub wanted: &'static str,
    /// What it holds, in measure.
    pub held: String,
}

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
    /// The first cell that cannot be read.
    pub unread: Option<Unread>,
}

impl Person {
    pub(super) fn read(row: Vec<Value>) -> Self {
        let mut cells = Cells::of(row);
        let mut person = Self {
            id: cells.text().unwrap_or_default(),
            email: cells.text().unwrap_or_default(),
            name: cells.text().unwrap_or_default(),
            email_verified: cells.flag("emailVerified"),
            image: cells.text(),
            created_at: cells.moment("createdAt"),
            updated_at: cells.moment("updatedAt"),
            role: cells.text(),
            banned: cells.flag("banned"),
            ban_reason: cells.text(),
            ban_expires_at: cells.moment("banExpires"),
            two_factor: cells.flag("twoFactorEnabled"),
            has_username: cells.text().is_some(),
            unread: None,
        };
        person.unread = cells.unread;
        person
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
    /// The first cell that cannot be read.
    pub unread: Option<Unread>,
}

impl Account {
    pub(super) fn read(row: Vec<Value>) -> Self {
        let mut cells = Cells::of(row);
        let mut account = Self {
            id: cells.text().unwrap_or_default(),
            user_id: cells.text().unwrap_or_default(),
            account_id: cells.text().unwrap_or_default(),
            provider_id: cells.text().unwrap_or_default(),
            password: cells.text(),
            grants: Grants { scope: cells.text(), ..Grants::default() },
            created_at: cells.moment("createdAt"),
            updated_at: cells.moment("updatedAt"),
            unread: None,
        };
        account.grants.access_token = cells.text();
        account.grants.refresh_token = cells.text();
        account.grants.id_token = cells.text();
        account.grants.access_token_expires_at = cells.moment("accessTokenExpiresAt");
        account.grants.refresh_token_expires_at = cells.moment("refreshTokenExpiresAt");
        account.unread = cells.unread;
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
    /// When it ends.
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
    /// The first cell that cannot be read.
    pub unread: Option<Unread>,
}

impl Session {
    pub(super) fn read(row: Vec<Value>) -> Self {
        let mut cells = Cells::of(row);
        let mut session = Self {
            id: cells.text().unwrap_or_default(),
            user_id: cells.text().unwrap_or_default(),
            token: crate::domain::token::Token::presented(cells.text().unwrap_or_default()),
            expires_at: cells.moment("expiresAt"),
            created_at: cells.moment("createdAt"),
            updated_at: cells.moment("updatedAt"),
            ip_address: cells.text(),
            user_agent: cells.text(),
            is_impersonated: cells.text().is_some(),
            unread: None,
        };
        session.unread = cells.unread;
        session
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
    /// The first cell that cannot be read.
    pub unread: Option<Unread>,
}

impl Verification {
    pub(super) fn read(row: Vec<Value>) -> Self {
        let mut cells = Cells::of(row);
        let mut verification = Self {
            id: cells.text().unwrap_or_default(),
            identifier: cells.text().unwrap_or_default(),
            value: cells.text().unwrap_or_default(),
            expires_at: cells.moment("expiresAt"),
            created_at: cells.moment("createdAt"),
            unread: None,
        };
        verification.unread = cells.unread;
        verification
    }
}

/// The cells of a row, one after the other.
struct Cells {
    cells: std::vec::IntoIter<Value>,
    unread: Option<Unread>,
}

impl Cells {
    fn of(row: Vec<Value>) -> Self {
        Self { cells: row.into_iter(), unread: None }
    }

    fn text(&mut self) -> Option<String> {
        text(self.cells.next())
    }

    /// Reads a yes or a no; nothing says no.
    fn flag(&mut self, column: &'static str) -> bool {
        let cell = self.cells.next();
        flag(cell.as_ref()).unwrap_or_else(|| {
            self.refuse(column, "neither yes nor no", cell.as_ref());
            false
        })
    }

    /// Reads a moment; `None`: there is none, or it cannot be read and is noted.
    fn moment(&mut self, column: &'static str) -> Option<Millis> {
        let cell = self.cells.next();
        let moment = moment(cell.as_ref());
        let is_empty = match &cell {
            Some(Value::Text(text)) => text.trim().is_empty(),
            Some(Value::Null) | None => true,
            Some(Value::Integer(_) | Value::Bytes(_)) => false,
        };
        if moment.is_none() && !is_empty {
            self.refuse(column, "no moment", cell.as_ref());
        }
        moment
    }

    fn refuse(&mut self, column: &'static str, wanted: &'static str, cell: Option<&Value>) {
        let held = match cell {
            Some(Value::Integer(number)) => number.to_string(),
            Some(Value::Text(text)) => excerpt::of(text),
            Some(Value::Bytes(_)) => String::from("bytes"),
            Some(Value::Null) | None => String::new(),
        };
        self.unread.get_or_insert(Unread { column, wanted, held });
    }
}

/// Tells whether a cell says yes; nothing says no. `None`: it says neither.
fn flag(cell: Option<&Value>) -> Option<bool> {
    match cell {
        Some(Value::Integer(number)) => cells::flag(&number.to_string()),
        Some(Value::Text(text)) => cells::flag(text),
        Some(Value::Null) | None => Some(false),
        Some(Value::Bytes(_)) => None,
    }
}

/// Returns a cell's moment: ISO 8601, seconds or milliseconds; `None`: it holds none.
fn moment(cell: Option<&Value>) -> Option<Millis> {
    match cell? {
        Value::Integer(number) => cells::moment(&number.to_string()),
        Value::Text(text) => cells::moment(text),
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
            (Value::Text(String::from("1767225600.5")), Some(1_767_225_600_500)),
            (Value::Integer(-86_400), Some(-86_400_000)),
            (Value::Text(String::from("01/03/2024")), None),
            (Value::Text(String::from("mañana")), None),
            (Value::Integer(1_767_225_600_120_000), None),
            (Value::Bytes(vec![1]), None),
            (Value::Null, None),
        ] {
            let mut cells = Cells::of(vec![value.clone()]);
            assert_eq!(cells.moment("createdAt").map(|moment| moment.0), ms, "{value:?}");
            let is_told = ms.is_none() && value != Value::Null;
            assert_eq!(cells.unread.is_some(), is_told, "{value:?}");
        }
    }

    #[test]
    fn flag_is_read_however_an_adapter_writes_it() {
        for (value, flag) in [
            (Value::Integer(1), true),
            (Value::Integer(0), false),
            (Value::Text(String::from("true")), true),
            (Value::Text(String::from("false")), false),
            (Value::Text(String::from("VERDADERO")), true),
            (Value::Null, false),
        ] {
            let mut cells = Cells::of(vec![value.clone()]);
            assert_eq!(cells.flag("banned"), flag, "{value:?}");
            assert!(cells.unread.is_none(), "{value:?}");
        }
        let mut cells = Cells::of(vec![Value::Text(String::from("quizá"))]);
        assert!(!cells.flag("banned"));
        assert_eq!(cells.unread.unwrap().held, "quizá");
    }
}
