//! Texts that everybody is given alike: built and compressed once for each change of what
//! they tell, and shared from then on.
//!
//! Whoever asks first builds; whoever asks meanwhile waits for that. A version that is
//! newer takes the place of the older one, and what turns out to be the same bytes stays
//! the same edition, with its tag and its time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use quick_cache::sync::{Cache, DefaultLifecycle};
use quick_cache::{DefaultHashBuilder, OptionsBuilder, Weighter};
use sha2::{Digest as _, Sha256};
use tokio::sync::OnceCell;

use super::bounds::{EDITIONS_BYTES_MAX, EDITIONS_MAX};
use super::clock::Millis;
use super::shelf::hex;

/// Letters of the digest that stand in a tag: 128 bits.
const TAG_LENGTH: usize = 32;

/// What a text is: a name, and a number where there are several of the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Piece {
    /// Its name.
    pub name: &'static str,
    /// Which of them.
    pub part: i64,
}

impl Piece {
    /// Names a text of which there is one.
    #[must_use]
    pub const fn one(name: &'static str) -> Self {
        Self { name, part: 0 }
    }
}

/// A text as it was built.
#[derive(Debug)]
pub struct Edition {
    /// Its media type.
    pub kind: &'static str,
    /// Its bytes.
    pub bytes: Bytes,
    /// The beginning of the SHA-256 of its bytes, in hexadecimal.
    pub digest: String,
    /// Since when this process knows it, a whole second; later than any edition before.
    pub changed_at: Millis,
    /// Its bytes in brotli, once somebody asked for them.
    pub brotli: OnceCell<Bytes>,
    /// Its bytes in gzip, once somebody asked for them.
    pub gzip: OnceCell<Bytes>,
}

/// What is known of the newest edition of a piece.
#[derive(Debug)]
struct Newest {
    version: i64,
    changed_at: Millis,
}

type Key = (Piece, i64);

/// Counts an edition's bytes, and half as much again for its compressed forms.
#[derive(Clone, Debug)]
struct Weighing;

impl Weighter<Key, Arc<Edition>> for Weighing {
    fn weight(&self, _key: &Key, edition: &Arc<Edition>) -> u64 {
        let bytes = u64::try_from(edition.bytes.len()).unwrap_or(u64::MAX);
        bytes.saturating_add(bytes / 2).max(1)
    }
}

/// Every edition that is kept, within [`EDITIONS_BYTES_MAX`].
#[derive(Debug)]
pub struct Editions {
    kept: Cache<Key, Arc<Edition>, Weighing>,
    newest: Mutex<HashMap<Piece, Newest>>,
}

impl Default for Editions {
    fn default() -> Self {
        // One shard: the bound is that of all editions, and the largest fits into it.
        let options = OptionsBuilder::new()
            .estimated_items_capacity(EDITIONS_MAX)
            .weight_capacity(EDITIONS_BYTES_MAX)
            .shards(1)
            .build();
        let kept = match options {
            Ok(options) => Cache::with_options(
                options,
                Weighing,
                DefaultHashBuilder::default(),
                DefaultLifecycle::default(),
            ),
            Err(_incomplete) => Cache::with_weighter(EDITIONS_MAX, EDITIONS_BYTES_MAX, Weighing),
        };
        Self { kept, newest: Mutex::default() }
    }
}

