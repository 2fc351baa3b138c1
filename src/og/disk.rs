//! Cards on the disk: the least recently used go first, and a damaged one is none.
//!
//! A card is one file, `KEY.CHECKSUM.jpg`; what the folder holds is the cache, so it
//! survives a restart and may be deleted at any time. When each card was last used is
//! its file's time, written now and then. What the disk refuses is logged and costs a
//! drawing, never an answer.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use super::drawn::{Checksum, Drawn, Key};
use crate::base::bounds::{OG_CACHE_FILES_MAX, OG_TOUCH_S};
use crate::base::clock::Millis;
use crate::base::own;

/// The cards of one folder.
pub struct DiskCache {
    folder: PathBuf,
    bytes_max: u64,
    index: Mutex<Index>,
}

#[derive(Default)]
struct Index {
    entries: HashMap<Key, Entry>,
    bytes: u64,
    /// Counts uses, so that two of one millisecond have an order.
    clock: u64,
}

#[derive(Clone, Copy)]
struct Entry {
    checksum: Checksum,
    bytes: u64,
    used: u64,
    /// When its file was last told of a use.
    told_at: Millis,
}

impl DiskCache {
    /// Looks at what the folder holds.
    ///
    /// # Cost
    /// About 3 µs a file.
    #[must_use]
    pub fn open(folder: PathBuf, bytes_max: u64) -> Self {
        let mut found = if bytes_max == 0 { Vec::new() } else { list(&folder) };
        found.sort_by_key(|(_, entry)| entry.told_at);
        let mut index = Index::default();
        for (key, entry) in found {
            index.insert(key, entry);
        }
        let cache = Self { folder, bytes_max, index: Mutex::new(index) };
        cache.make_room();
        cache
    }

    /// Returns a card; a damaged one is deleted instead.
    ///
    /// # Cost
    /// One file read.
    #[must_use]
    pub fn get(&self, key: Key, now: Millis) -> Option<Drawn> {
        let checksum = self.index().entries.get(&key)?.checksum;
        let path = self.path(key, checksum);
        let drawn = fs::read(&path).ok().map(Drawn::new).filter(|one| one.checksum == checksum);
        if drawn.is_none() {
            tracing::warn!(card = %key, "card in the cache is damaged");
            self.index().remove(key);
            let _ = fs::remove_file(&path);
            return None;
        }
        self.touch(key, now);
        drawn
    }

    /// Writes down that a card was used.
    pub fn touch(&self, key: Key, now: Millis) {
        let Some(checksum) = self.index().touch(key, now) else { return };
        // A time that cannot be written costs the card its place in the order.
        let _ = set_time(&self.path(key, checksum), now);
    }

    /// Keeps a card, and deletes others to make room for it.
    pub fn put(&self, key: Key, drawn: &Drawn, now: Millis) {
        if u64::try_from(drawn.jpeg.len()).is_ok_and(|bytes| bytes > self.bytes_max) {
            return;
        }
        if let Err(error) = self.write(key, drawn, now) {
            tracing::warn!(error = %error, "card cannot be kept on the disk");
            return;
        }
        let bytes = u64::try_from(drawn.jpeg.len()).unwrap_or(u64::MAX);
        let entry = Entry { checksum: drawn.checksum, bytes, used: 0, told_at: now };
        self.index().insert(key, entry);
        self.make_room();
    }

    /// Returns the bytes of all cards.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.index().bytes
    }

    /// The file appears whole or not at all; after a power cut its sum tells.
    fn write(&self, key: Key, drawn: &Drawn, now: Millis) -> io::Result<()> {
        own::folder(&self.folder)?;
        let path = self.path(key, drawn.checksum);
        let draft = path.with_extension("tmp");
        // What a crash left there, or a link that somebody put: its target stays as it is.
        let _ = fs::remove_file(&draft);
        let opened = own::options().write(true).create_new(true).open(&draft);
        let written = opened.and_then(|mut file| file.write_all(&drawn.jpeg));
        let outcome =
            written.and_then(|()| set_time(&draft, now)).and_then(|()| fs::rename(&draft, &path));
        if outcome.is_err() {
            let _ = fs::remove_file(&draft);
        }
        outcome
    }

    fn make_room(&self) {
        let leaving = self.index().least_used(self.bytes_max);
        for (key, checksum) in leaving {
            let _ = fs::remove_file(self.path(key, checksum));
        }
    }

    fn path(&self, key: Key, checksum: Checksum) -> PathBuf {
        self.folder.join(format!("{key}.{checksum}.jpg"))
    }

    fn index(&self) -> MutexGuard<'_, Index> {
        self.index.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Index {
    fn insert(&mut self, key: Key, entry: Entry) {
        self.remove(key);
        self.clock += 1;
        self.bytes += entry.bytes;
        self.entries.insert(key, Entry { used: self.clock, ..entry });
    }

    fn remove(&mut self, key: Key) {
        if let Some(entry) = self.entries.remove(&key) {
            self.bytes -= entry.bytes;
        }
    }

    /// Puts a card to the end of the order; returns its sum when its file must be told.
    fn touch(&mut self, key: Key, now: Millis) -> Option<Checksum> {
        self.clock += 1;
        let entry = self.entries.get_mut(&key)?;
        entry.used = self.clock;
        if now.since_ms(entry.told_at) < OG_TOUCH_S * 1000 {
            return None;
        }
        entry.told_at = now;
        Some(entry.checksum)
    }

    /// Takes out what must leave. When the cache is full, a tenth of it leaves at once,
    /// so that the order is looked for once in many cards.
    fn least_used(&mut self, bytes_max: u64) -> Vec<(Key, Checksum)> {
        if self.bytes <= bytes_max && self.entries.len() <= OG_CACHE_FILES_MAX {
            return Vec::new();
        }
        let (bytes_goal, files_goal) = (bytes_max / 10 * 9, OG_CACHE_FILES_MAX / 10 * 9);
        let mut order: Vec<(u64, Key, Checksum)> =
            self.entries.iter().map(|(key, entry)| (entry.used, *key, entry.checksum)).collect();
        order.sort_unstable_by_key(|(used, ..)| *used);
        // What was used last stays: it is what the room is made for.
        order.pop();
        let mut leaving = Vec::new();
        for (_, key, checksum) in order {
            if self.bytes <= bytes_goal && self.entries.len() <= files_goal {
                break;
            }
            self.remove(key);
            leaving.push((key, checksum));
        }
        leaving
    }
}

