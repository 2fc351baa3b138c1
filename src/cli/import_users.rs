//! `antesala import users --from FILE`
//!
//! The list is a CSV with a header line, a JSON array of objects, objects line by line, or
//! what Firebase's `auth:export` writes, an object with the array in `users`.

use serde_json::Value as Json;

use super::arguments::{Format, UsersArguments};
use super::error::{self, CliError};
use super::import::{Remembered, mode};
use super::import_report::Told;
use super::{confidential, listing, output};
use crate::app::App;
use crate::base::cells::folded;
use crate::base::csv;
use crate::base::password_hash::FirebaseParameters;
use crate::import::{self, Numbered, Options, Record, TwoFactor};

/// A list as it was read.
pub enum List {
    /// The text of a CSV.
    Csv(String),
    /// The elements of an array.
    Json(Vec<Json>),
}

/// Reads the list.
///
/// # Errors
/// When it cannot be read, is too long, or is no list.
pub fn read(arguments: &UsersArguments) -> Result<List, CliError> {
    let file = &arguments.from;
    let text = listing::text(file, arguments.encoding.as_deref())?;
    match arguments.format.unwrap_or_else(|| listing::format(file)) {
        Format::Csv => Ok(List::Csv(text)),
        Format::Json => listing::values(&text)
            .map(List::Json)
            .map_err(|why| CliError::failed(format!("cannot read {}: {why}", file.display()))),
    }
}

/// Imports the list.
///
/// # Errors
/// When the work stopped half-way, or when somebody was refused.
pub async fn run(app: &App, list: List, arguments: UsersArguments) -> Result<(), CliError> {
    let UsersArguments { from, firebase_rounds: rounds, firebase_mem_cost: mem_cost, .. } =
        arguments;
    let (typed, file) = (arguments.firebase_signer_key, arguments.firebase_signer_key_file);
    let signer_key = confidential::text("--firebase-signer-key", typed, file.as_deref())?;
    let keys = signer_key.zip(arguments.firebase_salt_separator);
    let firebase = keys.map(|(signer_key, salt_separator)| FirebaseParameters {
        signer_key: signer_key.expose().clone(),
        salt_separator,
        rounds,
        mem_cost,
    });
    let mut told = Told::new(&arguments.how)?;
    output::line(&format!("importing from {}", from.display()))?;
    let options = Options { mode: mode(&arguments.how), two_factor: TwoFactor::Bar };
    let firebase = firebase.as_ref();
    let remembered = Remembered::begin(app, "list", options.mode).await?;
    let tally = match list {
        List::Csv(text) => {
            let total = count(text.lines().count().saturating_sub(1));
            let how = (options, total);
            import::users(app, csv_records(&text)?, firebase, how, &mut told).await
        }
        List::Json(list) => {
            let how = (options, count(list.len()));
            let records = (1..).zip(list).map(json_record);
            import::users(app, records, firebase, how, &mut told).await
        }
    };
    let tally = tally.map_err(|wrong| CliError::failed(error::chain(&wrong)))?;
    remembered.end(app, &tally).await?;
    told.conclude(&tally, options.mode)
}

/// Reads records one by one.
fn csv_records(text: &str) -> Result<impl Iterator<Item = Numbered>, CliError> {
    let rows = csv::read(text);
    let columns = rows.columns.clone();
    if !columns.iter().any(|name| import::ADDRESS_COLUMNS.contains(&folded(name).as_str())) {
        let found = columns.iter().collect::<Vec<_>>().join(", ");
        return Err(CliError::failed(format!(
            "the list's first line names no column email; it names {found}"
        )));
    }
    Ok(rows.map(move |(line, row)| {
        let record = row.map(|row| {
            let mut record = Record::default();
            for (name, cell) in columns.iter().zip(&row).filter(|(_, cell)| !cell.is_empty()) {
                record.put(name, cell.to_owned());
            }
            record
        });
        (format!("line {line}"), record)
    }))
}

fn json_record((number, value): (u64, Json)) -> Numbered {
    let row = format!("element {number}");
    let Json::Object(fields) = value else {
        return (row, Err(String::from("is no object")));
    };
    let mut record = Record::default();
    for (name, value) in fields {
        let text = match value {
            Json::Null => continue,
            Json::String(text) => text,
            Json::Bool(flag) => flag.to_string(),
            Json::Number(number) => number.to_string(),
            Json::Array(list) if list.is_empty() => continue,
            Json::Object(map) if map.is_empty() => continue,
            Json::Object(map) => wrapped(&map).unwrap_or_else(|| Json::Object(map).to_string()),
            Json::Array(list) => Json::Array(list).to_string(),
        };
        record.put(&name, text);
    }
    (row, Ok(record))
}

/// Returns what `MongoDB`'s export wraps: an id, or a moment.
fn wrapped(map: &serde_json::Map<String, Json>) -> Option<String> {
    let value = ["$oid", "$date"].iter().find_map(|name| map.get(*name))?;
    Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
