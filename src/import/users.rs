//! People out of a list: an address each, and what else is known.

use std::collections::HashMap;

use super::judge::Judge;
use super::write::Writer;
use super::{Arrival, Finding, ImportError, KnownBy, Options, Tally, Verdict, Watch};
use crate::app::App;
use crate::base::bounds::IMPORT_UNREAD_COLUMNS_MAX;
use crate::base::cells::{self, folded};
use crate::base::clock::Millis;
use crate::base::excerpt;
use crate::base::password_hash::FirebaseParameters;
use crate::domain::account::{ACCOUNT_ID_PREFIX, PROVIDER_CREDENTIAL};
use crate::domain::social::Grants;
use crate::domain::user::USER_ID_PREFIX;
use crate::store::foreign::{Account, Person};

/// One person of a list: cells by the folded names of their columns, each with its name as
/// it was written. What is read is taken out; what is left was not read.
#[derive(Debug, Default)]
pub struct Record(HashMap<String, (String, String)>);

/// A record, and where in the list it stands.
pub type Numbered = (String, Result<Record, String>);

/// The columns that an address may stand in, by their folded names.
pub const ADDRESS_COLUMNS: [&str; 4] = ["email", "emailaddress", "primaryemailaddress", "mail"];

impl Record {
    /// Keeps a cell; of two of one name the first.
    pub fn put(&mut self, name: &str, cell: String) {
        let key = match folded(name) {
            key if self.0.contains_key(&key) => name.to_owned(),
            key => key,
        };
        self.0.insert(key, (name.to_owned(), cell));
    }

    /// Takes the first cell that is there under one of some names.
    fn cell(&mut self, names: &[&str]) -> Option<(String, String)> {
        let (name, cell) = names.iter().find_map(|name| self.0.remove(*name))?;
        // A zero character is what a server does not store.
        let cell = cell.replace('\0', "");
        (!cell.trim().is_empty()).then_some((name, cell))
    }

    fn text(&mut self, names: &[&str]) -> Option<String> {
        self.cell(names).map(|(_name, cell)| cell)
    }

    fn flag(&mut self, names: &[&str]) -> Result<bool, String> {
        let Some((name, cell)) = self.cell(names) else { return Ok(false) };
        cells::flag(&cell).ok_or_else(|| {
            let cell = excerpt::of(&cell);
            format!("{name} \"{cell}\" is neither yes nor no; write true or false")
        })
    }

    fn moment(&mut self, names: &[&str]) -> Result<Option<Millis>, String> {
        let Some((name, cell)) = self.cell(names) else { return Ok(None) };
        cells::moment(&cell).map(Some).ok_or_else(|| {
            let cell = excerpt::of(&cell);
            format!(
                "{name} \"{cell}\" is no moment that can be read in one way; write 2024-03-01 \
                 or 2024-03-01T10:00:00Z"
            )
        })
    }

