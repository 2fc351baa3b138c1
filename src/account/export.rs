//! A person's own copy of everything that names them, as one JSON object.
//!
//! It comes in pieces, so that nobody's history is ever whole in memory: each is a page
//! of one table. Source: GDPR, articles 15 and 20.

use serde_json::{Map, Value as Json};

use crate::app::{App, Failure, Fault};
use crate::base::bounds::TASK_ROWS_MAX;
use crate::base::clock::Millis;
use crate::store::Value;
use crate::store::export::{ExportRow, Kind, PARTS};

/// A copy while it is written.
#[derive(Debug)]
pub struct Export {
    user_id: String,
    begun_at: Millis,
    part: usize,
    after: String,
    is_begun: bool,
    is_ended: bool,
}

impl Export {
    /// Begins the copy of somebody.
    #[must_use]
    pub fn of(user_id: &str, now: Millis) -> Self {
        Self {
            user_id: user_id.to_owned(),
            begun_at: now,
            part: 0,
            after: String::new(),
            is_begun: false,
            is_ended: false,
        }
    }

    /// Returns the next piece of the text; `None` after the last.
    ///
    /// # Errors
    /// A fault of the store: the text ends in the middle, and is no JSON.
    pub async fn next(&mut self, app: &App) -> Result<Option<Vec<u8>>, Failure> {
        if self.is_ended {
            return Ok(None);
        }
        let mut text = Vec::new();
        if !self.is_begun {
            self.is_begun = true;
            text.extend_from_slice(
                format!("{{\"exportedAt\":\"{}\"", self.begun_at.iso()).as_bytes(),
            );
        }
        let Some(part) = PARTS.get(self.part) else {
            self.is_ended = true;
            text.push(b'}');
            return Ok(Some(text));
        };
        let page = part.page(&self.user_id, &self.after, TASK_ROWS_MAX);
        let rows: Vec<ExportRow> = app.store.list(page).await?;
        if self.after.is_empty() {
            text.extend_from_slice(format!(",\"{}\":[", part.name).as_bytes());
        } else if !rows.is_empty() {
            text.push(b',');
        }
        for (number, row) in rows.iter().enumerate() {
            if number > 0 {
                text.push(b',');
            }
            let shaped = shaped(part.columns, &row.values);
            let write = serde_json::to_writer(&mut text, &shaped);
            write.map_err(|_shape| Failure::Fault(Fault::Broken("a row that is no JSON")))?;
        }
        let is_last = i64::try_from(rows.len()).is_ok_and(|count| count < TASK_ROWS_MAX);
        if let Some(row) = rows.into_iter().next_back().filter(|_| !is_last) {
            self.after = row.key;
        } else {
            text.push(b']');
            self.part += 1;
            self.after.clear();
        }
        Ok(Some(text))
    }
}

/// Shows a row by the names of the wire.
fn shaped(columns: &[(&'static str, Kind)], values: &[Value]) -> Map<String, Json> {
    let shown = columns.iter().zip(values);
    shown.map(|((name, kind), value)| (camel(name), json(*kind, value))).collect()
}

fn json(kind: Kind, value: &Value) -> Json {
    match (kind, value) {
        (_, Value::Null | Value::Bytes(_)) => Json::Null,
        (Kind::Moment, Value::Integer(at)) => Millis(*at).iso().into(),
        (Kind::Flag, Value::Integer(flag)) => Json::Bool(*flag != 0),
        (Kind::Plain | Kind::Json, Value::Integer(number)) => (*number).into(),
        (Kind::Json, Value::Text(text)) => {
            serde_json::from_str(text).unwrap_or_else(|_plain| text.as_str().into())
        }
        (Kind::Plain | Kind::Moment | Kind::Flag, Value::Text(text)) => text.as_str().into(),
    }
}

/// Writes a column's name as the wire does.
fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let mut camel = words.next().unwrap_or_default().to_owned();
    for word in words {
        let (first, rest) = word.split_at(word.len().min(1));
        camel.push_str(&first.to_ascii_uppercase());
        camel.push_str(rest);
    }
    camel
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_shown_by_what_they_hold() {
        assert_eq!(camel("cv_size_bytes"), "cvSizeBytes");
        let text = |text: &str| Value::Text(text.to_owned());
        assert_eq!(json(Kind::Moment, &Value::Integer(0)), "1970-01-01T00:00:00.000Z");
        assert_eq!(json(Kind::Flag, &Value::Integer(1)), true);
        assert_eq!(json(Kind::Json, &text("[1]")), serde_json::json!([1]));
        assert_eq!(json(Kind::Json, &text("no")), "no");
        assert_eq!(json(Kind::Plain, &Value::Null), Json::Null);
    }
}
