//! What can be typed after `import`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `import …`
#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    /// Take people, passwords and sessions out of a Better Auth database; again goes on
    BetterAuth(BetterAuthArguments),
}

/// Flags of `import better-auth`.
#[derive(Debug, Args)]
pub struct BetterAuthArguments {
    /// The old database: sqlite:FILE or postgres://…; it is only read
    #[arg(long, value_name = "URL")]
    pub from: String,
    /// Let people with a second factor in by their password alone
    #[arg(long)]
    pub drop_two_factor: bool,
    /// What every import can be told
    #[command(flatten)]
    pub how: HowArguments,
}

/// Flags that every import has.
#[derive(Debug, Args)]
pub struct HowArguments {
    /// Read and judge everything, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Write every row that was refused or changed to a file, a JSON object a line
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
}