    /// Reads a column that holds yes or no, or the moment of the yes.
    fn flag_or_moment(&mut self, names: &[&str]) -> Result<bool, String> {
        let Some((name, cell)) = self.cell(names) else { return Ok(false) };
        let said = cells::flag(&cell).or_else(|| cells::moment(&cell).map(|_at| true));
        said.ok_or_else(|| {
            let cell = excerpt::of(&cell);
            format!("{name} \"{cell}\" is neither yes nor no nor a moment; write true or false")
        })
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
    let known = record.text(&["id", "localid", "uid", "userid"]);
    let known_by = if known.is_some() { KnownBy::Id } else { KnownBy::Email };
    let id = known.unwrap_or_else(|| app.entropy.id(USER_ID_PREFIX, now));
    let read = record
        .flag(&["disabled"])
        .and_then(|is_disabled| Ok((is_disabled, person(&mut record, (id.clone(), now))?)));
    let (hash, wrong) = hash(&mut record, firebase);
    let (options, tally) = judged;
    unread(&record, tally);
    let (is_disabled, person) = match read {
        Ok(read) => read,
        Err(reason) => {
            tally.people.refused += 1;
            return Err(vec![Finding { verdict: Verdict::Refused, table: "user", row, reason }]);
        }
    };
    let account = hash.map(|hash| Account {
        id: app.entropy.id(ACCOUNT_ID_PREFIX, now),
        user_id: id.clone(),
        account_id: id,
        provider_id: PROVIDER_CREDENTIAL.to_owned(),
        password: Some(hash),
        created_at: person.created_at,
        updated_at: person.updated_at,
        grants: Grants::default(),
        unread: None,
    });
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

/// Remembers the names of columns that hold something and were not read.
fn unread(record: &Record, tally: &mut Tally) {
    for (name, _cell) in record.0.values().filter(|(_, cell)| !cell.trim().is_empty()) {
        let is_new = !tally.unread_columns.contains_key(name);
        if is_new && tally.unread_columns.len() >= IMPORT_UNREAD_COLUMNS_MAX {
            continue;
        }
        *tally.unread_columns.entry(name.clone()).or_default() += 1;
    }
}

/// Reads a person, by the names that Better Auth, Auth0, Clerk, Supabase, Firebase and
/// spreadsheets give to what is known of one.
fn person(record: &mut Record, (id, now): (String, Millis)) -> Result<Person, String> {
    let created_at = record.moment(&["createdat", "created", "signedupat"])?;
    let email = record.text(&ADDRESS_COLUMNS).unwrap_or_default();
    let ban_expires_at = record.moment(&["banexpires", "banneduntil"])?;
    let is_banned = record.flag(&["banned", "blocked"])?;
    let proven = record.text(&["verifiedemailaddresses"]);
    let (name, image) = named(record);
    Ok(Person {
        id,
        name,
        email_verified: record.flag_or_moment(&[
            "emailverified",
            "emailconfirmedat",
            "emailverifiedat",
            "confirmedat",
        ])? || proven.is_some_and(|list| list.contains(email.trim())),
        email,
        image,
        created_at,
        updated_at: record.moment(&["updatedat", "updated"])?.or(created_at),
        role: role(record),
        banned: is_banned || ban_expires_at.is_some_and(|until| until > now),
        ban_reason: record.text(&["banreason"]),
        ban_expires_at,
        two_factor: record.flag(&["twofactorenabled", "mfaenabled"])?
            || record.text(&["totpsecret"]).is_some(),
        has_username: record.text(&["username"]).is_some(),
        unread: None,
    })
}

/// Returns name and picture; Supabase has both in a column of JSON.
fn named(record: &mut Record) -> (String, Option<String>) {
    let meta = record.text(&["rawusermetadata"]).unwrap_or_default();
    let meta: serde_json::Value = serde_json::from_str(&meta).unwrap_or_default();
    let of_meta = |names: [&str; 2]| {
        names.iter().find_map(|name| meta.get(*name)?.as_str()).map(str::to_owned)
    };
    let given = ["firstname", "givenname", "nombre"];
    let family = ["lastname", "familyname", "surname", "apellidos"];
    let parts = [record.text(&given), record.text(&family)].map(Option::unwrap_or_default);
    let joined = parts.join(" ").trim().to_owned();
    let name = record
        .text(&["name", "displayname", "fullname"])
        .or_else(|| (!joined.is_empty()).then_some(joined))
        .or_else(|| of_meta(["full_name", "name"]));
    let image = record
        .text(&["image", "photourl", "picture", "avatarurl", "imageurl"])
        .or_else(|| of_meta(["avatar_url", "picture"]));
    (name.unwrap_or_default(), image)
}

/// Returns a role; Supabase's, which everybody has there, is none of a site's, and is
/// named among what was not read.
fn role(record: &mut Record) -> Option<String> {
    let is_everybodys = |(_, cell): &(String, String)| cell == "authenticated" || cell == "anon";
    if record.0.get("role").is_some_and(is_everybodys) {
        return None;
    }
    record.text(&["role"])
}

/// Returns a record's hash as it is stored, or why it cannot be.
fn hash(
    record: &mut Record,
    firebase: Option<&FirebaseParameters>,
) -> (Option<String>, Option<&'static str>) {
    let salt = record.text(&["salt"]);
    // Clerk names the function beside the hash, which says it itself.
    let _function = record.text(&["passwordhasher"]);
    let columns = [
        "passwordhash",
        "encryptedpassword",
        "passworddigest",
        "hashedpassword",
        "password",
        "hash",
    ];
    let Some(hash) = record.text(&columns) else {
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
