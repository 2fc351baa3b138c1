//! What can be typed. Help texts are the first lines of the doc comments.

use std::net::SocketAddr;
use std::path::PathBuf;

mod audit;
mod backup;
mod board;
mod cron;
mod import;
mod invite;
mod mail;
mod maintenance;
mod migrate;
mod secret;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

pub use audit::AuditCommand;
pub use backup::{BackupArguments, BackupCommand, RestoreArguments};
pub use board::{JobCommand, OrgCommand, Reason, SeedArguments};
pub use cron::CronCommand;
pub use import::{BetterAuthArguments, HowArguments, ImportCommand, UsersArguments};
pub use invite::InviteArguments;
pub use mail::{LocaleArgument, MailCommand, PreviewArguments, StateArgument};
pub use maintenance::MaintenanceCommand;
pub use migrate::MigrateCommand;
pub use secret::SecretCommand;

/// The front desk of a web launch in one file.
#[derive(Debug, Parser)]
#[command(name = "antesala", version, arg_required_else_help = true, max_term_width = 100)]
pub struct Arguments<C: Subcommand> {
    /// Configuration file [default: antesala.toml in this folder, if there is one]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// What to do
    #[command(subcommand)]
    pub command: C,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// The server
    #[command(flatten)]
    Serve(ServeCommand),
    /// Change the database's schema
    #[command(subcommand)]
    Migrate(MigrateCommand),
    /// List the servers that share the database
    Instances {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Close the site for a while, on every server of the database, and open it again
    #[command(subcommand)]
    Maintenance(MaintenanceCommand),
    /// Administer people; <USER> is an id or an e-mail address
    #[command(subcommand)]
    User(UserCommand),
    /// Look at what happened to accounts and who did it
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Look at the job board's offers and end them
    #[command(subcommand)]
    Job(JobCommand),
    /// Look at the job board's organizations and vouch for them
    #[command(subcommand)]
    Org(OrgCommand),
    /// Administer the waitlist
    #[command(subcommand)]
    Waitlist(WaitlistCommand),
    /// Take people over from somewhere else, beside a running server or without one
    #[command(subcommand)]
    Import(ImportCommand),
    /// Look after the scheduler's tasks
    #[command(subcommand)]
    Cron(CronCommand),
    /// Make an archive of everything, on a running server too, and prove that it restores
    Backup(BackupArguments),
    /// Check an archive and put it in the place of what is there; not while a server runs
    Restore(RestoreArguments),
    /// Fill an empty database with a job board to look around in
    Seed(SeedArguments),
    /// Look at the outbox and the mails' templates
    #[command(subcommand)]
    Mail(MailCommand),
    /// Preview cards without a server, and signed links to them
    #[command(subcommand)]
    Og(OgCommand),
    /// Make secrets, and let one follow the other
    #[command(subcommand)]
    Secret(SecretCommand),
    /// Look at the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Print the API as `OpenAPI` 3.1
    Openapi,
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// `serve`, which can be parsed without the commands beside it: a server would describe
/// some hundred of them for nothing, and keep the pages.
#[derive(Debug, Subcommand)]
pub enum ServeCommand {
    /// Run everything: HTTP and the mail worker
    Serve(ServeArguments),
}

/// Flags of `serve`; each wins over environment and file.
#[derive(Debug, Args)]
pub struct ServeArguments {
    /// Address and port to listen on [server.listen]
    #[arg(long, value_name = "ADDRESS:PORT")]
    pub listen: Option<SocketAddr>,
    /// Address under which browsers reach the site [`server.public_url`]
    #[arg(long, value_name = "URL")]
    pub public_url: Option<String>,
    /// Folder of the database, secrets and mail file [`server.data_dir`]
    #[arg(long, value_name = "FOLDER")]
    pub data_dir: Option<PathBuf>,
}

/// `user …`
#[derive(Debug, Subcommand)]
pub enum UserCommand {
    /// List people in order of creation
    List {
        /// Most people to list
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..))]
        limit: i64,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show one person
    Show {
        /// Id or e-mail address
        user: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Create a person with a password
    Create(CreateArguments),
    /// Set the roles, joined by commas
    SetRole {
        /// Id or e-mail address
        user: String,
        /// For example admin, or user,editor
        role: String,
        /// Do not ask, even when nobody is left to administer the site
        #[arg(long)]
        yes: bool,
    },
    /// Set the password and end all sessions
    SetPassword {
        /// Id or e-mail address
        user: String,
        /// Read the password from standard input
        #[arg(long)]
        password_stdin: bool,
    },
    /// Print a one-time link with which the person sets a new password
    ResetLink {
        /// Id or e-mail address
        user: String,
    },
    /// Mark the address as verified
    Verify {
        /// Id or e-mail address
        user: String,
    },
    /// Ban and end all sessions
    Ban {
        /// Id or e-mail address
        user: String,
        /// Why; kept with the account
        #[arg(long)]
        reason: Option<String>,
        /// Days until the ban lifts itself [default: never]
        #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(i64).range(1..=36500))]
        days: Option<i64>,
        /// Do not ask, even when nobody is left to administer the site
        #[arg(long)]
        yes: bool,
    },
    /// Lift a ban
    Unban {
        /// Id or e-mail address
        user: String,
    },
    /// Turn the account off and end all sessions
    Disable {
        /// Id or e-mail address
        user: String,
        /// Do not ask, even when nobody is left to administer the site
        #[arg(long)]
        yes: bool,
    },
    /// Turn the account on
    Enable {
        /// Id or e-mail address
        user: String,
    },
    /// List a person's live sessions
    Sessions {
        /// Id or e-mail address
        user: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// End all of a person's sessions
    RevokeSessions {
        /// Id or e-mail address
        user: String,
    },
    /// Write everything that names a person, as one JSON object
    Export {
        /// Id or e-mail address
        user: String,
        /// Where to [default: standard output]
        file: Option<PathBuf>,
    },
    /// Delete a person and everything that hangs on them
    Delete {
        /// Id or e-mail address
        user: String,
        /// Do not ask, even when nobody is left to administer the site
        #[arg(long)]
        yes: bool,
    },
}

/// Flags of `user create`.
#[derive(Debug, Args)]
pub struct CreateArguments {
    /// The e-mail address
    pub email: String,
    /// The name people see
    #[arg(long, default_value = "")]
    pub name: String,
    /// Roles joined by commas
    #[arg(long, default_value = "user")]
    pub role: String,
    /// Mark the address as verified
    #[arg(long)]
    pub verified: bool,
    /// Read the password from standard input
    #[arg(long)]
    pub password_stdin: bool,
}

/// `waitlist …`
#[derive(Debug, Subcommand)]
pub enum WaitlistCommand {
    /// List entries in order of joining
    List {
        /// Most entries to list
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..))]
        limit: i64,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show the list in numbers
    Stats {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Invite people to an account: by address, or the next ones in the line
    Invite(InviteArguments),
    /// Remove the entry of an address
    Remove {
        /// The e-mail address
        email: String,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
    /// Write the whole list to a file, or to standard output
    Export {
        /// Where to [default: standard output]
        file: Option<PathBuf>,
        /// csv or json [default: by the file's ending, else csv]
        #[arg(long)]
        format: Option<Format>,
    },
    /// Bring entries in; a bad line is reported with its number and the others go on
    Import {
        /// The file, as `export` writes it
        file: PathBuf,
        /// csv or json [default: by the file's ending]
        #[arg(long)]
        format: Option<Format>,
        /// What it is written in, such as windows-1252 [default: as its bytes say]
        #[arg(long, value_name = "NAME")]
        encoding: Option<String>,
    },
}

/// How a list is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// Comma-separated values with a header line
    Csv,
    /// An array of objects
    Json,
}

/// `og …`
#[derive(Debug, Subcommand)]
pub enum OgCommand {
    /// Draw a card into a file
    Render(Box<RenderArguments>),
    /// Print the signed link to a card
    Sign {
        /// What the card shows, as in 'template=job&title=Físico'
        query: String,
    },
}

/// Flags of `og render`.
#[derive(Debug, Args)]
pub struct RenderArguments {
    /// Where to
    #[arg(long, value_name = "FILE", default_value = "card.jpg")]
    pub out: PathBuf,
    /// Draw every template in both themes, with sample texts where none are given
    #[arg(long)]
    pub all: bool,
    /// site, job, article or profile [default: site]
    #[arg(long)]
    pub template: Option<String>,
    /// light or dark [default: light]
    #[arg(long)]
    pub theme: Option<String>,
    /// What the card is about
    #[arg(long)]
    pub title: Option<String>,
    /// A sentence more
    #[arg(long)]
    pub subtitle: Option<String>,
    /// The few words above the title
    #[arg(long)]
    pub eyebrow: Option<String>,
    /// Who offers the job, or where the person works
    #[arg(long, alias = "organisation")]
    pub organization: Option<String>,
    /// Where
    #[arg(long)]
    pub place: Option<String>,
    /// For how much
    #[arg(long)]
    pub salary: Option<String>,
    /// The line at the foot [default: the site's host]
    #[arg(long)]
    pub footer: Option<String>,
}

/// `config …`
#[derive(Debug, Subcommand)]
pub enum ConfigCommand {
    /// Check the configuration and say what this version does not use
    Check,
    /// Print every key with its value and where it came from; secrets are masked
    Print {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}
