//! The `antesala` executable: arguments in, exit code out.
//!
//! Everything else lives in the library, so that the tests can start the same
//! server on port 0 in their own process.

use std::process::ExitCode;

/// Values travel between the workers and the writer: what one thread allocates
/// another frees, and the system's allocator takes a lock for each.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    antesala::cli::run(std::env::args_os().collect())
}
