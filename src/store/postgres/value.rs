//! Values on PostgreSQL's wire.
//!
//! The server says which type each parameter and each column has; a value that
//! does not fit is an error here, never a silent conversion. `numeric` is not
//! read: a sum that was not cast back to BIGINT is found by the tests.

use std::error::Error;

use bytes::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::store::Value;
use crate::store::row::Column;

type Boxed = Box<dyn Error + Sync + Send>;

/// Tells whether a type holds text.
fn is_text(kind: &Type) -> bool {
    [Type::TEXT, Type::VARCHAR, Type::BPCHAR, Type::NAME, Type::UNKNOWN].contains(kind)
}

/// Tells whether a type holds whole numbers.
fn is_integer(kind: &Type) -> bool {
    [Type::INT8, Type::INT4, Type::INT2].contains(kind)
}

/// Tells whether antesala reads and writes a type.
fn is_known(kind: &Type) -> bool {
    is_integer(kind) || is_text(kind) || *kind == Type::BYTEA
}

/// Returns the type that a value has by itself; nothing has whichever is wanted.
pub const fn kind(value: &Value) -> Type {
    match value {
        Value::Null => Type::UNKNOWN,
        Value::Integer(_) => Type::INT8,
        Value::Text(_) => Type::TEXT,
        Value::Bytes(_) => Type::BYTEA,
    }
}

impl ToSql for Value {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Boxed> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Integer(number) => match *kind {
                Type::INT8 => number.to_sql(kind, out),
                Type::INT4 => i32::try_from(*number)?.to_sql(kind, out),
                Type::INT2 => i16::try_from(*number)?.to_sql(kind, out),
                _ => Err(unfit("a number", kind)),
            },
            Self::Text(text) if is_text(kind) => text.as_str().to_sql(kind, out),
            Self::Text(_) => Err(unfit("text", kind)),
            Self::Bytes(bytes) if *kind == Type::BYTEA => bytes.as_slice().to_sql(kind, out),
            Self::Bytes(_) => Err(unfit("bytes", kind)),
        }
    }

    fn accepts(kind: &Type) -> bool {
        is_known(kind)
    }

    to_sql_checked!();
}

fn unfit(what: &str, kind: &Type) -> Boxed {
    format!("{what} for a parameter of type {kind}").into()
}

impl<'a> FromSql<'a> for Column<'a> {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, Boxed> {
        Ok(match *kind {
            Type::INT8 => Self::Integer(i64::from_sql(kind, raw)?),
            Type::INT4 => Self::Integer(i32::from_sql(kind, raw)?.into()),
            Type::INT2 => Self::Integer(i16::from_sql(kind, raw)?.into()),
            Type::BYTEA => Self::Bytes(raw),
            _ => Self::Text(<&str>::from_sql(kind, raw)?),
        })
    }

    fn from_sql_null(_kind: &Type) -> Result<Self, Boxed> {
        Ok(Self::Null)
    }

    fn accepts(kind: &Type) -> bool {
        is_known(kind)
    }
}

/// Copies a column out of a row.
impl From<Column<'_>> for Value {
    fn from(column: Column<'_>) -> Self {
        match column {
            Column::Null => Self::Null,
            Column::Integer(number) => Self::Integer(number),
            Column::Text(text) => Self::Text(text.to_owned()),
            Column::Bytes(bytes) => Self::Bytes(bytes.to_vec()),
        }
    }
}
