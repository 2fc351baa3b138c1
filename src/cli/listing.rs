//! The file of a list that an import reads: its letters, and its values where it is JSON.

use std::fs;
use std::path::Path;

use serde_json::{Deserializer, Value};

use super::arguments::Format;
use super::error::CliError;
use super::output;
use crate::base::bounds::IMPORT_FILE_BYTES_MAX;
use crate::base::encoding::decoded;

/// Returns the text of a list, in the encoding of that name or in its own.
///
/// # Errors
/// When it cannot be read, is too long, or is no text.
pub fn text(file: &Path, encoding: Option<&str>) -> Result<String, CliError> {
    let cannot = |why: String| CliError::failed(format!("cannot read {}: {why}", file.display()));
    let length = fs::metadata(file).map_err(|error| cannot(error.to_string()))?.len();
    if length > IMPORT_FILE_BYTES_MAX {
        let most = IMPORT_FILE_BYTES_MAX / 1024 / 1024;
        return Err(cannot(format!("it is longer than {most} MiB; import it in parts")));
    }
    let bytes = fs::read(file).map_err(|error| cannot(error.to_string()))?;
    let read = decoded(&bytes, encoding).map_err(|error| cannot(error.to_string()))?;
    if encoding.is_none() && read.encoding != "UTF-8" {
        output::notice(&format!(
            "{} is read as {}; say --encoding NAME if letters come out wrong",
            file.display(),
            read.encoding
        ));
    }
    Ok(read.text)
}

/// Returns the format of a file by its ending; a CSV has any.
#[must_use]
pub fn format(file: &Path) -> Format {
    let ending = file.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    if ["json", "ndjson", "jsonl"].contains(&ending.as_str()) { Format::Json } else { Format::Csv }
}

/// Returns the values of a JSON text: an array's, those of lines or of one after the
/// other, or the array `users` of an object, as Firebase exports it.
///
/// # Errors
/// Why it is none of those.
pub fn values(text: &str) -> Result<Vec<Value>, String> {
    let values: Result<Vec<Value>, _> = Deserializer::from_str(text).into_iter().collect();
    let mut values = values.map_err(|error| format!("it is no JSON: {error}"))?;
    if values.len() != 1 {
        return Ok(values);
    }
    match values.remove(0) {
        Value::Array(list) => Ok(list),
        Value::Object(mut one) => match one.remove("users") {
            Some(Value::Array(list)) => Ok(list),
            None if one.contains_key("email") => Ok(vec![Value::Object(one)]),
            Some(_) | None => Err(String::from("it has no array \"users\"")),
        },
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            Err(String::from("it is no JSON array"))
        }
    }
}
