//! What can be typed after `migrate`.

use std::path::PathBuf;

use clap::Subcommand;

/// `migrate …`
#[derive(Debug, Subcommand)]
pub enum MigrateCommand {
    /// Bring the schema up to date, after a backup when there is something to lose
    Up {
        /// Say what would be done and do nothing
        #[arg(long)]
        dry_run: bool,
        /// Make no copy first; for a database on a server it says that there is one
        #[arg(long)]
        no_backup: bool,
    },
    /// Copy the whole database into another, empty one, and verify it
    Copy {
        /// Where to, as database.url has it: postgres://… or sqlite:FILE
        #[arg(long, value_name = "URL", required_unless_present = "to_file")]
        to: Option<String>,
        /// A file with that address, where it has a password in it; - is standard input
        #[arg(long, value_name = "FILE", conflicts_with = "to")]
        to_file: Option<PathBuf>,
    },
    /// Show which migrations were applied
    Status {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}
