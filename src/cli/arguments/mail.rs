//! `mail …`

use clap::{Args, Subcommand, ValueEnum};

/// `mail …`
#[derive(Debug, Subcommand)]
pub enum MailCommand {
    /// List the outbox, newest first
    List {
        /// Only mails in this state
        #[arg(long)]
        state: Option<StateArgument>,
        /// Most mails to list
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..))]
        limit: i64,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Show one mail and why it did not go
    Show {
        /// The mail's id
        id: String,
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Send a mail again that failed or was suppressed, or one that waits at once
    Retry {
        /// The mails' ids
        #[arg(required = true)]
        ids: Vec<String>,
    },
    /// Print a template with made-up people in it
    Preview(PreviewArguments),
    /// Send a template with made-up people in it, now and past the outbox
    Test {
        /// To whom
        address: String,
        /// Which template
        #[arg(long, default_value = "verify-email")]
        template: String,
        /// In which language [default: the site's]
        #[arg(long)]
        locale: Option<LocaleArgument>,
    },
}

/// Flags of `mail preview`.
#[derive(Debug, Args)]
pub struct PreviewArguments {
    /// Which template, such as reset-password
    pub template: String,
    /// In which language [default: the site's]
    #[arg(long)]
    pub locale: Option<LocaleArgument>,
    /// Print the HTML instead of the plain text
    #[arg(long)]
    pub html: bool,
}

/// A language, as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LocaleArgument {
    /// Spanish
    Es,
    /// English
    En,
}

/// A state of the outbox, as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StateArgument {
    /// Waiting
    Pending,
    /// On its way
    Sending,
    /// Gone
    Sent,
    /// Given up
    Failed,
    /// Held back for good
    Suppressed,
}

impl StateArgument {
    /// Returns what the outbox stores.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Sending => "sending",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Suppressed => "suppressed",
        }
    }
}
