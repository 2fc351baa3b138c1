//! Environment variables whose values cannot be meant as they are.
//!
//! What starts a program hands a file of variables over in ways of its own: some keep the
//! quotes, some the carriage return of a Windows editor. A value that would be wrong in
//! silence is refused, with the variable's name and never with the value.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use super::error::Problem;
use super::{origin, secret_list};

/// What is wrong with a variable's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Garbled {
    /// It is no UTF-8.
    NotUtf8,
    /// A carriage return ends it.
    CarriageReturn,
    /// Quotes are around it.
    Quoted,
}

impl fmt::Display for Garbled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotUtf8 => "the value is not UTF-8; write it in UTF-8, or set the key in a file",
            Self::CarriageReturn => {
                "the value ends with a carriage return; the file that it comes from has line \
                 ends of Windows: save it with those of Unix"
            }
            Self::Quoted => {
                "the value has quotes around it, which whatever set it has not taken off \
                 (docker --env-file does not); write it without, or set the key in a file"
            }
        })
    }
}

/// Reports the variables that count and cannot be meant; their values are left out of what
/// is returned.
pub fn sound(
    environment: &BTreeMap<String, String>,
    not_utf8: &BTreeSet<String>,
    problems: &mut Vec<Problem>,
) -> BTreeMap<String, String> {
    let mut report = |name: &str, garbled: Garbled| {
        problems.push(Problem::Garbled { variable: name.to_owned(), garbled });
    };
    for name in not_utf8.iter().filter(|name| counts(name)) {
        report(name, Garbled::NotUtf8);
    }
    let mut sound = environment.clone();
    sound.retain(|name, value| match garbled(value).filter(|_| counts(name)) {
        Some(garbled) => {
            report(name, garbled);
            false
        }
        None => true,
    });
    sound
}

fn counts(name: &str) -> bool {
    origin::is_ours(name) || secret_list::is_ours(name)
}

fn garbled(value: &str) -> Option<Garbled> {
    if value.ends_with('\r') {
        return Some(Garbled::CarriageReturn);
    }
    let is_quoted = ['"', '\''].into_iter().any(|quote| {
        let inner = value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
        inner.is_some_and(|inner| !inner.contains(quote))
    });
    is_quoted.then_some(Garbled::Quoted)
}
