//! Printing: tables for people, JSON for programs, nothing when the reader left.

use std::io::{self, IsTerminal as _, Write as _};

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{ContentArrangement, Table};
use serde::Serialize;

use super::error::CliError;

/// Writes bytes to standard output.
///
/// # Errors
/// When the stream fails; a reader that has gone is no failure.
pub fn bytes(bytes: &[u8]) -> Result<(), CliError> {
    let mut stream = io::stdout().lock();
    match stream.write_all(bytes).and_then(|()| stream.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(CliError::failed(format!("cannot write to standard output: {error}")))
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Writes one line to standard output.
///
/// # Errors
/// As [`bytes`].
pub fn line(text: &str) -> Result<(), CliError> {
    bytes(format!("{text}\n").as_bytes())
}

/// Writes one line to standard error, where progress and warnings go.
pub fn notice(text: &str) {
    // Nobody can be told that standard error is gone.
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Writes indented JSON and a line break.
///
/// # Errors
/// As [`bytes`].
pub fn json(value: &impl Serialize) -> Result<(), CliError> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| CliError::failed(format!("cannot write JSON: {error}")))?;
    line(&text)
}

/// Writes a table, or says that there is nothing.
///
/// # Errors
/// As [`bytes`].
pub fn table(header: &[&str], rows: Vec<Vec<String>>, nothing: &str) -> Result<(), CliError> {
    if rows.is_empty() {
        return line(nothing);
    }
    let mut table = Table::new();
    table.load_style(UTF8_HORIZONTAL_ONLY).set_header(header);
    if io::stdout().is_terminal() {
        table.set_content_arrangement(ContentArrangement::Dynamic);
    }
    table.add_rows(rows);
    line(&table.to_string())
}

/// The header of a table, and what makes a row of an object.
pub type Columns<'a, T> = (&'a [&'a str], fn(&T) -> Vec<String>);

/// Writes a list as JSON or as a table of the same objects.
///
/// # Errors
/// As [`bytes`].
pub fn list<T: Serialize>(
    items: &[T],
    as_json: bool,
    columns: Columns<'_, T>,
    nothing: &str,
) -> Result<(), CliError> {
    if as_json {
        return json(&items);
    }
    let (header, row) = columns;
    table(header, items.iter().map(row).collect(), nothing)
}

/// Shows an absent value as nothing.
#[must_use]
pub fn or_nothing(value: Option<&str>) -> String {
    value.unwrap_or_default().to_owned()
}

/// Shows yes or nothing, which reads better in a column than yes and no.
#[must_use]
pub fn mark(flag: bool) -> String {
    String::from(if flag { "yes" } else { "" })
}
