//! The `antesala` executable: arguments in, exit code out.
//!
//! Everything else lives in the library, so that the tests can start the same
//! server on port 0 in their own process.

use std::process::ExitCode;

fn main() -> ExitCode {
    antesala::cli::run(std::env::args_os().collect())
}
