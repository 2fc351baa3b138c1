//! What an import tells: how far it is, which rows were refused or changed, the sum.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::PathBuf;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;

use super::arguments::HowArguments;
use super::error::CliError;
use super::output;
use crate::base::excerpt;
use crate::base::own;
use crate::import::{Count, Finding, Mode, Tally, Verdict, Watch};

/// Rows that are told one by one on the terminal; a report has them all.
const SHOWN_MAX: u64 = 100;

/// Listens to an import.
pub struct Told {
    bar: ProgressBar,
    /// The tenth of the work that was told last, where there is no terminal.
    tenth: u64,
    found: u64,
    report: Option<(PathBuf, BufWriter<File>)>,
    /// What went wrong with the report.
    broken: Option<String>,
}

impl Told {
    /// Begins with nothing told.
    ///
    /// # Errors
    /// When the report cannot be written.
    pub fn new(how: &HowArguments) -> Result<Self, CliError> {
        let create = |path: &PathBuf| match own::fresh(path) {
            Ok(file) => Ok((path.clone(), BufWriter::new(file))),
            Err(error) => {
                let path = path.display();
                Err(CliError::failed(format!("cannot write --report {path}: {error}")))
            }
        };
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{bar:40} {pos}/{len} people {eta}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        let report = how.report.as_ref().map(create).transpose()?;
        Ok(Self { bar, tenth: 0, found: 0, report, broken: None })
    }

    /// Prints the sum.
    ///
    /// # Errors
    /// When a row was refused, or the report could not be written.
    pub fn conclude(mut self, tally: &Tally, mode: Mode) -> Result<(), CliError> {
        self.bar.finish_and_clear();
        self.close_report()?;
        for (what, count) in [
            ("people", tally.people),
            ("accounts", tally.accounts),
            ("sessions", tally.sessions),
            ("verifications", tally.verifications),
        ] {
            output::line(&format!("{what}: {}", shown(count)))?;
        }
        for note in notes(tally) {
            output::line(&note)?;
        }
        if mode == Mode::DryRun {
            output::line("dry run: nothing was written; added means would be")?;
        } else if tally.is_unchanged() {
            output::line("nothing was changed")?;
        }
        if tally.has_refused() {
            return Err(CliError::failed(
                "some rows were refused and everything else is done; mend them in the source \
                 and repeat, or leave them",
            ));
        }
        Ok(())
    }

    fn close_report(&mut self) -> Result<(), CliError> {
        if let Some((path, mut file)) = self.report.take() {
            let closed = self
                .broken
                .take()
                .map_or_else(|| file.flush(), |why| Err(std::io::Error::other(why)));
            let path = path.display();
            closed.map_err(|error| {
                CliError::failed(format!(
                    "the import is done, but --report {path} cannot be written: {error}"
                ))
            })?;
        } else if self.found > SHOWN_MAX {
            let more = self.found - SHOWN_MAX;
            output::notice(&format!("… and {more} more; --report FILE writes them all"));
        }
        Ok(())
    }
}

impl Watch for Told {
    fn found(&mut self, finding: Finding) {
        let Finding { verdict, table, row, reason } = finding;
        let verdict = match verdict {
            Verdict::Refused => "refused",
            Verdict::Changed => "changed",
        };
        self.found += 1;
        if let Some((_, file)) = &mut self.report {
            let line = json!({"verdict": verdict, "table": table, "row": row, "reason": reason});
            if let Err(error) = writeln!(file, "{line}") {
                self.broken = Some(error.to_string());
            }
        }
        if self.found <= SHOWN_MAX {
            let line = format!("{verdict} {table} {}: {reason}", excerpt::of(&row));
            self.bar.suspend(|| output::notice(&line));
        }
    }

    fn passed(&mut self, people: u64, total: u64) {
        self.bar.set_length(total);
        self.bar.set_position(people);
        let tenth = people.saturating_mul(10).checked_div(total).unwrap_or(0);
        if self.bar.is_hidden() && tenth > self.tenth {
            self.tenth = tenth;
            output::notice(&format!("{people} of {total} people"));
        }
    }
}

fn shown(count: Count) -> String {
    let Count { added, present, refused, left_out } = count;
    let text = format!("{added} added, {present} already there, {refused} refused");
    if left_out > 0 { format!("{text}, {left_out} left out") } else { text }
}

/// Says what stayed behind, and why.
fn notes(tally: &Tally) -> Vec<String> {
    let mut notes = Vec::new();
    let mut note = |number: u64, text: &str| {
        if number > 0 {
            notes.push(format!("{number} {text}"));
        }
    };
    note(tally.barred, "of them came turned off and cannot sign in");
    note(
        tally.sessions.left_out + tally.verifications.left_out,
        "sessions and verifications were left out: they have run out, belong to somebody who \
         cannot sign in, are an administrator's who acts for somebody, or are codes of \
         plugins that live for minutes",
    );
    note(
        tally.tokens_left,
        "accounts hold tokens of their provider that are encrypted with another secret, and came \
         without them; the next sign-in with the provider brings new ones",
    );
    note(
        tally.usernames_left,
        "people have a username, which was not taken; they sign in with their address",
    );
    for (column, rows) in &tally.unread_columns {
        let column = excerpt::of(column);
        note(*rows, &format!("rows hold something in {column}, which was not read"));
    }
    for (table, rows) in &tally.left_behind {
        note(*rows, &format!("rows of {table} were not taken: this version has no place for them"));
    }
    notes
}
