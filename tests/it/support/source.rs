//! The project's own source, read by the tests that look after it.

use std::fs;
use std::path::{Path, PathBuf};

/// One file of the source.
pub struct SourceFile {
    /// Path below the folder that was read, with `/`.
    pub path: String,
    /// The text without comments and without the contents of string literals.
    pub code: String,
    /// The text as it is.
    pub text: String,
}

/// Reads every Rust file below `folder` of the repository.
pub fn sources(folder: &str) -> Vec<SourceFile> {
    let root = root().join(folder);
    let mut files: Vec<_> = walk(&root)
        .into_iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            let relative = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
            SourceFile { path: relative, code: code_of(&text), text }
        })
        .collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(!files.is_empty(), "no source below {folder}");
    files
}

/// Returns the repository's root.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Lists every file below a folder.
pub fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(walk(&path));
        } else {
            found.push(path);
        }
    }
    found
}

/// Blanks comments, string and character literals; line breaks stay.
pub fn code_of(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let skipped = literal_or_comment(rest);
        let taken = if skipped == 0 { first.len_utf8() } else { skipped };
        let (piece, after) = rest.split_at(taken);
        if skipped == 0 {
            code.push_str(piece);
        } else {
            code.extend(piece.chars().filter(|c| *c == '\n'));
        }
        rest = after;
    }
    code
}

/// Lists the string literals of a text, without their quotes and as they are written.
pub fn literals(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let taken = literal_or_comment(rest).max(first.len_utf8());
        let (piece, after) = rest.split_at(taken);
        let inside = piece.strip_prefix('"').and_then(|piece| piece.strip_suffix('"'));
        found.extend(inside.map(str::to_owned));
        rest = after;
    }
    found
}

/// Length of the comment or literal that `rest` begins with; 0 when none.
fn literal_or_comment(rest: &str) -> usize {
    let until = |start: usize, end: &str| {
        rest[start..].find(end).map_or(rest.len(), |at| start + at + end.len())
    };
    if rest.starts_with("//") {
        return rest.find('\n').unwrap_or(rest.len());
    }
    if rest.starts_with("/*") {
        return until(2, "*/");
    }
    let hashes =
        rest.strip_prefix('r').map_or(0, |raw| raw.len() - raw.trim_start_matches('#').len());
    if rest.starts_with('r') && rest[1 + hashes..].starts_with('"') {
        return until(2 + hashes, &format!("\"{}", "#".repeat(hashes)));
    }
    if rest.starts_with('"') {
        return closing_quote(rest);
    }
    for literal in ["'\"'", "'\\''", "'{'", "'}'"] {
        if rest.starts_with(literal) {
            return literal.len();
        }
    }
    0
}

fn closing_quote(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}
