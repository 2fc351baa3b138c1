//! What can be typed after `audit`.

use clap::Subcommand;

/// `audit …`
#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// List what happened to accounts and who did it, newest first
    List {
        /// Only what this person did: an id, or command-line
        #[arg(long, value_name = "ID", group = "only")]
        actor: Option<String>,
        /// Only what was done to this person
        #[arg(long, value_name = "ID", group = "only")]
        target: Option<String>,
        /// Only this act, such as sign-in-failed
        #[arg(long, value_name = "ACT", group = "only")]
        act: Option<String>,
        /// Most entries to list
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=10_000))]
        limit: i64,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}
