//! Layer 2: preview cards.
//!
//! A card is painted from an embedded template and embedded fonts and encoded as
//! JPEG, on threads of its own. Equal requests share one drawing; what was drawn is
//! kept in memory and on the disk. Nothing is fetched, no file is read but the two
//! pictures that the configuration names, and nothing that failed is kept.

mod disk;
pub mod drawn;
mod encode;
mod flights;
pub mod letterhead;
pub mod link;
mod lockup;
mod paint;
mod palette;
mod picture;
pub mod portrait;
pub mod press;
mod references;
pub mod settings;
pub mod sheet;
pub mod studio;
mod svg;
mod template;
mod text;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use resvg::tiny_skia::Pixmap;

use disk::DiskCache;
use drawn::{Drawn, Key};
use flights::Flights;
use link::Links;
use press::{Press, PressError};
use settings::Settings;

use crate::base::bounds::{OG_MEMORY_BYTES_MAX, OG_QUEUE_MAX, OG_RENDERS_MAX};
use crate::base::clock::Millis;
use crate::base::keyring::Secrets;
use crate::base::worker_pool::{PoolBusy, WorkerPool};
use crate::config::Config;
use crate::domain::card::{Card, CardLink};

/// Where cards are kept, in the data directory.
const FOLDER: &str = "og-cache";

/// Why there is no card. Equal requests share it, so it can be cloned.
#[derive(Clone, Debug, thiserror::Error)]
pub enum OgError {
    /// Too many cards wait to be drawn.
    #[error("too many cards wait to be drawn")]
    Busy,
    /// The threads are gone, or drawing panicked.
    #[error("the card's drawing ended without an answer")]
    Closed,
    /// It cannot be drawn.
    #[error("the card cannot be drawn")]
    Press(#[source] Arc<PressError>),
}

impl From<PoolBusy> for OgError {
    fn from(_busy: PoolBusy) -> Self {
        Self::Busy
    }
}

/// What a thread keeps between two cards: the pixels.
#[derive(Default)]
struct Canvas(Option<Pixmap>);

/// The cards; one for the program.
pub struct Og {
    /// Links to them.
    pub links: Links,
    shared: Arc<Shared>,
    workers: WorkerPool<Canvas>,
}

/// What a request and the thread that draws for it both need.
struct Shared {
    settings: Settings,
    folder: PathBuf,
    cache_bytes_max: u64,
    /// Made when first needed, so that a server which draws no card pays nothing.
    digest: OnceLock<[u8; 32]>,
    press: OnceLock<Press>,
    disk: OnceLock<DiskCache>,
    memory: Cache<Key, Arc<Drawn>, Bytes>,
    flights: Flights,
    renders: AtomicU64,
    hits: AtomicU64,
}

/// Figures for `/metrics`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Cards drawn since the start.
    pub renders: u64,
    /// Cards found in memory or on the disk since the start.
    pub hits: u64,
    /// Cards that wait to be drawn.
    pub queued: u64,
    /// Bytes of cards on the disk, once a card was asked for.
    pub cache_bytes: u64,
}

#[derive(Clone)]
struct Bytes;

impl Weighter<Key, Arc<Drawn>> for Bytes {
    fn weight(&self, _key: &Key, drawn: &Arc<Drawn>) -> u64 {
        u64::try_from(drawn.jpeg.len()).unwrap_or(u64::MAX)
    }
}

impl Og {
    /// Prepares nothing: everything waits for the first card.
    #[must_use]
    pub fn new(config: &Config, secrets: &Secrets) -> Self {
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let threads = cores.min(OG_RENDERS_MAX);
        Self {
            links: Links::new(config, secrets),
            shared: Arc::new(Shared {
                settings: Settings::of(config),
                folder: config.server.data_dir.join(FOLDER),
                cache_bytes_max: config.og.cache_bytes_max,
                digest: OnceLock::new(),
                press: OnceLock::new(),
                disk: OnceLock::new(),
                memory: Cache::with_weighter(64, OG_MEMORY_BYTES_MAX, Bytes),
                flights: Flights::default(),
                renders: AtomicU64::new(0),
                hits: AtomicU64::new(0),
            }),
            workers: WorkerPool::new("og", threads, OG_QUEUE_MAX),
        }
    }

    /// Names the card of a description.
    #[must_use]
    pub fn key(&self, card: &Card) -> Key {
        let digest = self.shared.digest.get_or_init(|| self.shared.settings.digest());
        Key::of(digest, &card.query())
    }

