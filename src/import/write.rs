//! Writing people down, many in one transaction.
//!
//! First a whole batch is tried. When somebody in it is here already, or their address
//! is, the batch leaves nothing behind and each is looked at and written alone.

use std::collections::{BTreeSet, HashSet};

use sha2::{Digest as _, Sha256};

use super::{Arrival, Finding, ImportError, KnownBy, Mode, Tally, Verdict, Watch};
use crate::app::{App, password_formats};
use crate::base::bounds::{IMPORT_REMEMBERED_MAX, IMPORT_ROWS_MAX};
use crate::domain::user::User;
use crate::store::{Affected, Statement, StoreError, accounts, sessions, users, verifications};

/// Gathers people and writes them.
pub struct Writer<'a> {
    app: &'a App,
    mode: Mode,
    waiting: Vec<Arrival>,
    rows: usize,
    /// What a dry run would have written: addresses and ways in.
    remembered: HashSet<[u8; 16]>,
    /// What the passwords that were written cost to compare.
    noted: BTreeSet<String>,
    /// What became of them.
    pub tally: Tally,
}

/// Who stands in the way of somebody.
enum Standing {
    /// Nobody.
    Free,
    /// They themselves.
    Present,
    /// Somebody else with the address.
    Taken(String),
}

impl<'a> Writer<'a> {
    /// Begins with nobody.
    ///
    /// # Errors
    /// `Store` when the store takes no work.
    pub fn new(app: &'a App, mode: Mode) -> Result<Self, ImportError> {
        if mode == Mode::Write {
            app.store.expect_bulk()?;
        }
        Ok(Self {
            app,
            mode,
            waiting: Vec::new(),
            rows: 0,
            remembered: HashSet::new(),
            noted: BTreeSet::new(),
            tally: Tally::default(),
        })
    }

    /// Takes somebody; writes when enough wait.
    pub async fn take(
        &mut self,
        arrival: Arrival,
        watch: &mut dyn Watch,
    ) -> Result<(), ImportError> {
        self.rows += 1 + arrival.accounts.len() + arrival.sessions.len() + arrival.links.len();
        self.waiting.push(arrival);
        if self.rows >= IMPORT_ROWS_MAX { self.flush(watch).await } else { Ok(()) }
    }

    /// Writes whoever waits.
    pub async fn flush(&mut self, watch: &mut dyn Watch) -> Result<(), ImportError> {
        let arrivals = std::mem::take(&mut self.waiting);
        self.rows = 0;
        if self.mode == Mode::DryRun {
            for arrival in arrivals {
                self.rehearse(&arrival, watch).await?;
            }
            return Ok(());
        }
        if self.write(&arrivals, watch).await? {
            return Ok(());
        }
        for arrival in arrivals {
            let standing = self.standing(&arrival).await?;
            if self.is_free(standing, &arrival, watch)
                && !self.write(std::slice::from_ref(&arrival), watch).await?
            {
                let reason = "somebody with the id or the address came meanwhile; repeat";
                self.refuse_person(&arrival, reason.to_owned(), watch);
            }
        }
        Ok(())
    }

