//! Readers who took too little, held too much, or were too many.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Counts of readers; clones count together.
#[derive(Clone, Debug, Default)]
pub struct Readers(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    slow: AtomicU64,
    crowded: AtomicU64,
    refused: AtomicU64,
}

impl Readers {
    /// Counts an answer that was cut because its reader did not keep pace.
    pub fn observe_slow(&self) {
        self.0.slow.fetch_add(1, Relaxed);
    }

    /// Counts an answer that was refused because too much waits for its reader.
    pub fn observe_crowded(&self) {
        self.0.crowded.fetch_add(1, Relaxed);
    }

    /// Counts a connection that was refused because its address has enough of them.
    pub fn observe_refused(&self) {
        self.0.refused.fetch_add(1, Relaxed);
    }

    /// Returns every count under its name, with what it counts.
    pub(super) fn counts(&self) -> [(&'static str, &'static str, u64); 3] {
        let Counts { slow, crowded, refused } = &*self.0;
        [
            ("antesala_answers_cut", "Answers cut whose readers were too slow", slow),
            (
                "antesala_answers_refused",
                "Answers refused to readers with too much untaken",
                crowded,
            ),
            ("antesala_connections_refused", "Connections beyond their address's share", refused),
        ]
        .map(|(name, help, count)| (name, help, count.load(Relaxed)))
    }
}
