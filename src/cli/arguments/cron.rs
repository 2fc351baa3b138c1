//! What can be typed after `cron`.

use clap::Subcommand;

/// `cron …`
#[derive(Debug, Subcommand)]
pub enum CronCommand {
    /// List the tasks: when each runs next and how it went last
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Run a task now, here, unless it runs already
    Run {
        /// Name of the task
        task: String,
    },
    /// List runs, newest first
    History {
        /// Only of this task
        #[arg(long, value_name = "NAME")]
        task: Option<String>,
        /// Most runs to list
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(i64).range(1..=10_000))]
        limit: i64,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}
