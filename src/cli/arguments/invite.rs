//! `antesala waitlist invite`, as it is typed.

use clap::Args;

/// Flags of `waitlist invite`.
#[derive(Debug, Args)]
pub struct InviteArguments {
    /// Addresses on the list; somebody invited before is invited again
    #[arg(conflicts_with = "next", required_unless_present = "next")]
    pub emails: Vec<String>,
    /// Invite this many of the next ones, by position
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i64).range(1..=1_000_000))]
    pub next: Option<i64>,
    /// Of the next ones, only professional or empresa
    #[arg(long, requires = "next")]
    pub role: Option<String>,
    /// Of the next ones, only those of this field
    #[arg(long, requires = "next")]
    pub field: Option<String>,
    /// Of the next ones, only those from this source
    #[arg(long, requires = "next")]
    pub source: Option<String>,
    /// Say who would be invited and invite nobody
    #[arg(long)]
    pub dry_run: bool,
    /// Write JSON
    #[arg(long)]
    pub json: bool,
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
}
