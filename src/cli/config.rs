//! `antesala config …` and `antesala openapi`

use serde::Serialize;

use super::arguments::ConfigCommand;
use super::error::{self, CliError};
use super::open::Settings;
use super::output;
use crate::api;
use crate::config::Line;
use crate::http::openapi;
use crate::mail::Transport;
use crate::og::press::Press;
use crate::og::settings::Settings as CardSettings;
use crate::store::Location;

#[derive(Serialize)]
struct Printed<'a> {
    key: &'a str,
    value: &'a str,
    origin: &'a str,
}

/// Runs one `config` command.
///
/// # Errors
/// Exit code 64 with everything that is wrong.
pub fn run(settings: &Settings, command: &ConfigCommand) -> Result<(), CliError> {
    let config = settings.load(Vec::new())?;
    match command {
        ConfigCommand::Check => {
            Press::check(&CardSettings::of(&config))
                .map_err(|wrong| CliError::configuration(wrong.to_string()))?;
            let location = Location::of(&config)
                .map_err(|wrong| CliError::configuration(wrong.to_string()))?;
            let unusable = |wrong| format!("database.url: {}", error::chain(&wrong));
            location.look().map_err(|wrong| CliError::configuration(unusable(wrong)))?;
            Transport::of(&config)
                .map_err(|wrong| CliError::configuration(error::chain(&wrong)))?;
            for unused in &config.unused {
                output::line(&format!("not used by this version: {unused}"))?;
            }
            for advice in config.advice() {
                output::line(&format!("recommended: {advice}"))?;
            }
            output::line("the configuration is fine")
        }
        ConfigCommand::Print { json } => print(&config.lines, *json),
    }
}

fn print(lines: &[Line], as_json: bool) -> Result<(), CliError> {
    let printed: Vec<_> = lines
        .iter()
        .map(|line| Printed { key: &line.key, value: &line.value, origin: &line.origin })
        .collect();
    let row = |line: &Printed<'_>| [line.key, line.value, line.origin].map(str::to_owned).to_vec();
    output::list(&printed, as_json, (&["key", "value", "from"], row), "no keys")
}

/// Prints the API as `OpenAPI` 3.1.
///
/// # Errors
/// Exit code 64 when the configuration, which names the paths, is wrong.
pub fn openapi(settings: &Settings) -> Result<(), CliError> {
    let config = settings.load(Vec::new())?;
    output::json(&openapi::document(api::TABLES, &config))
}
