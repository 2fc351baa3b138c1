//! The one text of a statement, as a server reads it.
//!
//! `?n` becomes `$n`. A line `-- server: TEXT`, a comment to SQLite, becomes TEXT:
//! SQLite has one writer and needs no row locks, a server has many.

/// What begins a line that only a server reads.
const SERVER_LINE: &str = "-- server: ";

/// Rewrites a statement's text.
#[must_use]
pub fn for_server(text: &str) -> String {
    text.lines()
        .map(|line| {
            let line = line.trim_start();
            line.strip_prefix(SERVER_LINE).unwrap_or(line).replace('?', "$")
        })
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_renamed_and_server_lines_read() {
        let text = "SELECT a FROM t\n    WHERE b = ?1 AND c = ?12\n    -- server: FOR SHARE OF t";
        let expected = "SELECT a FROM t\nWHERE b = $1 AND c = $12\nFOR SHARE OF t";
        assert_eq!(for_server(text), expected);
    }
}