impl Editions {
    /// Returns the edition of a piece at a version, built by `build` where nobody has.
    ///
    /// # Errors
    /// Those of `build`; the next who asks tries again.
    ///
    /// # Cost
    /// A look into a map; the first time what building costs.
    pub async fn of<E>(
        &self,
        piece: Piece,
        (version, now): (i64, Millis),
        build: impl Future<Output = Result<(&'static str, String), E>>,
    ) -> Result<Arc<Edition>, E> {
        let made = async {
            let (kind, text) = build.await?;
            Ok(self.made(piece, (version, now), (kind, Bytes::from(text))))
        };
        self.kept.get_or_insert_async(&(piece, version), made).await
    }

    fn made(
        &self,
        piece: Piece,
        (version, now): (i64, Millis),
        (kind, bytes): (&'static str, Bytes),
    ) -> Arc<Edition> {
        let second = Millis(now.0 - now.0.rem_euclid(1000));
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        let before = newest.get(&piece);
        let older = before.filter(|before| before.version < version);
        let kept = older.and_then(|older| Some(self.kept.remove(&(piece, older.version))?.1));
        if let Some(same) = kept.filter(|kept| kept.bytes == bytes && kept.kind == kind) {
            newest.insert(piece, Newest { version, changed_at: same.changed_at });
            return same;
        }
        let after = before.map_or(second, |before| before.changed_at.plus_s(1));
        let changed_at = second.max(after);
        if before.is_none_or(|before| before.version <= version) {
            newest.insert(piece, Newest { version, changed_at });
        }
        drop(newest);
        let mut digest = hex(&Sha256::digest(&bytes));
        digest.truncate(TAG_LENGTH);
        Arc::new(Edition {
            kind,
            bytes,
            digest,
            changed_at,
            brotli: OnceCell::new(),
            gzip: OnceCell::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::FutureExt as _;
    use futures_util::future::join_all;

    use super::*;

    const PIECE: Piece = Piece::one("text");

    async fn edition(editions: &Editions, version: i64, text: &str) -> Arc<Edition> {
        let build = async { Ok::<_, Infallible>(("text/plain", text.to_owned())) };
        editions.of(PIECE, (version, Millis(1_500)), build).await.unwrap()
    }

    #[tokio::test]
    async fn hundred_who_miss_at_once_build_once() {
        let editions = Editions::default();
        let built = AtomicUsize::new(0);
        let each = (0..100).map(|_| {
            editions.of(PIECE, (1, Millis(0)), async {
                built.fetch_add(1, Ordering::Relaxed);
                tokio::task::yield_now().await;
                Ok::<_, Infallible>(("text/plain", String::from("text")))
            })
        });
        let all = join_all(each).await;
        assert_eq!(built.load(Ordering::Relaxed), 1);
        let first = all[0].as_ref().unwrap();
        assert!(all.iter().all(|one| Arc::ptr_eq(one.as_ref().unwrap(), first)));
    }

    #[tokio::test]
    async fn builder_that_goes_away_or_fails_leaves_it_to_the_next() {
        let editions = Editions::default();
        let never = std::future::pending::<Result<(&'static str, String), Infallible>>();
        let gone = editions.of(PIECE, (1, Millis(0)), never);
        assert!(gone.now_or_never().is_none());
        let broken = editions.of(PIECE, (1, Millis(0)), async { Err("broken") }).await;
        assert_eq!(broken.err(), Some("broken"));
        assert_eq!(edition(&editions, 1, "text").await.bytes, "text");
    }

    #[tokio::test]
    async fn same_bytes_stay_the_edition_and_others_are_later() {
        let editions = Editions::default();
        let first = edition(&editions, 1, "one").await;
        assert_eq!(first.changed_at, Millis(1_000));
        let same = edition(&editions, 2, "one").await;
        assert!(Arc::ptr_eq(&first, &same));
        let other = edition(&editions, 3, "two").await;
        assert_eq!(other.changed_at, Millis(2_000));
        assert_ne!(other.digest, first.digest);
        assert_eq!(editions.kept.len(), 1, "an older edition goes");
    }

    #[tokio::test]
    async fn editions_stay_within_their_bound() {
        let editions = Editions::default();
        let text = "x".repeat(1 << 20);
        for part in 0..200 {
            let build = async { Ok::<_, Infallible>(("text/plain", text.clone())) };
            editions.of(Piece { name: "part", part }, (1, Millis(0)), build).await.unwrap();
        }
        assert!(editions.kept.weight() <= EDITIONS_BYTES_MAX, "{}", editions.kept.weight());
    }
}
