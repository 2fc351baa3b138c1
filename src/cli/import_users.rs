//! `antesala import users --from FILE`
//!
//! The list is a CSV with a header line, a JSON array of objects, or what Firebase's
//! `auth:export` writes, an object with the array in `users`.

use std::fs;

use serde_json::Value as Json;

use super::arguments::{Format, UsersArguments};
use super::error::{self, CliError};
use super::import::{Remembered, mode};
use super::import_report::Told;
use super::output;
use crate::app::App;
use crate::base::bounds::IMPORT_FILE_BYTES_MAX;
use crate::base::password_hash::FirebaseParameters;
use crate::import::{self, Numbered, Options, Record, TwoFactor};
use crate::store::Value;

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
    let cannot = |why: String| CliError::failed(format!("cannot read {}: {why}", file.display()));
    let by_ending = if file.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("json")) {
        Format::Json
    } else {
        Format::Csv
    };
    let length = fs::metadata(file).map_err(|error| cannot(error.to_string()))?.len();
    if length > IMPORT_FILE_BYTES_MAX {
        let most = IMPORT_FILE_BYTES_MAX / 1024 / 1024;
        return Err(cannot(format!("it is longer than {most} MiB; import it in parts")));
    }
    let text = fs::read_to_string(file).map_err(|error| cannot(error.to_string()))?;
    match arguments.format.unwrap_or(by_ending) {
        Format::Csv => Ok(List::Csv(text)),
        Format::Json => match serde_json::from_str(&text) {
            Ok(Json::Array(list)) => Ok(List::Json(list)),
            Ok(Json::Object(mut export)) => match export.remove("users") {
                Some(Json::Array(list)) => Ok(List::Json(list)),
                Some(_) | None => Err(cannot(String::from("it has no array \"users\""))),
            },
            Ok(_) => Err(cannot(String::from("it is no JSON array"))),
            Err(error) => Err(cannot(format!("it is no JSON: {error}"))),
        },
    }
}

/// Imports the list.
///
/// # Errors
/// When the work stopped half-way, or when somebody was refused.
pub async fn run(app: &App, list: List, arguments: UsersArguments) -> Result<(), CliError> {
    let UsersArguments { from, firebase_rounds: rounds, firebase_mem_cost: mem_cost, .. } =
        arguments;
    let keys = arguments.firebase_signer_key.zip(arguments.firebase_salt_separator);
    let firebase = keys.map(|(signer_key, salt_separator)| FirebaseParameters {
        signer_key,
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
    // What a spreadsheet puts before the first name is no part of it.
    let text = text.trim_start_matches('\u{feff}');
    let mut reader =
        csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(text.as_bytes());
    let headers = reader.headers().cloned().unwrap_or_default();
    if !headers.iter().any(|name| name.eq_ignore_ascii_case("email")) {
        let found = headers.iter().collect::<Vec<_>>().join(", ");
        return Err(CliError::failed(format!(
            "the list's first line names no column email; it names {found}"
        )));
    }
    Ok((2_u64..).zip(reader.into_records()).map(move |(place, line)| {
        let number = line.as_ref().ok().and_then(csv::StringRecord::position);
        let row = format!("line {}", number.map_or(place, csv::Position::line));
        let record = line.map_err(|error| error.to_string()).map(|line| {
            let mut record = Record::default();
            for (name, cell) in headers.iter().zip(&line).filter(|(_, cell)| !cell.is_empty()) {
                record.put(name, Value::Text(cell.to_owned()));
            }
            record
        });
        (row, record)
    }))
}

fn json_record((number, value): (u64, Json)) -> Numbered {
    let row = format!("element {number}");
    let Json::Object(fields) = value else {
        return (row, Err(String::from("is no object")));
    };
    let mut record = Record::default();
    for (name, value) in fields {
        let cell = match value {
            Json::String(text) => Value::Text(text),
            Json::Bool(flag) => flag.into(),
            Json::Number(number) => Value::Text(number.to_string()),
            Json::Null | Json::Array(_) | Json::Object(_) => continue,
        };
        record.put(&name, cell);
    }
    (row, Ok(record))
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
