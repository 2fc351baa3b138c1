//! Between whoever posts a mail and the workers that send it.
//!
//! A bell wakes the workers. Where mails go into a file, the answer waits until
//! the workers have looked, so that whoever reads the file after an answer finds
//! the mail in it; a provider is never waited for.

use std::time::Duration;

use tokio::sync::{Notify, watch};

use super::App;
use crate::base::bounds::MAIL_FILE_WAIT_MS_MAX;

/// The bells, and how often the first worker has looked.
#[derive(Debug)]
pub struct PostOffice {
    /// Rings when the outbox has a new mail.
    pub wake: Notify,
    /// Rings when a worker found more than it can send alone.
    pub help: Notify,
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
        Self { wake: Notify::new(), help: Notify::new(), looks }
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

    /// Waits for the end of a look that begins from now on; not when nobody looks.
    async fn looked(&self) {
        let mut looks = self.looks.subscribe();
        let begun = looks.borrow().begun;
        if begun > 0 {
            // The office lives as long as the program: its end is not an error here.
            let _ = looks.wait_for(|looks| looks.finished > begun).await;
        }
    }
}

impl App {
    /// Tells the workers that a batch with a mail is durable.
    pub async fn mail_posted(&self) {
        self.post_office.wake.notify_one();
        if self.mail.is_file() {
            let longest = Duration::from_millis(MAIL_FILE_WAIT_MS_MAX);
            // A full hour or a locked database: the mail goes later, as anywhere.
            let _ = tokio::time::timeout(longest, self.post_office.looked()).await;
        }
    }
}
