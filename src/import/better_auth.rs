//! Everybody out of a Better Auth database.

use std::collections::HashMap;

use super::judge::{self, Judge};
use super::write::Writer;
use super::{Finding, ImportError, Options, Tally, Verdict, Watch};
use crate::app::App;
use crate::base::bounds::{FOREIGN_ROWS_MAX, IMPORT_LINKS_MAX};
use crate::base::clock::Millis;
use crate::store::foreign::{Account, Foreign, Hanging, Person, Session};
use crate::store::verifications::Verification;

/// Takes everybody, with ways in, sessions and links. Ids are kept.
///
/// # Errors
/// [`ImportError`]; what was taken stays, and running it again goes on.
///
/// # Cost
/// Reads the source once; writes [`crate::base::bounds::IMPORT_ROWS_MAX`] rows at a time.
pub async fn better_auth(
    app: &App,
    from: &mut Foreign,
    options: Options,
    watch: &mut dyn Watch,
) -> Result<Tally, ImportError> {
    let now = app.clock.now();
    let total = from.count().await?;
    let mut writer = Writer::new(app, options.mode)?;
    let mut links = links(from, now, &mut writer.tally, watch).await?;
    let mut last: Option<String> = None;
    let mut done = 0;
    loop {
        watch.passed(done, total);
        let people = from.people(last.as_deref()).await?;
        let Some(end) = people.last() else { break };
        last = Some(end.id.clone());
        done += u64::try_from(people.len()).unwrap_or(0);
        let mut parts = vec![people];
        while let Some(mut people) = parts.pop() {
            let Some((accounts, sessions)) = hanging(from, &people, watch).await? else {
                let rest = people.split_off(people.len() / 2);
                parts.extend([rest, people]);
                continue;
            };
            let mut judge = Judge::new(app, options, &mut writer.tally);
            let arrivals = judge.all(people, (accounts, sessions), &mut links, watch);
            for arrival in arrivals {
                writer.take(arrival, watch).await?;
            }
        }
    }
    writer.flush(watch).await?;
    let mut tally = writer.tally;
    // Whom the rest belongs to is not in the source.
    tally.verifications.left_out += links.values().map(Vec::len).fold(0, |sum, n| sum + count(n));
    orphans(from, &mut tally, watch).await?;
    tally.left_behind = from.left_behind().await?;
    Ok(tally)
}

type Hung = (Vec<Account>, Vec<Session>);

/// Reads what hangs on some people; `None`: too much at once.
async fn hanging(
    from: &mut Foreign,
    people: &[Person],
    watch: &mut dyn Watch,
) -> Result<Option<Hung>, ImportError> {
    let ids: Vec<&str> = people.iter().map(|person| person.id.as_str()).collect();
    let accounts = from.accounts_of(&ids).await?;
    let mut sessions = from.sessions_of(&ids).await?;
    let limit = usize::try_from(FOREIGN_ROWS_MAX).unwrap_or(usize::MAX);
    if accounts.len() <= limit && sessions.len() <= limit {
        return Ok(Some((accounts, sessions)));
    }
    let [alone] = people else { return Ok(None) };
    sessions.truncate(limit);
    watch.found(Finding {
        verdict: Verdict::Changed,
        table: "user",
        row: alone.id.clone(),
        reason: format!("has more than {limit} sessions; those that end first were left out"),
    });
    Ok(Some((accounts, sessions)))
}

/// Prefixes of the identifiers that have a home here, and what they are called in it.
const PURPOSES: [(&str, &str); 2] =
    [("reset-password:", "reset-password"), ("delete-account-", "delete-account")];

/// Collects the mailed links that still count, by the person whom they serve.
///
/// Better Auth keeps a token inside the identifier; here lies its hash. Codes and
/// links of plugins run out within minutes and stay where they are.
async fn links(
    from: &mut Foreign,
    now: Millis,
    tally: &mut Tally,
    watch: &mut dyn Watch,
) -> Result<HashMap<String, Vec<Verification>>, ImportError> {
    let mut links: HashMap<String, Vec<Verification>> = HashMap::new();
    let mut last: Option<String> = None;
    let mut kept = 0;
    loop {
        let page = from.verifications(last.as_deref()).await?;
        let Some(end) = page.last() else { return Ok(links) };
        last = Some(end.id.clone());
        for row in page {
            if let Some(unread) = &row.unread {
                tally.verifications.refused += 1;
                watch.found(Finding {
                    verdict: Verdict::Refused,
                    table: "verification",
                    row: row.id,
                    reason: judge::reason(unread),
                });
                continue;
            }
            let expires_at = row.expires_at.filter(|until| *until > now);
            let purpose = PURPOSES.iter().find_map(|(prefix, identifier)| {
                Some((row.identifier.strip_prefix(prefix)?, *identifier))
            });
            let (Some(expires_at), Some((token, identifier)), 0..IMPORT_LINKS_MAX) =
                (expires_at, purpose, kept)
            else {
                tally.verifications.left_out += 1;
                continue;
            };
            kept += 1;
            let hash = crate::domain::token::Token::presented(token).hash();
            links.entry(row.value.clone()).or_default().push(Verification {
                id: row.id,
                identifier: identifier.to_owned(),
                value: hash.hex(),
                subject: Some(row.value),
                expires_at,
                created_at: row.created_at.unwrap_or(now),
            });
        }
    }
}

/// Tells of rows that hang on nobody.
async fn orphans(
    from: &mut Foreign,
    tally: &mut Tally,
    watch: &mut dyn Watch,
) -> Result<(), ImportError> {
    for (of, table) in [(Hanging::Accounts, "account"), (Hanging::Sessions, "session")] {
        let ids = from.orphans(of).await?;
        match of {
            Hanging::Accounts => tally.accounts.refused += count(ids.len()),
            Hanging::Sessions => tally.sessions.refused += count(ids.len()),
        }
        if count(ids.len()) >= FOREIGN_ROWS_MAX.unsigned_abs() {
            let (row, verdict) = (String::from("…"), Verdict::Refused);
            let reason =
                format!("more than {FOREIGN_ROWS_MAX} belong to nobody; no more are named");
            watch.found(Finding { verdict, table, row, reason });
        }
        for row in ids {
            let reason = String::from("belongs to nobody: there is no such user in the source");
            watch.found(Finding { verdict: Verdict::Refused, table, row, reason });
        }
    }
    Ok(())
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