    /// Returns the link to the site's own card; it changes when the card does, so that
    /// whoever keeps pictures for ever looks again.
    #[must_use]
    pub fn site_card(&self) -> CardLink {
        let version = self.key(&Card::default()).to_string().chars().take(8).collect();
        CardLink { version: Some(version), ..CardLink::default() }
    }

    /// Finds a card that was drawn before.
    ///
    /// # Errors
    /// `Busy`, `Closed`, when the folder has not been looked at yet.
    ///
    /// # Cost
    /// A look into memory; else one file read, inline, as a read of the database is.
    pub async fn find(&self, key: Key, now: Millis) -> Result<Option<Arc<Drawn>>, OgError> {
        let Some(disk) = self.shared.disk.get() else {
            return self.find_first(key, now).await;
        };
        Ok(self.shared.found(disk, key, now))
    }

    /// Finds a card on a thread that may wait: the folder is looked at first.
    async fn find_first(&self, key: Key, now: Millis) -> Result<Option<Arc<Drawn>>, OgError> {
        let shared = Arc::clone(&self.shared);
        let (answer, answered) = tokio::sync::oneshot::channel();
        self.workers.submit(move |_canvas| {
            let _ = answer.send(shared.found(shared.disk(), key, now));
        })?;
        answered.await.map_err(|_gone| OgError::Closed)
    }

    /// Draws a card, or waits for whoever is drawing it.
    ///
    /// # Errors
    /// [`OgError`].
    ///
    /// # Cost
    /// 15 ms of one core, once for all who wait.
    pub async fn draw(&self, key: Key, card: Card, now: Millis) -> Result<Arc<Drawn>, OgError> {
        let answered = self.shared.flights.board(key, |landing| {
            let shared = Arc::clone(&self.shared);
            let job = move |canvas: &mut Canvas| {
                if let Some(landing) = landing.take_off() {
                    landing.land(&shared.make(key, &card, canvas, now));
                }
            };
            self.workers.submit(job).map_err(OgError::from)
        })?;
        answered.await.map_err(|_gone| OgError::Closed)?
    }

    /// Returns the figures of this moment.
    #[must_use]
    pub fn figures(&self) -> Figures {
        let shared = &self.shared;
        Figures {
            renders: shared.renders.load(Ordering::Relaxed),
            hits: shared.hits.load(Ordering::Relaxed),
            queued: u64::try_from(self.workers.queued()).unwrap_or(u64::MAX),
            cache_bytes: shared.disk.get().map_or(0, DiskCache::bytes),
        }
    }
}

impl Shared {
    fn disk(&self) -> &DiskCache {
        self.disk.get_or_init(|| DiskCache::open(self.folder.clone(), self.cache_bytes_max))
    }

    /// Counts a card that is kept.
    fn found(&self, disk: &DiskCache, key: Key, now: Millis) -> Option<Arc<Drawn>> {
        let kept = self.kept(disk, key, now)?;
        self.hits.fetch_add(1, Ordering::Relaxed);
        Some(kept)
    }

    fn kept(&self, disk: &DiskCache, key: Key, now: Millis) -> Option<Arc<Drawn>> {
        if let Some(drawn) = self.memory.get(&key) {
            disk.touch(key, now);
            return Some(drawn);
        }
        let drawn = Arc::new(disk.get(key, now)?);
        self.memory.insert(key, Arc::clone(&drawn));
        Some(drawn)
    }

    /// Draws a card and keeps it.
    fn make(
        &self,
        key: Key,
        card: &Card,
        canvas: &mut Canvas,
        now: Millis,
    ) -> Result<Arc<Drawn>, OgError> {
        // Somebody may have drawn it between this request's look and its turn.
        if let Some(drawn) = self.kept(self.disk(), key, now) {
            return Ok(drawn);
        }
        let failed = |error: PressError| OgError::Press(Arc::new(error));
        let jpeg = self.press().map_err(failed)?.jpeg(card, &mut canvas.0).map_err(failed)?;
        self.renders.fetch_add(1, Ordering::Relaxed);
        let drawn = Arc::new(Drawn::new(jpeg));
        self.memory.insert(key, Arc::clone(&drawn));
        self.disk().put(key, &drawn, now);
        Ok(drawn)
    }

    fn press(&self) -> Result<&Press, PressError> {
        if let Some(press) = self.press.get() {
            return Ok(press);
        }
        // Two threads may prepare it at once; the first to finish is kept.
        let press = Press::new(&self.settings)?;
        Ok(self.press.get_or_init(|| press))
    }
}
