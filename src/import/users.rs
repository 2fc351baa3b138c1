//! People out of a list: an address each, and what else is known.

use std::collections::HashMap;

use super::judge::Judge;
use super::write::Writer;
use super::{Arrival, Finding, ImportError, KnownBy, Options, Tally, Verdict, Watch};
use crate::app::App;
use crate::base::password_hash::FirebaseParameters;
use crate::domain::account::{ACCOUNT_ID_PREFIX, PROVIDER_CREDENTIAL};
use crate::domain::social::Grants;
use crate::domain::user::USER_ID_PREFIX;
use crate::store::Value;
use crate::store::foreign::{self, Account, Person};

/// One person of a list: cells by the folded names of their columns.
#[derive(Debug, Default)]
pub struct Record(HashMap<String, Value>);

/// A record, and where in the list it stands.
pub type Numbered = (String, Result<Record, String>);

impl Record {
    /// Keeps a cell; names are compared without case and underscores.
    pub fn put(&mut self, name: &str, cell: Value) {
        self.0.insert(name.replace('_', "").to_lowercase(), cell);
    }

    /// Takes the first cell that is there under one of some names.
    fn cell(&mut self, names: &[&str]) -> Option<Value> {
        names.iter().find_map(|name| self.0.remove(*name))
    }

    fn text(&mut self, names: &[&str]) -> Option<String> {
        foreign::text(self.cell(names))
    }
}

/// Takes everybody of a list. Whoever has no id gets one, and is known by the address.
///
/// # Errors
/// [`ImportError`]; what was taken stays, and running it again goes on.
///
/// # Cost
/// Writes [`crate::base::bounds::IMPORT_ROWS_MAX`] rows at a time.
pub async fn users(
    app: &App,
    records: impl Iterator<Item = Numbered>,
    firebase: Option<&FirebaseParameters>,
    how: (Options, u64),
    watch: &mut dyn Watch,
) -> Result<Tally, ImportError> {
    let (options, total) = how;
    let mut writer = Writer::new(app, options.mode)?;
    for (done, (row, record)) in (0..).zip(records) {
        if done % PROGRESS_EVERY == 0 {
            watch.passed(done, total);
        }
        match record {
            Ok(record) => {
                let taken = arrival(app, (row, record), firebase, (options, &mut writer.tally));
                match taken {
                    Ok(arrival) => writer.take(arrival, watch).await?,
                    Err(findings) => findings.into_iter().for_each(|told| watch.found(told)),
                }
            }
            Err(reason) => {
                writer.tally.people.refused += 1;
                watch.found(Finding { verdict: Verdict::Refused, table: "user", row, reason });
            }
        }
    }
    writer.flush(watch).await?;
    watch.passed(total, total);
    Ok(writer.tally)
}

/// People between two tellings of how far it is.
const PROGRESS_EVERY: u64 = 500;

/// Makes of a record what is written, or what is told.
fn arrival(
    app: &App,
    numbered: (String, Record),
    firebase: Option<&FirebaseParameters>,
    judged: (Options, &mut Tally),
) -> Result<Arrival, Vec<Finding>> {
    let ((row, mut record), now) = (numbered, app.clock.now());
    let known = record.text(&["id", "localid", "uid"]);
    let known_by = if known.is_some() { KnownBy::Id } else { KnownBy::Email };
    let id = known.unwrap_or_else(|| app.entropy.id(USER_ID_PREFIX, now));
    let is_disabled = foreign::flag(record.cell(&["disabled"]));
    let person = person(&mut record, id.clone());
    let (hash, wrong) = hash(&mut record, firebase);
    let account = hash.map(|hash| Account {
        id: app.entropy.id(ACCOUNT_ID_PREFIX, now),
        user_id: id.clone(),
        account_id: id,
        provider_id: PROVIDER_CREDENTIAL.to_owned(),
        password: Some(hash),
        created_at: person.created_at,
        updated_at: person.updated_at,
        grants: Grants::default(),
    });
    let (options, tally) = judged;
    let mut judge = Judge::new(app, options, tally);
    let taken = judge.person(&person, account.into_iter().collect(), Vec::new(), Vec::new());
    let told = |mut findings: Vec<Finding>| {
        for finding in &mut findings {
            finding.row.clone_from(&row);
        }
        findings
    };
    let Some(mut arrival) = taken else { return Err(told(judge.findings)) };
    arrival.user.is_active &= !is_disabled;
    arrival.known_by = known_by;
    arrival.findings.extend(wrong.map(|reason| Finding {
        verdict: Verdict::Refused,
        table: "account",
        row: row.clone(),
        reason: reason.to_owned(),
    }));
    arrival.findings = told(arrival.findings);
    arrival.name = row;
    Ok(arrival)
}

fn person(record: &mut Record, id: String) -> Person {
    let created_at = foreign::moment(record.cell(&["createdat"]));
    Person {
        id,
        email: record.text(&["email"]).unwrap_or_default(),
        name: record.text(&["name", "displayname"]).unwrap_or_default(),
        email_verified: foreign::flag(record.cell(&["emailverified"])),
        image: record.text(&["image", "photourl"]),
        created_at,
        updated_at: foreign::moment(record.cell(&["updatedat"])).or(created_at),
        role: record.text(&["role"]),
        banned: foreign::flag(record.cell(&["banned"])),
        ban_reason: record.text(&["banreason"]),
        ban_expires_at: foreign::moment(record.cell(&["banexpires"])),
        two_factor: foreign::flag(record.cell(&["twofactorenabled"])),
        has_username: record.text(&["username"]).is_some(),
    }
}

/// Returns a record's hash as it is stored, or why it cannot be.
fn hash(
    record: &mut Record,
    firebase: Option<&FirebaseParameters>,
) -> (Option<String>, Option<&'static str>) {
    let salt = record.text(&["salt"]);
    let Some(hash) = record.text(&["passwordhash", "password", "hash"]) else {
        return (None, None);
    };
    match (salt, firebase) {
        (None, _) => (Some(hash), None),
        (Some(salt), Some(parameters)) => match parameters.stored(&hash, &salt) {
            Some(stored) => (Some(stored), None),
            None => (None, Some("hash or salt is none of Firebase's")),
        },
        (Some(_), None) => (
            None,
            Some(
                "the hash has a salt beside it, as Firebase's: give --firebase-signer-key, \
                 --firebase-salt-separator, --firebase-rounds and --firebase-mem-cost as the \
                 console shows them",
            ),
        ),
    }
}
