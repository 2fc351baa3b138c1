//! The folder of archives: what lies there, and what goes to make room.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{BackupError, cannot};
use crate::base::clock::Millis;

const PREFIX: &str = "antesala-";
const OPEN: &str = ".tar.zst";
const ENCRYPTED: &str = ".tar.zst.age";

/// An archive in the folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shelved {
    /// Where it is.
    pub path: PathBuf,
    /// When it was made, by its name.
    pub created_at: Millis,
    /// Its length.
    pub bytes: u64,
    /// Whether it is encrypted, by its name.
    pub is_encrypted: bool,
}

/// Returns the name of an archive that is made now; names sort by time.
#[must_use]
pub fn file_name(now: Millis, is_encrypted: bool) -> String {
    let ending = if is_encrypted { ENCRYPTED } else { OPEN };
    format!("{PREFIX}{}{ending}", now.iso().replace(':', "-"))
}

/// Reads a name back; `None` for a file that is none of ours.
fn parsed(name: &str) -> Option<(Millis, bool)> {
    let rest = name.strip_prefix(PREFIX)?;
    let (moment, is_encrypted) = match rest.strip_suffix(ENCRYPTED) {
        Some(moment) => (moment, true),
        None => (rest.strip_suffix(OPEN)?, false),
    };
    let (day, time) = moment.split_once('T')?;
    let moment = Millis::parse_iso(&format!("{day}T{}", time.replace('-', ":")))?;
    Some((moment, is_encrypted))
}

/// Lists the archives of a folder, newest first; a missing folder has none.
///
/// # Errors
/// `Io`.
pub fn shelved(folder: &Path) -> Result<Vec<Shelved>, BackupError> {
    let failed = |error| cannot("read", folder, error);
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        let Some((created_at, is_encrypted)) = name.to_str().and_then(parsed) else { continue };
        let bytes = entry.metadata().map_err(failed)?.len();
        found.push(Shelved { path: entry.path(), created_at, bytes, is_encrypted });
    }
    found.sort_by_key(|archive| std::cmp::Reverse(archive.created_at));
    Ok(found)
}

/// Removes what is beyond the newest of each of so many days and weeks.
///
/// Days and weeks are those of UTC in which there is an archive. The newest of all
/// stays whatever the numbers. Returns how many went.
///
/// # Errors
/// `Io`.
pub fn rotate(folder: &Path, days: usize, weeks: usize) -> Result<usize, BackupError> {
    let all = shelved(folder)?;
    let moments: Vec<Millis> = all.iter().map(|archive| archive.created_at).collect();
    let stays = staying(&moments, days, weeks);
    let going = all.iter().filter(|archive| !stays.contains(&archive.created_at));
    let mut gone = 0;
    for archive in going {
        fs::remove_file(&archive.path).map_err(|error| cannot("remove", &archive.path, error))?;
        gone += 1;
    }
    Ok(gone)
}

/// Picks the moments that stay, of some that stand newest first.
fn staying(moments: &[Millis], days: usize, weeks: usize) -> BTreeSet<Millis> {
    let mut stays: BTreeSet<Millis> = moments.first().copied().into_iter().collect();
    let (mut days_seen, mut weeks_seen) = (BTreeSet::new(), BTreeSet::new());
    for moment in moments {
        let day = date(*moment);
        let week = (day.iso_week_date().year(), day.iso_week_date().week());
        if days_seen.len() < days && days_seen.insert(day) {
            stays.insert(*moment);
        }
        if weeks_seen.len() < weeks && weeks_seen.insert(week) {
            stays.insert(*moment);
        }
    }
    stays
}

fn date(moment: Millis) -> jiff::civil::Date {
    let moment = Timestamp::from_millisecond(moment.0).unwrap_or_default();
    TimeZone::UTC.to_datetime(moment).date()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_others_are_left_alone() {
        let now = Millis::parse_iso("2027-01-15T03:20:00.120Z").unwrap();
        for is_encrypted in [false, true] {
            assert_eq!(parsed(&file_name(now, is_encrypted)), Some((now, is_encrypted)));
        }
        for name in ["antesala-x.tar.zst", "other.tar.zst", "antesala-2027-01-15.tar.zst", "x"] {
            assert_eq!(parsed(name), None, "{name}");
        }
    }

    #[test]
    fn newest_of_each_day_and_week_stays() {
        let start = Millis::parse_iso("2027-03-01T03:20:00Z").unwrap();
        // Two a day for 60 days, newest first.
        let moments: Vec<Millis> =
            (0..120).rev().map(|half_day| start.plus_s(half_day * 43_200)).collect();
        let stays = staying(&moments, 7, 4);
        // 7 days; the 4 newest weeks add those that end before the 7 days begin.
        assert_eq!(stays.len(), 9, "{stays:?}");
        let newest_of_a_day = |moment: &&Millis| date(**moment) != date(moment.plus_s(43_200));
        assert_eq!(stays.iter().filter(newest_of_a_day).count(), 9);
        assert!(stays.contains(&moments[0]));
        assert_eq!(staying(&moments, 0, 0).into_iter().collect::<Vec<_>>(), [moments[0]]);
    }

    #[test]
    fn rotation_touches_nothing_that_is_not_an_archive() {
        let folder = tempfile::tempdir().unwrap();
        let start = Millis::parse_iso("2027-03-01T03:20:00Z").unwrap();
        for day in 0..10 {
            let name = file_name(start.plus_s(day * 86_400), false);
            fs::write(folder.path().join(name), "x").unwrap();
        }
        fs::write(folder.path().join("before-migration-0005.db"), "x").unwrap();
        assert_eq!(rotate(folder.path(), 3, 0).unwrap(), 7);
        assert_eq!(shelved(folder.path()).unwrap().len(), 3);
        assert!(folder.path().join("before-migration-0005.db").exists());
    }
}
