//! CSV, written and read in one place, so that no cell is ever a formula.
//!
//! Spreadsheets run a cell that begins like a formula, whoever wrote it: such a text goes
//! out behind a single quote, and comes back without it. A text that has such quotes of its
//! own gets one more, so reading is the inverse of writing. Where a semicolon or a line end
//! may begin a cell in the reader's country, what follows is treated alike.
//! Source: OWASP, CSV Injection.

use std::borrow::Cow;
use std::io::{self, Write};

use csv::{ReaderBuilder, StringRecord, StringRecordsIntoIter, Trim, Writer};

/// What formulas begin with, in full width as well.
const FORMULAS: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// What may end a cell, beside the comma, which is always quoted.
const ENDS: [char; 4] = [';', '\t', '\r', '\n'];

/// What keeps a text from being a formula.
const QUOTE: char = '\'';

/// A value of a cell.
#[derive(Clone, Copy, Debug)]
pub enum Cell<'a> {
    /// A text, whoever wrote it.
    Text(&'a str),
    /// A number of ours, which a sign makes no formula.
    Number(i64),
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl<'a> From<&'a Option<String>> for Cell<'a> {
    fn from(text: &'a Option<String>) -> Self {
        Self::Text(text.as_deref().unwrap_or_default())
    }
}

impl From<i64> for Cell<'_> {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

/// Writes rows under a header line.
pub struct Sheet<W: Write> {
    writer: Writer<W>,
}

impl<W: Write> Sheet<W> {
    /// Begins with the names of the columns.
    ///
    /// # Errors
    /// The sink's.
    pub fn begin(sink: W, columns: &[&str]) -> io::Result<Self> {
        let mut writer = Writer::from_writer(sink);
        writer.write_record(columns)?;
        Ok(Self { writer })
    }

    /// Writes a row of as many cells as there are columns.
    ///
    /// # Errors
    /// The sink's; a row of another length.
    pub fn row<'a>(&mut self, cells: impl IntoIterator<Item = Cell<'a>>) -> io::Result<()> {
        for cell in cells {
            match cell {
                Cell::Text(text) => self.writer.write_field(harmless(text).as_bytes())?,
                Cell::Number(number) => self.writer.write_field(number.to_string())?,
            }
        }
        Ok(self.writer.write_record(None::<&[u8]>)?)
    }

    /// Hands the sink back when everything is in it.
    ///
    /// # Errors
    /// The sink's.
    pub fn end(self) -> io::Result<W> {
        self.writer.into_inner().map_err(csv::IntoInnerError::into_error)
    }
}

/// The rows of a CSV: the first names the columns.
pub struct Rows<'a> {
    /// The names of the columns.
    pub columns: StringRecord,
    records: StringRecordsIntoIter<&'a [u8]>,
    place: u64,
    bytes: &'a [u8],
    /// Lines before the one that names the columns.
    lines_before: u64,
}

/// Reads a CSV: cells without what is around them, rows of any length, between whatever
/// the spreadsheets of a country put.
#[must_use]
pub fn read(text: &str) -> Rows<'_> {
    // What a spreadsheet puts before the first name is no part of it.
    let text = text.trim_start_matches('\u{feff}');
    let first = text.lines().next().unwrap_or_default();
    let named = first.trim().strip_prefix("sep=").and_then(|rest| rest.bytes().next());
    let (text, lines_before) = match named {
        Some(_) => (text.split_once('\n').map_or("", |(_first, rest)| rest), 1),
        None => (text, 0),
    };
    let between = named.unwrap_or_else(|| most_frequent(first));
    let mut reader = ReaderBuilder::new()
        .delimiter(between)
        .trim(Trim::All)
        .flexible(true)
        .from_reader(text.as_bytes());
    let columns = reader.headers().cloned().unwrap_or_default();
    Rows {
        columns,
        records: reader.into_records(),
        place: 1 + lines_before,
        bytes: text.as_bytes(),
        lines_before,
    }
}

/// Returns what stands between the names of the first line, outside quotes.
fn most_frequent(first: &str) -> u8 {
    let outside = first.split('"').step_by(2);
    let count =
        |mark: u8| outside.clone().flat_map(str::bytes).filter(|byte| *byte == mark).count();
    // Of those that are as frequent the last one counts: a single name has a comma.
    [b'\t', b';', b','].into_iter().max_by_key(|mark| count(*mark)).unwrap_or(b',')
}

