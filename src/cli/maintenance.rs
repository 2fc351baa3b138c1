//! `antesala maintenance …`

use serde::Serialize;

use super::arguments::MaintenanceCommand;
use super::error::CliError;
use super::open::{self, Settings};
use super::output;
use crate::app::{App, Caller, maintenance};
use crate::base::clock::Millis;
use crate::store::maintenance::Closing;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line {
    is_on: bool,
    began_at: Option<String>,
    ends_at: Option<String>,
}

/// Runs one `maintenance` command, beside running servers or without one.
///
/// # Errors
/// An unreachable database.
pub fn run(settings: &Settings, command: MaintenanceCommand) -> Result<(), CliError> {
    open::with_app(settings, async |app: &App| {
        let operator = Caller::operator(app.config.locale);
        let now = app.clock.now();
        match command {
            MaintenanceCommand::On { minutes } => {
                let ends_at = minutes.map(|minutes| now.plus_s(minutes * 60));
                said(maintenance::begin(app, ends_at, (&operator, now)).await?)
            }
            MaintenanceCommand::Off => said(maintenance::end(app, (&operator, now)).await?),
            MaintenanceCommand::Status { json: false } => said(maintenance::look(app).await?),
            MaintenanceCommand::Status { json: true } => {
                let Closing { is_on, began_at, ends_at } = maintenance::look(app).await?;
                let (began_at, ends_at) = (began_at.map(Millis::iso), ends_at.map(Millis::iso));
                output::json(&Line { is_on, began_at, ends_at })
            }
        }
    })
}

fn said(closing: Closing) -> Result<(), CliError> {
    output::line(&match closing {
        Closing { is_on: false, .. } => String::from("the site is open"),
        Closing { ends_at: None, .. } => {
            String::from("the site is closed; administrators who are signed in get in")
        }
        Closing { ends_at: Some(at), .. } => {
            let until = at.iso();
            format!(
                "the site is closed, until {until} as people are told; administrators who are \
                 signed in get in"
            )
        }
    })
}
