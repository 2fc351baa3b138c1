//! `antesala seed`

use super::arguments::SeedArguments;
use super::error::{self, CliError};
use super::open::{self, Settings};
use super::output;
use super::progress::Progress;
use crate::app::App;
use crate::board::demo::{self, Counts, Filled};

/// Fills an empty database with the demo.
///
/// # Errors
/// When there are people in it; an unreachable database.
pub fn run(settings: &Settings, _demo: &SeedArguments) -> Result<(), CliError> {
    open::with_app(settings, async |app: &App| {
        let progress = Progress::new();
        let filled = Box::pin(demo::fill(app, &progress)).await;
        drop(progress);
        told(&filled.map_err(|wrong| CliError::failed(error::chain(&wrong)))?)
    })
}

fn told(filled: &Filled) -> Result<(), CliError> {
    let Counts { organizations, offers, professionals, applications, conversations } =
        filled.counts;
    output::line(&format!(
        "{organizations} organizations, {offers} offers, {professionals} professionals, \
         {applications} applications, {conversations} conversations"
    ))?;
    output::line(&format!("professional: {}", filled.professional))?;
    output::line(&format!("organization: {}", filled.organization))?;
    output::line(&format!("everybody's password: {}", filled.password.expose()))?;
    output::line("nobody here has mail; the password is not shown again")
}
