//! `BETTER_AUTH_SECRETS`: every secret in force with its number, the current one first.
//!
//! Source: better-auth 1.7.25, `context/secret-utils`: `2:NEW,1:OLD`. The numbers stand
//! in what Better Auth has sealed (`$ba$2$…`); here whatever opens it is the right one.
//! `BETTER_AUTH_SECRET` beside the list is the secret from before there was one.

use std::collections::{BTreeMap, BTreeSet};

use super::error::Problem;
use super::key::Raw;
use super::origin::{Origin, Setting};

/// The variable.
const LIST: &str = "BETTER_AUTH_SECRETS";

/// The variable from before there was a list.
const SINGLE: &str = "BETTER_AUTH_SECRET";

/// Tells whether a variable is the list or the single secret.
pub fn is_ours(name: &str) -> bool {
    [LIST, SINGLE].contains(&name)
}

/// Reads the list; nothing where there is none.
pub fn of_environment(environment: &BTreeMap<String, String>) -> Result<Vec<Setting>, Problem> {
    let Some(list) = environment.get(LIST).filter(|list| !list.is_empty()) else {
        return Ok(Vec::new());
    };
    let mut secrets = entries(list).ok_or_else(|| Problem::Bad {
        origin: Origin::Variable(LIST.to_owned()),
        path: String::from("auth.secret"),
        found: String::from("********"),
        allowed: String::from(
            "entries NUMBER:SECRET joined by commas, the current one first, each number once, \
             such as 2:NEW,1:OLD",
        ),
    })?;
    let single = environment.get(SINGLE).filter(|single| !single.is_empty());
    secrets.extend(single.filter(|single| !secrets.contains(single)).cloned());
    let previous = secrets.split_off(1.min(secrets.len()));
    let setting = |path: &str, raw: Raw| Setting {
        path: path.to_owned(),
        raw,
        origin: Origin::Variable(LIST.to_owned()),
    };
    let current = secrets.into_iter().map(|current| setting("auth.secret", Raw::Text(current)));
    let previous = Raw::List(previous.into_iter().map(Raw::Text).collect());
    Ok(current.chain([setting("auth.previous_secrets", previous)]).collect())
}

/// Reads the entries; `None` when one has another shape, or two have one number.
fn entries(list: &str) -> Option<Vec<String>> {
    let mut numbers = BTreeSet::new();
    let entry = |entry: &str| {
        let (number, secret) = entry.trim().split_once(':')?;
        let number: u32 = number.trim().parse().ok()?;
        let secret = Some(secret.trim()).filter(|secret| !secret.is_empty())?;
        numbers.insert(number).then(|| secret.to_owned())
    };
    list.split(',').map(entry).collect()
}
