//! Threads that let others go first.

/// Lowers the calling thread's priority; where the system refuses, all goes on as before.
///
/// Source: setpriority(2), which on Linux takes the id of a thread.
pub fn yield_to_others(niceness: i32) {
    let thread = rustix::thread::gettid();
    if let Err(error) = rustix::process::setpriority_process(Some(thread), niceness) {
        tracing::debug!(error = %error, "thread keeps its priority");
    }
}
