//! Trying again: how often, and after which pause.

use std::future::pending;
use std::time::Duration;

use tokio::time::timeout;

use super::trouble::{Remedy, Trouble};
use crate::base::bounds::{RETRIES_MAX, RETRY_PAUSE_MS_MAX, RETRY_PAUSE_MS_MIN};
use crate::base::entropy::Entropy;

/// What one piece of work may still try.
pub struct Patience<'a> {
    entropy: &'a Entropy,
    retries: u32,
}

impl<'a> Patience<'a> {
    /// Begins a piece of work; `entropy` spreads the pauses.
    pub const fn new(entropy: &'a Entropy) -> Self {
        Self { entropy, retries: 0 }
    }

    /// Does what helps against a failure, after which the same may be tried again.
    ///
    /// # Errors
    /// The failure, when nothing helps or the bound is reached.
    pub async fn help(&mut self, trouble: Trouble) -> Result<(), Trouble> {
        if trouble.remedy == Remedy::None || self.retries == RETRIES_MAX {
            return Err(trouble);
        }
        if trouble.remedy == Remedy::Pause {
            self.pause().await;
        }
        self.retries += 1;
        Ok(())
    }

    /// Waits a random time, longer after each failure, so that two that were in each
    /// other's way do not meet again.
    async fn pause(&self) {
        let longest_ms = (RETRY_PAUSE_MS_MIN << self.retries).min(RETRY_PAUSE_MS_MAX);
        let random = u64::from(u16::from_be_bytes(self.entropy.bytes()));
        let wait = Duration::from_micros(longest_ms * 1000 * random / u64::from(u16::MAX));
        let _ = timeout(wait, pending::<()>()).await;
    }
}
