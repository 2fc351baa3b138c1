//! Between whoever posts a mail and the workers that send it.
//!
//! A bell wakes the workers. Where mails go into a file, the answer waits until
//! the workers have looked, so that whoever reads the file after an answer finds
//! the mail in it; a provider is never waited for. Where nobody may learn whether
//! there was a mail to send, the wait has a least length, too.

use std::time::Duration;

use tokio::sync::{Notify, Semaphore, watch};

use super::App;
use crate::base::bounds::{MAIL_FILE_WAIT_MS_MAX, MAIL_FILE_WAIT_MS_MIN, OUTBOX_BULK_WORKERS};

/// The bells, and how often the first worker has looked.
#[derive(Debug)]
pub struct PostOffice {
    /// Rings when the outbox has a new mail.
    pub wake: Notify,
    /// Rings when a worker found more than it can send alone.
    pub help: Notify,
    /// Places for those who hand over bulk mail.
    pub bulk: Semaphore,
    looks: watch::Sender<Looks>,
}

/// Looks at the outbox, counted.
#[derive(Clone, Copy, Debug, Default)]
struct Looks {
    begun: u64,
    finished: u64,
}

impl Default for PostOffice {
    fn default() -> Self {
        let looks = watch::Sender::new(Looks::default());
        let bulk = Semaphore::new(OUTBOX_BULK_WORKERS);
        Self { wake: Notify::new(), help: Notify::new(), bulk, looks }
    }
}

impl PostOffice {
    /// Notes that the first worker looks now.
    pub fn look_begun(&self) {
        self.looks.send_modify(|looks| looks.begun += 1);
    }

    /// Notes that it has sent what it found, or failed to.
    pub fn look_finished(&self) {
        self.looks.send_modify(|looks| looks.finished = looks.begun);
    }

    /// Rings for a worker that has time: the first, and another while the first is at work,
    /// whose provider may keep it waiting.
    pub fn call(&self) {
        self.wake.notify_one();
        let looks = *self.looks.borrow();
        if looks.begun > looks.finished {
            self.help.notify_one();
        }
    }

    /// Rings, and waits for the end of a look that begins from now on; not when nobody
    /// looks.
    async fn look(&self) {
        // Before the bell: a worker that is quick has begun when the bell has rung.
        let mut looks = self.looks.subscribe();
        let begun = looks.borrow().begun;
        self.wake.notify_one();
        if begun > 0 {
            // The office lives as long as the program: its end is not an error here.
            let _ = looks.wait_for(|looks| looks.finished > begun).await;
        }
    }
}

impl App {
    /// Tells the workers that a batch with a mail is durable.
    pub async fn mail_posted(&self) {
        if self.mail.is_file() {
            let longest = Duration::from_millis(MAIL_FILE_WAIT_MS_MAX);
            // A full hour or a locked database: the mail goes later, as anywhere.
            let _ = tokio::time::timeout(longest, self.post_office.look()).await;
        } else {
            self.post_office.call();
        }
    }

    /// As [`App::mail_posted`], for a batch whose mail may have been held back: writing
    /// one into the file takes time, and whoever asked must not see that it did.
    pub async fn mail_posted_or_not(&self) {
        if self.mail.is_file() {
            let least = Duration::from_millis(MAIL_FILE_WAIT_MS_MIN);
            tokio::join!(self.mail_posted(), self.clock.pause(least));
        } else {
            self.mail_posted().await;
        }
    }
}
