//! What becomes of a connection at each look: it goes on, is parked, or is cut.
//!
//! Pure counting of looks, so that the time-outs can be tested without time.
//! Their grain is one look; a time-out comes at most one look late.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use super::activity::Activity;
use crate::base::bounds::{CONNECTION_IDLE_S_MAX, CONNECTION_LOOK_MS, WRITE_STALL_S_MAX};

/// Time-outs of a connection, in looks.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For a request's head, from its first byte.
    pub head: u32,
    /// For a client that does not read.
    pub write: u32,
    /// For the next request of an HTTP/2 connection.
    pub idle: u32,
}

impl Patience {
    /// Counts looks; `header_read_timeout` comes from the configuration.
    pub fn new(header_read_timeout: Duration) -> Self {
        Self {
            head: looks(header_read_timeout),
            write: looks(Duration::from_secs(WRITE_STALL_S_MAX)),
            idle: looks(Duration::from_secs(CONNECTION_IDLE_S_MAX)),
        }
    }
}

fn looks(time: Duration) -> u32 {
    let count = time.as_millis().div_ceil(u128::from(CONNECTION_LOOK_MS));
    u32::try_from(count).unwrap_or(u32::MAX).max(1)
}

/// What the owner should do with a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Something happens, or may still.
    GoOn,
    /// Nothing is open, half read or unsent.
    Quiet,
    /// A time-out has passed.
    Cut,
}

/// Remembers, from look to look, for how long something has not moved.
#[derive(Debug, Default)]
pub struct Watch {
    requests: u32,
    head: u32,
    write: u32,
    quiet: u32,
}

impl Watch {
    /// Looks at a connection that speaks HTTP/1.
    pub fn look(&mut self, activity: &Activity, patience: Patience) -> Verdict {
        let moved = activity.moved.swap(false, Relaxed);
        if self.is_another_request(activity) {
            self.head = 0;
        }
        if activity.blocked.load(Relaxed) {
            return Self::count(&mut self.write, moved, patience.write);
        }
        self.write = 0;
        if activity.open.load(Relaxed) > 0 {
            self.head = 0;
            return Verdict::GoOn;
        }
        if activity.head_begun.load(Relaxed) {
            // Bytes that trickle in do not buy time.
            return Self::count(&mut self.head, false, patience.head);
        }
        if moved { Verdict::GoOn } else { Verdict::Quiet }
    }

    /// Looks at a connection that speaks HTTP/2, whose pings keep it moving for ever.
    pub fn look_at_streams(&mut self, activity: &Activity, patience: Patience) -> Verdict {
        let moved = activity.moved.swap(false, Relaxed);
        if activity.blocked.load(Relaxed) {
            return Self::count(&mut self.write, moved, patience.write);
        }
        self.write = 0;
        if self.is_another_request(activity) || activity.open.load(Relaxed) > 0 {
            self.quiet = 0;
            return Verdict::GoOn;
        }
        // Who has not asked yet may be half way through the preface or the first head.
        let most = if self.requests == 0 { patience.head } else { patience.idle };
        Self::count(&mut self.quiet, false, most)
    }

    fn is_another_request(&mut self, activity: &Activity) -> bool {
        let requests = activity.requests.load(Relaxed);
        std::mem::replace(&mut self.requests, requests) != requests
    }

    fn count(looks: &mut u32, is_progress: bool, most: u32) -> Verdict {
        *looks = if is_progress { 0 } else { *looks + 1 };
        if *looks > most { Verdict::Cut } else { Verdict::GoOn }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::serve::activity::Open;

    const PATIENCE: Patience = Patience { head: 2, write: 3, idle: 4 };

    fn verdicts(watch: &mut Watch, activity: &Activity, looks: usize) -> Vec<Verdict> {
        (0..looks).map(|_| watch.look(activity, PATIENCE)).collect()
    }

    #[test]
    fn head_that_trickles_is_cut() {
        let activity = Activity::default();
        let mut watch = Watch::default();
        activity.head_begun.store(true, Relaxed);
        activity.moved.store(true, Relaxed);
        assert_eq!(verdicts(&mut watch, &activity, 2), [Verdict::GoOn, Verdict::GoOn]);
        activity.moved.store(true, Relaxed);
        assert_eq!(watch.look(&activity, PATIENCE), Verdict::Cut);
    }

    #[test]
    fn head_of_the_next_request_has_its_own_time() {
        let activity = Arc::new(Activity::default());
        let mut watch = Watch::default();
        activity.head_begun.store(true, Relaxed);
        assert_eq!(verdicts(&mut watch, &activity, 2), [Verdict::GoOn; 2]);
        drop(Open::begin(&activity));
        activity.head_begun.store(true, Relaxed);
        assert_eq!(verdicts(&mut watch, &activity, 3)[..2], [Verdict::GoOn; 2]);
        assert_eq!(watch.look(&activity, PATIENCE), Verdict::Cut);
    }

    #[test]
    fn open_request_is_never_cut_while_the_client_reads() {
        let activity = Arc::new(Activity::default());
        let open = Open::begin(&activity);
        activity.head_begun.store(true, Relaxed);
        let mut watch = Watch::default();
        assert_eq!(verdicts(&mut watch, &activity, 9), [Verdict::GoOn; 9]);
        drop(open);
        assert_eq!(watch.look(&activity, PATIENCE), Verdict::Quiet);
    }

    #[test]
    fn client_that_does_not_read_is_cut() {
        let activity = Arc::new(Activity::default());
        let _open = Open::begin(&activity);
        activity.blocked.store(true, Relaxed);
        let mut watch = Watch::default();
        assert_eq!(verdicts(&mut watch, &activity, 3), [Verdict::GoOn; 3]);
        activity.moved.store(true, Relaxed);
        assert_eq!(watch.look(&activity, PATIENCE), Verdict::GoOn, "it took a little");
        assert_eq!(verdicts(&mut watch, &activity, 4)[3], Verdict::Cut);
    }

    #[test]
    fn streams_kept_alive_by_pings_alone_are_cut() {
        let activity = Arc::new(Activity::default());
        let mut watch = Watch::default();
        let verdict = |watch: &mut Watch| {
            activity.moved.store(true, Relaxed);
            watch.look_at_streams(&activity, PATIENCE)
        };
        assert!((0..2).all(|_| verdict(&mut watch) == Verdict::GoOn));
        assert_eq!(verdict(&mut watch), Verdict::Cut, "the first request has a head's time");
        drop(Open::begin(&activity));
        assert!((0..5).all(|_| verdict(&mut watch) == Verdict::GoOn));
        assert_eq!(verdict(&mut watch), Verdict::Cut);
    }
}