    /// Writes people in one transaction; tells whether it could be done.
    async fn write(
        &mut self,
        arrivals: &[Arrival],
        watch: &mut dyn Watch,
    ) -> Result<bool, ImportError> {
        let batch: Vec<Statement> = arrivals.iter().flat_map(statements).collect();
        if batch.is_empty() {
            return Ok(true);
        }
        let accounts = arrivals.iter().flat_map(|arrival| &arrival.accounts);
        let stored = accounts.filter_map(|account| account.password.as_deref());
        password_formats::note(self.app, stored, &mut self.noted).await?;
        match self.app.store.apply(batch).await {
            Ok(answers) => {
                let mut answers = answers.into_iter();
                for arrival in arrivals {
                    self.settle(arrival, &mut answers, watch);
                }
                Ok(true)
            }
            Err(StoreError::Duplicate { .. } | StoreError::Unexpected { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Counts what was written of somebody, in the order of [`statements`].
    fn settle(
        &mut self,
        arrival: &Arrival,
        answers: &mut impl Iterator<Item = Affected>,
        watch: &mut dyn Watch,
    ) {
        let mut was_written = || answers.next().is_some_and(|affected| affected.rows > 0);
        was_written();
        if arrival.user.ban.is_some() {
            was_written();
        }
        self.welcome(arrival, watch);
        for account in &arrival.accounts {
            if was_written() {
                self.tally.accounts.added += 1;
            } else {
                self.tally.accounts.refused += 1;
                watch.found(twice("account", &account.id));
            }
        }
        for session in &arrival.sessions {
            if was_written() {
                self.tally.sessions.added += 1;
            } else {
                self.tally.sessions.refused += 1;
                watch.found(twice("session", &session.id));
            }
        }
        for _link in &arrival.links {
            let count = &mut self.tally.verifications;
            *(if was_written() { &mut count.added } else { &mut count.left_out }) += 1;
        }
    }

    /// Counts somebody who was taken, and tells of them.
    fn welcome(&mut self, arrival: &Arrival, watch: &mut dyn Watch) {
        self.tally.people.added += 1;
        self.tally.barred += u64::from(!arrival.user.is_active);
        self.tally.tokens_left += arrival.tokens_left;
        self.tally.usernames_left += u64::from(arrival.has_username);
        for finding in &arrival.findings {
            let count = match finding.table {
                "account" => &mut self.tally.accounts,
                "session" => &mut self.tally.sessions,
                _ => &mut self.tally.people,
            };
            count.refused += u64::from(finding.verdict == Verdict::Refused);
            watch.found(finding.clone());
        }
    }

    /// Does everything but write.
    async fn rehearse(
        &mut self,
        arrival: &Arrival,
        watch: &mut dyn Watch,
    ) -> Result<(), ImportError> {
        let is_new = self.remember(&["email", arrival.user.email.as_str()]);
        let standing = match (is_new, arrival.known_by) {
            (true, _) => self.standing(arrival).await?,
            (false, KnownBy::Email) => Standing::Present,
            (false, KnownBy::Id) => Standing::Taken(String::from("somebody else in the source")),
        };
        if !self.is_free(standing, arrival, watch) {
            return Ok(());
        }
        self.welcome(arrival, watch);
        for account in &arrival.accounts {
            if self.remember(&[&account.provider_id, &account.account_id]) {
                self.tally.accounts.added += 1;
            } else {
                self.tally.accounts.refused += 1;
                watch.found(twice("account", &account.id));
            }
        }
        self.tally.sessions.added += count(arrival.sessions.len());
        self.tally.verifications.added += count(arrival.links.len());
        Ok(())
    }

    /// Remembers something; tells whether it is new. What is beyond the bound counts as new.
    fn remember(&mut self, parts: &[&str]) -> bool {
        if self.remembered.len() >= IMPORT_REMEMBERED_MAX {
            return true;
        }
        let digest = Sha256::digest(parts.join("\0").as_bytes());
        let mut short = [0; 16];
        short.iter_mut().zip(digest).for_each(|(slot, byte)| *slot = byte);
        self.remembered.insert(short)
    }

    /// Looks who stands in somebody's way.
    async fn standing(&self, arrival: &Arrival) -> Result<Standing, ImportError> {
        if arrival.known_by == KnownBy::Id {
            let found: Option<User> = self.app.store.find(users::by_id(&arrival.user.id)).await?;
            if found.is_some() {
                return Ok(Standing::Present);
            }
        }
        let found: Option<User> = self.app.store.find(users::by_email(&arrival.user.email)).await?;
        Ok(match (found, arrival.known_by) {
            (None, _) => Standing::Free,
            (Some(_), KnownBy::Email) => Standing::Present,
            (Some(other), KnownBy::Id) => Standing::Taken(other.id),
        })
    }

    /// Tells whether somebody can be written; counts them if not.
    fn is_free(&mut self, standing: Standing, arrival: &Arrival, watch: &mut dyn Watch) -> bool {
        match standing {
            Standing::Free => return true,
            Standing::Present => {
                self.tally.people.present += 1;
                self.tally.accounts.present += count(arrival.accounts.len());
                self.tally.sessions.present += count(arrival.sessions.len());
                self.tally.verifications.present += count(arrival.links.len());
            }
            Standing::Taken(whom) => {
                let email = &arrival.user.email;
                let reason = format!("the address {email} already belongs to {whom}");
                self.refuse_person(arrival, reason, watch);
            }
        }
        false
    }

    fn refuse_person(&mut self, arrival: &Arrival, reason: String, watch: &mut dyn Watch) {
        self.tally.people.refused += 1;
        self.tally.accounts.left_out += count(arrival.accounts.len());
        self.tally.sessions.left_out += count(arrival.sessions.len());
        self.tally.verifications.left_out += count(arrival.links.len());
        let row = arrival.name.clone();
        watch.found(Finding { verdict: Verdict::Refused, table: "user", row, reason });
    }
}

/// Returns the writes of somebody and of all that hangs on them.
fn statements(arrival: &Arrival) -> Vec<Statement> {
    let user = &arrival.user;
    let mut all = vec![users::insert(user)];
    all.extend(user.ban.as_ref().map(|ban| users::ban_set(&user.id, Some(ban), user.updated_at)));
    all.extend(arrival.accounts.iter().map(accounts::adopt));
    all.extend(arrival.sessions.iter().map(sessions::adopt));
    all.extend(arrival.links.iter().map(verifications::adopt));
    all
}

fn twice(table: &'static str, id: &str) -> Finding {
    let reason = String::from("the same is there already, under another id or somebody else's");
    Finding { verdict: Verdict::Refused, table, row: id.to_owned(), reason }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(0)
}
