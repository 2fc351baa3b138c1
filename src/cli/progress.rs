//! Long work made visible: a bar on a terminal, a line a step elsewhere.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal as _};

use super::output;
use crate::backup::{Step, Watch};
use crate::board::demo;

/// Shows how far long work is.
pub struct Progress {
    bar: ProgressBar,
    is_terminal: bool,
}

impl Progress {
    /// Begins with nothing done.
    #[must_use]
    pub fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        Self { bar, is_terminal: io::stderr().is_terminal() }
    }
}

impl Watch for Progress {
    /// A command is ended by its signal; what it leaves, the next one clears.
    fn is_stopped(&self) -> bool {
        false
    }

    fn begins(&self, step: Step, bytes: u64) {
        let what = match step {
            Step::Copy => "copying the database",
            Step::Pack => "writing the archive",
            Step::Unpack => "unpacking",
            Step::Check => "looking through the database",
            Step::Upload => "sending the archive to the bucket",
        };
        if !self.is_terminal {
            return output::notice(what);
        }
        let template = if bytes == 0 {
            "{spinner} {msg} {bytes}"
        } else {
            "{bar:40} {msg} {bytes} of {total_bytes}"
        };
        let style = ProgressStyle::with_template(template);
        self.bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        self.bar.set_message(what);
        self.bar.set_position(0);
        if bytes > 0 {
            self.bar.set_length(bytes);
        }
        self.bar.tick();
    }

    fn passed(&self, _step: Step, bytes: u64) {
        self.bar.inc(bytes);
    }
}

impl demo::Watch for Progress {
    fn passed(&self, writes: usize, of: usize) {
        if !self.is_terminal {
            return;
        }
        if self.bar.length().is_none() {
            let style = ProgressStyle::with_template("{bar:40} {pos} of {len} rows");
            self.bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            self.bar.set_length(u64::try_from(of).unwrap_or(u64::MAX));
        }
        self.bar.set_position(u64::try_from(writes).unwrap_or(u64::MAX));
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
