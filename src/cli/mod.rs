//! Layer 9: the command line; one file a command.
//!
//! Commands open the same database as a running server and use the same rules.
//! Exit codes: 0 done, 1 failed, 2 wrong usage, 64 bad configuration.

mod arguments;
mod audit;
mod backup;
mod confidential;
mod config;
mod cron;
mod error;
mod import;
mod import_report;
mod import_users;
mod instances;
mod job;
mod listing;
mod mail;
mod maintenance;
mod migrate_copy;
mod og;
mod open;
mod org;
mod output;
mod progress;
mod prompt;
mod restore;
mod secret;
mod seed;
mod serve;
mod user;
mod user_export;
mod waitlist;
mod waitlist_import;
mod waitlist_invite;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser as _};

use crate::base::own;
use crate::store::migrate::Copying;
use arguments::{Arguments, Command, MigrateCommand, ServeCommand};
use error::CliError;
use open::{Settings, Up};

/// Runs one command and returns its exit code.
///
/// Errors go to standard error as one sentence and a hint.
#[must_use]
pub fn run(arguments: Vec<OsString>) -> ExitCode {
    own::close_to_others();
    let parsed = match parse(arguments) {
        Ok(parsed) => parsed,
        Err(usage) => {
            // Help and version are answers, not errors: clap knows the stream and the code.
            let _ = usage.print();
            return ExitCode::from(if usage.use_stderr() { 2 } else { 0 });
        }
    };
    match dispatch(parsed) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => error.report(),
    }
}

fn parse(arguments: Vec<OsString>) -> Result<Arguments<Command>, clap::Error> {
    if arguments.get(1).is_none_or(|word| word != "serve") {
        return Arguments::try_parse_from(arguments);
    }
    let Arguments { config, command } = Arguments::try_parse_from(arguments)?;
    Ok(Arguments { config, command: Command::Serve(command) })
}

fn dispatch(arguments: Arguments<Command>) -> Result<(), CliError> {
    let settings = Settings::from_process(arguments.config);
    match arguments.command {
        Command::Serve(ServeCommand::Serve(serve)) => serve::run(&settings, &serve),
        Command::Migrate(MigrateCommand::Up { dry_run, no_backup }) => {
            let copying = if no_backup { Copying::Waived } else { Copying::Demanded };
            open::migrate(&settings, Up { is_dry_run: dry_run, copying })
        }
        Command::Migrate(MigrateCommand::Copy { to, to_file }) => {
            migrate_copy::run(&settings, to, to_file.as_deref())
        }
        Command::Migrate(MigrateCommand::Status { json }) => open::status(&settings, json),
        Command::Instances { json } => instances::run(&settings, json),
        Command::Maintenance(command) => maintenance::run(&settings, command),
        Command::User(command) => user::run(&settings, command),
        Command::Audit(command) => audit::run(&settings, command),
        Command::Job(command) => job::run(&settings, command),
        Command::Org(command) => org::run(&settings, command),
        Command::Waitlist(command) => waitlist::run(&settings, command),
        Command::Import(command) => import::run(&settings, command),
        Command::Cron(command) => cron::run(&settings, command),
        Command::Backup(backup) => backup::run(&settings, &backup),
        Command::Restore(restore) => restore::run(&settings, &restore),
        Command::Seed(seed) => seed::run(&settings, &seed),
        Command::Mail(command) => mail::run(&settings, command),
        Command::Og(command) => og::run(&settings, command),
        Command::Secret(command) => secret::run(&settings, command),
        Command::Config(command) => config::run(&settings, &command),
        Command::Openapi => config::openapi(&settings),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            let mut command = Arguments::<Command>::command();
            clap_complete::generate(shell, &mut command, "antesala", &mut script);
            output::bytes(&script)
        }
    }
}
