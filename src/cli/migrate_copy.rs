//! `antesala migrate copy --to URL`

use std::path::Path;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::error::{self, CliError};
use super::open::{self, Settings};
use super::{confidential, output};
use crate::app::Ports;
use crate::base::own;
use crate::config::folder;
use crate::store::Location;
use crate::store::copy::{self, Progress, Report, Step};

/// Copies the configured database into another.
///
/// # Errors
/// When it may not or cannot be copied, or both differ afterwards.
pub fn run(settings: &Settings, to: Option<String>, file: Option<&Path>) -> Result<(), CliError> {
    let (config, source) = open::database(settings)?;
    let to = confidential::address("--to", to, file)?;
    let target = Location::parse(&to, &config.server.data_dir)
        .map_err(|wrong| CliError::usage(wrong.to_string().replace("database.url", "--to")))?;
    if let Location::File(file) = &target {
        let beside = folder::database(file);
        let mended = beside.iter().try_for_each(|path| own::mend(path));
        mended.map_err(|wrong| CliError::failed(wrong.to_string()))?;
    }
    output::line(&format!("copying {source} to {target}"))?;
    let now = Ports::system().clock.now();
    let mut shown = Shown::default();
    let copied = open::runtime()?.block_on(copy::copy(&source, &target, now, &mut |progress| {
        shown.see(progress);
    }));
    shown.bar.finish_and_clear();
    conclude(&copied.map_err(|wrong| CliError::failed(error::chain(&wrong)))?)
}

fn conclude(report: &Report) -> Result<(), CliError> {
    if report.resumed > 0 {
        output::line(&format!("{} rows were there from an earlier run", report.resumed))?;
    }
    for (table, rows, checksum) in &report.tables {
        output::line(&format!("{table}: {rows} rows, checksum {checksum}"))?;
    }
    output::line("both databases are the same; set database.url to the new one")
}

/// A bar on a terminal, lines elsewhere.
struct Shown {
    bar: ProgressBar,
    /// Tenths of the step that were told already.
    told: Option<(Step, String, u64)>,
}

impl Default for Shown {
    fn default() -> Self {
        let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}");
        bar.set_style(style.unwrap_or_else(|_template| ProgressStyle::default_bar()));
        Self { bar, told: None }
    }
}

impl Shown {
    fn see(&mut self, progress: Progress<'_>) {
        let Progress { step, table, rows, total } = progress;
        let what = match step {
            Step::Copy => "copying",
            Step::Verify => "verifying",
        };
        self.bar.set_length(total);
        self.bar.set_position(rows);
        self.bar.set_message(format!("{what} {table}"));
        let tenth = rows.saturating_mul(10).checked_div(total).unwrap_or(0);
        let news = (step, table.to_owned(), tenth);
        if self.bar.is_hidden() && self.told.as_ref() != Some(&news) {
            output::notice(&format!("{what} {table}: {rows} of {total}"));
            self.told = Some(news);
        }
    }
}
