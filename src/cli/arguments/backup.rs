//! What can be typed after `backup` and `restore`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `backup [FILE]` and its companions.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct BackupArguments {
    /// What to do with archives that are there
    #[command(subcommand)]
    pub command: Option<BackupCommand>,
    /// Where to [default: a new file in backup.dir, with rotation and the bucket]
    pub file: Option<PathBuf>,
}

/// `backup …`
#[derive(Debug, Subcommand)]
pub enum BackupCommand {
    /// List the archives in backup.dir
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Restore an archive into a scratch folder and compare everything
    Verify {
        /// The archive
        file: PathBuf,
        /// File of the age identity, for an encrypted archive
        #[arg(long, value_name = "FILE")]
        identity: Option<PathBuf>,
        /// Print the manifest as JSON
        #[arg(long)]
        json: bool,
    },
}

/// `restore FILE`
#[derive(Debug, Args)]
pub struct RestoreArguments {
    /// The archive
    pub file: PathBuf,
    /// File of the age identity, for an encrypted archive
    #[arg(long, value_name = "FILE")]
    pub identity: Option<PathBuf>,
    /// File of the auth.secret that belongs to the data, where the archive has none
    #[arg(long, value_name = "FILE", conflicts_with = "sign_everybody_out")]
    pub auth_secret_file: Option<PathBuf>,
    /// Go on with another auth.secret: every session and every mailed link ends
    #[arg(long)]
    pub sign_everybody_out: bool,
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
}