/// Lines are counted from 1, with the one that names the columns.
impl Iterator for Rows<'_> {
    type Item = (u64, Result<StringRecord, String>);

    fn next(&mut self) -> Option<Self::Item> {
        let record = self.records.next()?;
        self.place += 1;
        let number = record.as_ref().ok().and_then(StringRecord::position);
        let number = number.map_or(self.place, |at| {
            // Of a line end of two letters the second counts with the record after it.
            let before = usize::try_from(at.byte()).ok().and_then(|byte| self.bytes.get(byte));
            at.line() + self.lines_before + u64::from(before == Some(&b'\n'))
        });
        let restored = |record: StringRecord| record.iter().map(restored).collect();
        Some((number, record.map(restored).map_err(|error| error.to_string())))
    }
}

/// Tells whether a spreadsheet may take a text for a formula, or would if it had fewer
/// quotes before it.
fn is_formula(text: &str) -> bool {
    let text = text.trim_start_matches(QUOTE);
    text.starts_with(['\t', '\r', '\n']) || text.trim_start().starts_with(FORMULAS)
}

fn harmless(text: &str) -> Cow<'_, str> {
    if !text.split(ENDS).any(is_formula) && !is_formula(text) {
        return Cow::Borrowed(text);
    }
    let mut whole = String::with_capacity(text.len() + 1);
    for part in text.split_inclusive(ENDS) {
        if is_formula(part) {
            whole.push(QUOTE);
        }
        whole.push_str(part);
    }
    Cow::Owned(whole)
}

/// Takes away the quotes that [`harmless`] put before a text and its parts.
fn restored(text: &str) -> Cow<'_, str> {
    if !text.contains(QUOTE) {
        return Cow::Borrowed(text);
    }
    let parts = text.split_inclusive(ENDS).map(|part| match part.strip_prefix(QUOTE) {
        Some(rest) if is_formula(part) => rest,
        Some(_) | None => part,
    });
    Cow::Owned(parts.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXTS: [&str; 19] = [
        "=1+1",
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "＝1",
        "'=1",
        "''=1",
        "'Ana",
        "O'Neil",
        "Ana",
        "",
        "a;=1",
        "a\n=1\n-2",
        "a;'=1",
        "-",
    ];

    #[test]
    fn reading_is_the_inverse_of_writing_and_no_part_is_a_formula() {
        for text in TEXTS {
            let written = harmless(text);
            assert_eq!(restored(&written), text, "{written:?}");
            for part in written.split([';', '\n', '\r']) {
                let first = part.trim_start().chars().next();
                assert!(!first.is_some_and(|first| FORMULAS.contains(&first)), "{text:?}");
            }
            assert!(!written.starts_with(['\t', '\r', '\n']), "{text:?}");
        }
    }

    #[test]
    fn numbers_of_ours_keep_their_sign() {
        let mut sheet = Sheet::begin(Vec::new(), &["a", "b"]).unwrap();
        sheet.row([Cell::from(-5), Cell::from("-5")]).unwrap();
        assert_eq!(sheet.end().unwrap(), b"a,b\n-5,'-5\n");
    }

    #[test]
    fn cells_end_where_the_spreadsheets_of_a_country_end_them() {
        for text in [
            "email,\"a;b\",c\n1,2,3\n",
            "email;a,b;c\n1;2;3\n",
            "email\ta;b\tc\r\n1\t2\t3\r\n",
            "sep=;\nemail;b;c\n1;2;3\n",
            "\u{feff}sep=|\r\nemail|b|c\r\n1|2|3\r\n",
        ] {
            let mut rows = read(text);
            assert_eq!((&rows.columns[0], rows.columns.len()), ("email", 3), "{text:?}");
            let (line, row) = rows.next().unwrap();
            let first = if text.contains("sep=") { 3 } else { 2 };
            assert_eq!((line, row.unwrap().len()), (first, 3), "{text:?}");
        }
        assert_eq!(read("email\na@b.es\n").columns.len(), 1);
    }

    #[test]
    fn lines_are_numbered_as_an_editor_does() {
        let rows = read("\u{feff}a,b\n1,\"x\ny\"\n'=2,3\n");
        assert_eq!(&rows.columns[0], "a");
        let rows: Vec<_> = rows.map(|(line, row)| (line, row.unwrap()[0].to_owned())).collect();
        assert_eq!(rows, [(2, String::from("1")), (4, String::from("=2"))]);
    }
}
