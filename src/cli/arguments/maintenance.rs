//! What can be typed after `maintenance`.

use clap::Subcommand;

use crate::base::bounds::MAINTENANCE_MINUTES_MAX;

/// `maintenance …`
#[derive(Clone, Copy, Debug, Subcommand)]
pub enum MaintenanceCommand {
    /// Close the site: everybody but administrators who are signed in gets 503 and a page
    On {
        /// Minutes it is likely to take, which people are told; it stays closed until `off`
        #[arg(long, value_name = "N",
            value_parser = clap::value_parser!(i64).range(1..=MAINTENANCE_MINUTES_MAX))]
        minutes: Option<i64>,
    },
    /// Open the site again
    Off,
    /// Tell whether the site is closed
    Status {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}
