//! Whether a join on the waitlist needs to wake the mail worker.

use std::sync::atomic::{AtomicBool, Ordering};

use super::App;

/// Set while no more welcomes fit into the outbox: a rush of joins must not keep
/// the worker looking for room that is not there.
#[derive(Debug, Default)]
pub struct Welcomes(AtomicBool);

impl Welcomes {
    /// Notes how many more fit.
    pub fn note_room(&self, room: i64) {
        self.0.store(room <= 0, Ordering::Relaxed);
    }
}

impl App {
    /// Wakes the mail worker for a welcome, unless there is no room for one.
    pub fn welcome_owed(&self) {
        if !self.welcomes.0.load(Ordering::Relaxed) {
            self.post_office.wake.notify_one();
        }
    }
}
