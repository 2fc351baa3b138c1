//! Rows, read in the order of their columns.

use super::StoreError;
use super::statement::Value;
use crate::base::clock::Millis;
use crate::domain::email::Email;
use crate::domain::token::TokenHash;

/// What can be made of a row.
pub trait FromRow: Sized + Send + 'static {
    /// Reads the columns in the order of the `SELECT`.
    ///
    /// # Errors
    /// `Decode` when a column holds something else.
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError>;
}

/// A row under a cursor: each call reads the next column.
pub struct Row<'a> {
    columns: Columns<'a>,
    next: usize,
    sql: &'static str,
}

/// Where the columns come from.
enum Columns<'a> {
    /// A row that SQLite stands on.
    Sqlite(&'a rusqlite::Row<'a>),
    /// A row that a server sent.
    Postgres(&'a tokio_postgres::Row),
    /// A row that was carried over from the writer.
    Values(&'a [Value]),
}

/// What a statement of a batch did.
#[derive(Debug)]
pub struct Affected {
    /// How many rows it touched.
    pub rows: u64,
    sql: &'static str,
    returned: Vec<Vec<Value>>,
}

impl Affected {
    pub(super) const fn new(sql: &'static str, rows: u64, returned: Vec<Vec<Value>>) -> Self {
        Self { rows, sql, returned }
    }

    /// Reads every row of a `RETURNING`.
    ///
    /// # Errors
    /// `Decode`.
    pub fn all<T: FromRow>(&self) -> Result<Vec<T>, StoreError> {
        let read = |values: &Vec<Value>| {
            let columns = Columns::Values(values);
            T::from_row(&mut Row { columns, next: 0, sql: self.sql })
        };
        self.returned.iter().map(read).collect()
    }

    /// Reads the first row of a `RETURNING`.
    ///
    /// # Errors
    /// `Decode`.
    pub fn first<T: FromRow>(&self) -> Result<Option<T>, StoreError> {
        self.returned
            .first()
            .map(|values| {
                let columns = Columns::Values(values);
                T::from_row(&mut Row { columns, next: 0, sql: self.sql })
            })
            .transpose()
    }
}

impl<'a> Row<'a> {
    pub(super) const fn sqlite(row: &'a rusqlite::Row<'a>, sql: &'static str) -> Self {
        Self { columns: Columns::Sqlite(row), next: 0, sql }
    }

    pub(super) const fn postgres(row: &'a tokio_postgres::Row, sql: &'static str) -> Self {
        Self { columns: Columns::Postgres(row), next: 0, sql }
    }

    fn wrong(&self) -> StoreError {
        StoreError::Decode { sql: self.sql, column: self.next.saturating_sub(1) }
    }

    fn column(&mut self) -> Result<Column<'a>, StoreError> {
        let index = self.next;
        self.next += 1;
        let column = match self.columns {
            Columns::Sqlite(row) => row.get_ref(index).ok().and_then(Column::of_sqlite),
            Columns::Postgres(row) => row.try_get(index).ok(),
            Columns::Values(values) => values.get(index).map(Column::of_value),
        };
        column.ok_or_else(|| self.wrong())
    }

    /// Reads text.
    ///
    /// # Errors
    /// `Decode` when the column holds anything else, null included.
    pub fn text(&mut self) -> Result<String, StoreError> {
        self.text_or_null()?.ok_or_else(|| self.wrong())
    }

    /// Reads text or null.
    ///
    /// # Errors
    /// `Decode` when the column holds anything else.
    pub fn text_or_null(&mut self) -> Result<Option<String>, StoreError> {
        match self.column()? {
            Column::Null => Ok(None),
            Column::Text(text) => Ok(Some(text.to_owned())),
            Column::Integer(_) | Column::Bytes(_) => Err(self.wrong()),
        }
    }

    /// Reads a mail address, of which only normal forms are stored.
    ///
    /// # Errors
    /// `Decode`.
    pub fn email(&mut self) -> Result<Email, StoreError> {
        Ok(Email::from_store(self.text()?))
    }

    /// Reads text that is one of some names.
    ///
    /// # Errors
    /// `Decode` when `parse` does not know it.
    pub fn parsed<T>(&mut self, parse: impl FnOnce(&str) -> Option<T>) -> Result<T, StoreError> {
        let text = self.text()?;
        parse(&text).ok_or_else(|| self.wrong())
    }

    /// Reads a number that stands for something.
    ///
    /// # Errors
    /// `Decode` when it stands for nothing.
    pub fn parsed_number<T>(
        &mut self,
        parse: impl FnOnce(i64) -> Option<T>,
    ) -> Result<T, StoreError> {
        let number = self.integer()?;
        parse(number).ok_or_else(|| self.wrong())
    }

    /// Reads every column that is left, whatever it holds.
    ///
    /// # Errors
    /// `Decode` for a type that is not antesala's.
    pub fn rest(&mut self) -> Result<Vec<Value>, StoreError> {
        let count = match self.columns {
            Columns::Sqlite(row) => row.as_ref().column_count(),
            Columns::Postgres(row) => row.len(),
            Columns::Values(values) => values.len(),
        };
        let mut rest = Vec::with_capacity(count.saturating_sub(self.next));
        while self.next < count {
            rest.push(match self.column()? {
                Column::Null => Value::Null,
                Column::Integer(number) => Value::Integer(number),
                Column::Text(text) => Value::Text(text.to_owned()),
                Column::Bytes(bytes) => Value::Bytes(bytes.to_vec()),
            });
        }
        Ok(rest)
    }

    /// Reads a number.
    ///
    /// # Errors
    /// `Decode`.
    pub fn integer(&mut self) -> Result<i64, StoreError> {
        self.integer_or_null()?.ok_or_else(|| self.wrong())
    }

    /// Reads a number or null.
    ///
    /// # Errors
    /// `Decode`.
    pub fn integer_or_null(&mut self) -> Result<Option<i64>, StoreError> {
        match self.column()? {
            Column::Null => Ok(None),
            Column::Integer(number) => Ok(Some(number)),
            Column::Text(_) | Column::Bytes(_) => Err(self.wrong()),
        }
    }

    /// Reads a boolean.
    ///
    /// # Errors
    /// `Decode`.
    pub fn flag(&mut self) -> Result<bool, StoreError> {
        Ok(self.integer()? != 0)
    }

    /// Reads a moment.
    ///
    /// # Errors
    /// `Decode`.
    pub fn millis(&mut self) -> Result<Millis, StoreError> {
        Ok(Millis(self.integer()?))
    }

    /// Reads a moment or null.
    ///
    /// # Errors
    /// `Decode`.
    pub fn millis_or_null(&mut self) -> Result<Option<Millis>, StoreError> {
        Ok(self.integer_or_null()?.map(Millis))
    }

    /// Reads bytes or null.
    ///
    /// # Errors
    /// `Decode` when the column holds anything else.
    pub fn bytes_or_null(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        match self.column()? {
            Column::Null => Ok(None),
            Column::Bytes(bytes) => Ok(Some(bytes.to_vec())),
            Column::Integer(_) | Column::Text(_) => Err(self.wrong()),
        }
    }

    /// Reads the hash of a token, 32 bytes.
    ///
    /// # Errors
    /// `Decode`.
    pub fn hash(&mut self) -> Result<TokenHash, StoreError> {
        match self.column()? {
            Column::Bytes(bytes) => bytes.try_into().map(TokenHash).map_err(|_short| self.wrong()),
            Column::Null | Column::Integer(_) | Column::Text(_) => Err(self.wrong()),
        }
    }
}

/// A column, borrowed from wherever it is.
pub(super) enum Column<'a> {
    Null,
    Integer(i64),
    Text(&'a str),
    Bytes(&'a [u8]),
}

impl<'a> Column<'a> {
    fn of_sqlite(value: rusqlite::types::ValueRef<'a>) -> Option<Self> {
        use rusqlite::types::ValueRef;
        match value {
            ValueRef::Null => Some(Self::Null),
            ValueRef::Integer(number) => Some(Self::Integer(number)),
            ValueRef::Text(bytes) => std::str::from_utf8(bytes).ok().map(Self::Text),
            ValueRef::Blob(bytes) => Some(Self::Bytes(bytes)),
            ValueRef::Real(_) => None,
        }
    }

    const fn of_value(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Integer(number) => Self::Integer(*number),
            Value::Text(text) => Self::Text(text.as_str()),
            Value::Bytes(bytes) => Self::Bytes(bytes.as_slice()),
        }
    }
}

impl FromRow for i64 {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        row.integer()
    }
}

impl FromRow for Millis {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        row.millis()
    }
}

impl FromRow for String {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        row.text()
    }
}
