//! What can be typed after `job`, `org` and `seed`.

use clap::{Args, Subcommand, ValueEnum};

/// `job …`
#[derive(Debug, Subcommand)]
pub enum JobCommand {
    /// List everybody's offers, newest first
    List {
        /// Only offers in this state, such as publicada
        #[arg(long, value_name = "STATE")]
        status: Option<String>,
        /// Most offers to list
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=10_000))]
        limit: i64,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show an offer
    Show {
        /// Its id or slug
        job: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// End a published or paused offer
    Close {
        /// Its id or slug
        job: String,
        /// Why
        #[arg(long, value_enum, default_value_t = Reason::Cancelled)]
        reason: Reason,
    },
}

/// Why an offer ends.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Reason {
    /// Somebody has the job
    Filled,
    /// Nobody will
    Cancelled,
}

/// `org …`
#[derive(Debug, Subcommand)]
pub enum OrgCommand {
    /// List organizations, oldest first
    List {
        /// Most organizations to list
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=10_000))]
        limit: i64,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Vouch for an organization
    Verify {
        /// Its id or slug
        organization: String,
        /// Take it back
        #[arg(long)]
        revoke: bool,
    },
}

/// `seed …`
#[derive(Debug, Args)]
pub struct SeedArguments {
    /// With invented people, organizations, offers, applications and conversations
    #[arg(long, required = true)]
    pub demo: bool,
}
