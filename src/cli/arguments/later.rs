//! Commands that are described when one of them is typed.

use clap::{ArgMatches, Command, Error, FromArgMatches, Subcommand};

/// A group of commands whose names and arguments clap learns once the group is asked for:
/// `serve` would build some hundred descriptions of the others, and keep their pages.
#[derive(Clone, Copy, Debug)]
pub struct Later<T>(pub T);

impl<T: Subcommand> Subcommand for Later<T> {
    fn augment_subcommands(command: Command) -> Command {
        command.defer(T::augment_subcommands)
    }

    fn augment_subcommands_for_update(command: Command) -> Command {
        command.defer(T::augment_subcommands_for_update)
    }

    fn has_subcommand(name: &str) -> bool {
        T::has_subcommand(name)
    }
}

impl<T: FromArgMatches> FromArgMatches for Later<T> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        T::from_arg_matches(matches).map(Self)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        self.0.update_from_arg_matches(matches)
    }
}
