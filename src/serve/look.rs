//! What becomes of a connection at each look: it goes on, is parked, or is cut.
//!
//! Pure counting of looks, so that the time-outs can be tested without time.
//! Their grain is one look; a time-out comes at most one look late.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use super::activity::Activity;
use super::pace::{Pace, Rate, Step};
use crate::base::bounds::{CONNECTION_IDLE_S_MAX, CONNECTION_LOOK_MS};

/// Time-outs of a connection, in looks.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For a request's head, from its first byte.
    pub head: u32,
    /// For a client that reads, or does not.
    pub read: Rate,
    /// For the next request of an HTTP/2 connection.
    pub idle: u32,
}

impl Patience {
    /// Counts looks; a client has `grace` and then takes `bytes_s_min` a second.
    pub fn new(header_read_timeout: Duration, (grace, bytes_s_min): (Duration, u64)) -> Self {
        let bytes = bytes_s_min.saturating_mul(CONNECTION_LOOK_MS) / 1000;
        Self {
            head: looks(header_read_timeout),
            read: Rate { grace: looks(grace), bytes },
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
    read: Pace,
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
            return self.reads(activity, patience);
        }
        self.read.rests();
        if activity.open.load(Relaxed) > 0 {
            self.head = 0;
            return Verdict::GoOn;
        }
        if activity.head_begun.load(Relaxed) {
            // Bytes that trickle in do not buy time.
            return Self::count(&mut self.head, patience.head);
        }
        if moved { Verdict::GoOn } else { Verdict::Quiet }
    }

    /// Looks at a connection that speaks HTTP/2, whose pings keep it moving for ever.
    pub fn look_at_streams(&mut self, activity: &Activity, patience: Patience) -> Verdict {
        if activity.blocked.load(Relaxed) {
            return self.reads(activity, patience);
        }
        self.read.rests();
        if self.is_another_request(activity) || activity.open.load(Relaxed) > 0 {
            self.quiet = 0;
            return Verdict::GoOn;
        }
        // Who has not asked yet may be half way through the preface or the first head.
        let most = if self.requests == 0 { patience.head } else { patience.idle };
        Self::count(&mut self.quiet, most)
    }

    /// Looks at a client whose socket is full.
    fn reads(&mut self, activity: &Activity, patience: Patience) -> Verdict {
        match self.read.waits(activity.written.load(Relaxed), patience.read, 1) {
            Step::Kept => Verdict::GoOn,
            Step::Lost => Verdict::Cut,
        }
    }

    fn is_another_request(&mut self, activity: &Activity) -> bool {
        let requests = activity.requests.load(Relaxed);
        std::mem::replace(&mut self.requests, requests) != requests
    }

    fn count(looks: &mut u32, most: u32) -> Verdict {
        *looks += 1;
        if *looks > most { Verdict::Cut } else { Verdict::GoOn }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::serve::activity::Open;

    const READ: Rate = Rate { grace: 3, bytes: 100 };
    const PATIENCE: Patience = Patience { head: 2, read: READ, idle: 4 };

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
        activity.written.store(150, Relaxed);
        activity.moved.store(true, Relaxed);
        assert_eq!(watch.look(&activity, PATIENCE), Verdict::GoOn, "it took enough");
        activity.written.store(151, Relaxed);
        activity.moved.store(true, Relaxed);
        assert_eq!(watch.look(&activity, PATIENCE), Verdict::Cut, "a little buys no time");
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
