//! What can be typed after `secret`.

use clap::Subcommand;

/// `secret …`
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum SecretCommand {
    /// Print a random text that does for any secret
    Generate,
    /// Seal with the current secret what earlier ones have sealed; draws a new secret first
    /// where the data directory keeps it
    Rotate {
        /// Count what would be done and write nothing
        #[arg(long)]
        dry_run: bool,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}