/// Lists the cards of a folder, and deletes drafts that a crash has left.
fn list(folder: &Path) -> Vec<(Key, Entry)> {
    let Ok(files) = fs::read_dir(folder) else { return Vec::new() };
    let mut found = Vec::new();
    for file in files.flatten() {
        let name = file.file_name();
        let name = name.to_string_lossy();
        if name.ends_with(".tmp") {
            let _ = fs::remove_file(file.path());
        } else if let (Some((key, checksum)), Ok(metadata)) = (names(&name), file.metadata()) {
            let entry =
                Entry { checksum, bytes: metadata.len(), used: 0, told_at: time(&metadata) };
            found.push((key, entry));
        }
    }
    found
}

fn names(file: &str) -> Option<(Key, Checksum)> {
    let (key, checksum) = file.strip_suffix(".jpg")?.split_once('.')?;
    Some((Key::parse(key)?, Checksum::parse(checksum)?))
}

fn time(metadata: &fs::Metadata) -> Millis {
    let since =
        metadata.modified().ok().and_then(|it| it.duration_since(SystemTime::UNIX_EPOCH).ok());
    Millis(since.and_then(|since| i64::try_from(since.as_millis()).ok()).unwrap_or(0))
}

fn set_time(path: &Path, now: Millis) -> io::Result<()> {
    let since = Duration::from_millis(u64::try_from(now.0).unwrap_or(0));
    File::options().write(true).open(path)?.set_modified(SystemTime::UNIX_EPOCH + since)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(number: u8) -> Key {
        Key::of(&[number; 32], "")
    }

    fn card(number: u8) -> Drawn {
        Drawn::new(vec![number; 1000])
    }

    fn at(seconds: i64) -> Millis {
        Millis(1_800_000_000_000).plus_s(seconds)
    }

    fn files(folder: &Path) -> usize {
        fs::read_dir(folder).unwrap().count()
    }

    #[test]
    fn least_recently_used_cards_leave_first_and_their_files_with_them() {
        let folder = tempfile::tempdir().unwrap();
        let cache = DiskCache::open(folder.path().to_owned(), 10_000);
        for number in 0..10 {
            cache.put(key(number), &card(number), at(0));
        }
        // Used again within the same moment: the order tells, not the time.
        assert!(cache.get(key(0), at(0)).is_some());
        cache.put(key(10), &card(10), at(0));
        assert!(cache.bytes() <= 10_000);
        assert!(cache.get(key(1), at(0)).is_none() && cache.get(key(2), at(0)).is_none());
        assert!(cache.get(key(0), at(0)).is_some() && cache.get(key(10), at(0)).is_some());
        assert_eq!(files(folder.path()), 9);
    }

    #[test]
    fn order_survives_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let open = |bytes_max| DiskCache::open(folder.path().to_owned(), bytes_max);
        let cache = open(10_000);
        for number in 0..3 {
            cache.put(key(number), &card(number), at(i64::from(number)));
        }
        cache.touch(key(0), at(OG_TOUCH_S + 10));
        let cache = open(2_500);
        assert!(cache.get(key(0), at(0)).is_some(), "used last");
        assert!(cache.get(key(1), at(0)).is_none(), "used first");
    }

    #[test]
    fn damaged_cards_and_drafts_are_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let cache = DiskCache::open(folder.path().to_owned(), 10_000);
        cache.put(key(1), &card(1), at(0));
        cache.put(key(2), &card(2), at(0));
        let path = |number| cache.path(key(number), card(number).checksum);
        fs::write(path(1), vec![1; 999]).unwrap();
        fs::write(path(2), vec![3; 1000]).unwrap();
        fs::write(folder.path().join("x.tmp"), b"").unwrap();
        fs::write(folder.path().join("not a card.jpg"), b"").unwrap();
        assert!(cache.get(key(1), at(0)).is_none() && cache.get(key(2), at(0)).is_none());
        assert_eq!(cache.bytes(), 0);
        let again = DiskCache::open(folder.path().to_owned(), 10_000);
        assert_eq!(again.bytes(), 0);
        assert_eq!(files(folder.path()), 1, "what is no card is nobody's to delete");
    }

    #[test]
    fn nothing_is_kept_without_room() {
        let folder = tempfile::tempdir().unwrap();
        for bytes_max in [0, 999] {
            let cache = DiskCache::open(folder.path().join("og"), bytes_max);
            cache.put(key(1), &card(1), at(0));
            assert!(cache.get(key(1), at(0)).is_none());
        }
        assert_eq!(files(folder.path()), 0);
    }
}
