//! `antesala serve`

use std::io::{self, IsTerminal as _};

use tokio_util::sync::CancellationToken;
use tracing_subscriber::filter::LevelFilter;

use super::arguments::ServeArguments;
use super::error::{self, CliError};
use super::open::Settings;
use super::output;
use crate::app::Ports;
use crate::config::{Carrier, Config, Flag, Log, LogFormat};
use crate::serve::Server;
use crate::serve::shutdown::Signals;

/// Runs the server until a signal ends it.
///
/// # Errors
/// When it cannot start, or the database cannot be closed.
pub fn run(settings: &Settings, arguments: &ServeArguments) -> Result<(), CliError> {
    let config = settings.load(flags(arguments))?;
    log_to_stderr(&config.log);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| CliError::failed(format!("cannot start: {error}")))?;
    let ended = runtime.block_on(serve(config));
    // Everything is closed; a call to a provider that hangs must not hold the exit.
    runtime.shutdown_background();
    ended
}

async fn serve(config: Config) -> Result<(), CliError> {
    let failed = |wrong: &dyn std::error::Error| CliError::failed(error::chain(wrong));
    let signals = Signals::install().map_err(|error| failed(&error))?;
    for unused in &config.unused {
        tracing::warn!(key = unused, "this version does not use the setting");
    }
    let server = Server::start(config, Ports::system()).await.map_err(|error| failed(&error))?;
    announce(&server)?;
    let stop = CancellationToken::new();
    let stopped = stop.clone();
    tokio::select! {
        closed = server.serve(stopped.cancelled_owned()) => closed.map_err(|error| failed(&error)),
        never = signals.watch(stop) => match never {},
    }
}

/// Tells the operator where the server is and what to do first.
fn announce(server: &Server) -> Result<(), CliError> {
    let config = &server.app().config;
    if let Some(backup) = &server.migrated.backup {
        output::line(&format!("The schema changed; the database as it was: {}", backup.display()))?;
    }
    output::line(&format!("antesala listens on http://{}", server.address))?;
    output::line(&format!("Browsers reach it at {}", config.server.public_url))?;
    if let Some(link) = &server.setup_link {
        output::line(&format!("Create the first administrator (one use, one day): {link}"))?;
    }
    match &config.mail.carrier {
        Carrier::File(file) => tracing::warn!(
            file = %config.server.data_dir.join(file).display(),
            "mail.transport is \"file\": no mail leaves this machine"
        ),
        Carrier::Smtp(smtp) => {
            tracing::info!(host = smtp.host, port = smtp.port, "mail goes by SMTP");
        }
        Carrier::Resend(resend) => tracing::info!(api = resend.base_url, "mail goes by Resend"),
    }
    Ok(())
}

fn flags(arguments: &ServeArguments) -> Vec<Flag> {
    let ServeArguments { listen, public_url, data_dir } = arguments;
    let listen = listen.map(|address| address.to_string());
    let data_dir = data_dir.as_ref().map(|folder| folder.display().to_string());
    [
        ("--listen", "server.listen", listen),
        ("--public-url", "server.public_url", public_url.clone()),
        ("--data-dir", "server.data_dir", data_dir),
    ]
    .into_iter()
    .filter_map(|(name, path, value)| Some(Flag { name, path, value: value? }))
    .collect()
}

/// Writes log lines to standard error; standard output is for answers.
fn log_to_stderr(log: &Log) {
    let level = log.level.parse().unwrap_or(LevelFilter::INFO);
    let is_pretty = match log.format {
        LogFormat::Auto => io::stderr().is_terminal(),
        LogFormat::Pretty => true,
        LogFormat::Json => false,
    };
    // A log that cannot be written (its disk is full) must not panic whoever logs.
    let lines = tracing_subscriber::fmt()
        .with_max_level(level)
        .log_internal_errors(false)
        .with_writer(io::stderr);
    if is_pretty {
        lines.with_ansi(io::stderr().is_terminal()).init();
    } else {
        lines.json().flatten_event(true).with_current_span(false).init();
    }
}
