//! The one function that statements find on a connection besides the engine's own.

use std::sync::Arc;

use memchr::memmem::Finder;
use rusqlite::Connection;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{FromSqlError, ValueRef};

use crate::domain::search::Place;

/// A needle made ready once for all texts that a statement looks at.
enum Needle {
    Inside(Box<Finder<'static>>),
    Start(Box<[u8]>),
    End(Box<[u8]>),
}

impl Needle {
    fn new(place: Place, bytes: &[u8]) -> Self {
        match place {
            Place::Inside => Self::Inside(Box::new(Finder::new(bytes).into_owned())),
            Place::Start => Self::Start(bytes.into()),
            Place::End => Self::End(bytes.into()),
        }
    }

    fn stands_in(&self, text: &[u8]) -> bool {
        match self {
            Self::Inside(finder) => finder.find(text).is_some(),
            Self::Start(start) => text.starts_with(start),
            Self::End(end) => text.ends_with(end),
        }
    }
}

/// Gives a connection `stands_in(needle, place, text)`: whether a text holds another at a
/// place, by the names of [`Place::name`]; nothing stands in what is no text.
///
/// `instr` and `substr` say the same for twice the time, and lists of people ask it a
/// million times.
///
/// # Errors
/// The engine's, when it takes no function.
pub fn install(connection: &Connection) -> rusqlite::Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("stands_in", 3, flags, |arguments| stands_in(arguments))
}

fn stands_in(arguments: &Context<'_>) -> rusqlite::Result<bool> {
    let ValueRef::Text(text) = arguments.get_raw(2) else { return Ok(false) };
    let needle: Arc<Needle> = arguments.get_or_create_aux(0, |needle| {
        let place =
            Place::parse(arguments.get_raw(1).as_str()?).ok_or(FromSqlError::InvalidType)?;
        Ok::<_, FromSqlError>(Needle::new(place, needle.as_bytes()?))
    })?;
    Ok(needle.stands_in(text))
}
