//! What can be typed after `import`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::Format;

/// `import …`
#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    /// Take people, passwords and sessions out of a Better Auth database; again goes on
    BetterAuth(BetterAuthArguments),
    /// Take people out of a list, with the hashes of their passwords
    Users(Box<UsersArguments>),
}

/// Flags of `import better-auth`.
#[derive(Debug, Args)]
pub struct BetterAuthArguments {
    /// The old database: sqlite:FILE or postgres://…; it is only read
    #[arg(long, value_name = "URL", required_unless_present = "from_file")]
    pub from: Option<String>,
    /// A file with that address, where it has a password in it; - is standard input
    #[arg(long, value_name = "FILE", conflicts_with = "from")]
    pub from_file: Option<PathBuf>,
    /// Let people with a second factor in by their password alone
    #[arg(long)]
    pub drop_two_factor: bool,
    /// What every import can be told
    #[command(flatten)]
    pub how: HowArguments,
}

/// Flags of `import users`.
#[derive(Debug, Args)]
pub struct UsersArguments {
    /// The list: a CSV with a header line, a JSON array or objects line by line; an address
    /// is enough
    #[arg(long, value_name = "FILE")]
    pub from: PathBuf,
    /// csv or json [default: by the file's ending]
    #[arg(long)]
    pub format: Option<Format>,
    /// What it is written in, such as windows-1252 [default: as its bytes say]
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
    /// Firebase's `base64_signer_key`, when the hashes are its
    #[arg(long, value_name = "BASE64", group = "signer", requires = "firebase_salt_separator")]
    pub firebase_signer_key: Option<String>,
    /// A file with that key; - is standard input
    #[arg(long, value_name = "FILE", group = "signer", requires = "firebase_salt_separator")]
    pub firebase_signer_key_file: Option<PathBuf>,
    /// Firebase's `base64_salt_separator`
    #[arg(long, value_name = "BASE64", requires = "signer")]
    pub firebase_salt_separator: Option<String>,
    /// Firebase's rounds
    #[arg(long, value_name = "N", default_value_t = 8)]
    pub firebase_rounds: u32,
    /// Firebase's `mem_cost`
    #[arg(long, value_name = "N", default_value_t = 14)]
    pub firebase_mem_cost: u8,
    /// What every import can be told
    #[command(flatten)]
    pub how: HowArguments,
}

/// Flags that every import has.
#[derive(Debug, Args)]
pub struct HowArguments {
    /// Read and judge everything, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Write every row that was refused or changed to a file, a JSON object a line
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
}
