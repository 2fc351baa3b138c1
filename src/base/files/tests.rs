//! What becomes of files that are brought, kept, read and removed.

use super::*;
use crate::base::bounds::FILE_PIECE_BYTES;

const NOW: Millis = Millis(1_800_000_000_000);

fn files(folder: &Path) -> Files {
    Files::of(folder, Entropy::System, 0)
}

fn names(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries.map(|entry| entry.unwrap().path()).collect()
}

#[tokio::test]
async fn kept_file_lies_under_its_digest_and_equal_ones_are_one() {
    let folder = tempfile::tempdir().unwrap();
    let files = files(folder.path());
    let first = files.keep_bytes(b"hola".to_vec(), NOW).await.unwrap().digest;
    let second = files.keep_bytes(b"hola".to_vec(), NOW).await.unwrap().digest;
    assert_eq!(first, second);
    let known = "b221d9dbb083a7f33428d7c2a3c3198ae925614d70210e28716ccaa7cd4ddb79";
    assert_eq!(first.as_str(), known);
    assert_eq!(files.path(&first), folder.path().join("b2").join(known));
    let reading = files.open(&first).await.unwrap();
    assert_eq!(reading.size_bytes(), 4);
    assert_eq!(files.next(reading).await.unwrap().0, b"hola");
    assert_eq!(files.list(0xb2).await.unwrap().len(), 1);
    assert!(names(&folder.path().join(".incoming")).is_empty());
}

#[tokio::test]
async fn draft_that_nobody_keeps_leaves_nothing_and_slots_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let files = files(folder.path());
    let mut drafts = Vec::new();
    for _ in 0..UPLOADS_MAX {
        drafts.push(files.begin().await.unwrap());
    }
    assert!(matches!(files.begin().await, Err(FileError::Busy)));
    assert_eq!(names(&folder.path().join(".incoming")).len(), UPLOADS_MAX);
    drafts.clear();
    assert!(names(&folder.path().join(".incoming")).is_empty());
    assert!(files.begin().await.is_ok());
}

#[tokio::test]
async fn only_what_is_idle_is_removed() {
    let folder = tempfile::tempdir().unwrap();
    let files = files(folder.path());
    let digest = files.keep_bytes(b"hola".to_vec(), NOW).await.unwrap().digest;
    assert!(!files.remove_if_idle(&digest, NOW).await.unwrap());
    files.keep_bytes(b"hola".to_vec(), NOW.plus_s(60)).await.unwrap();
    assert!(!files.remove_if_idle(&digest, NOW.plus_s(30)).await.unwrap());
    assert!(files.remove_if_idle(&digest, NOW.plus_s(61)).await.unwrap());
    assert!(!files.remove_if_idle(&digest, NOW.plus_s(61)).await.unwrap(), "it is gone");
    assert!(matches!(files.open(&digest).await, Err(FileError::Missing)));
}

#[tokio::test]
async fn file_is_read_in_pieces_to_its_end_though_it_was_removed() {
    let folder = tempfile::tempdir().unwrap();
    let files = files(folder.path());
    let bytes: Vec<u8> = (0..=255).cycle().take(FILE_PIECE_BYTES * 2 + 7).collect();
    let digest = files.keep_bytes(bytes.clone(), NOW).await.unwrap().digest;
    let mut reading = files.open(&digest).await.unwrap();
    assert!(files.remove_if_idle(&digest, NOW.plus_s(1)).await.unwrap());
    let mut read = Vec::new();
    loop {
        let (piece, next) = files.next(reading).await.unwrap();
        assert!(piece.len() <= FILE_PIECE_BYTES);
        if piece.is_empty() {
            break;
        }
        read.extend_from_slice(&piece);
        reading = next;
    }
    assert!(read == bytes);
}

#[tokio::test]
async fn open_files_are_bounded_and_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let files = files(folder.path());
    let digest = files.keep_bytes(b"hola".to_vec(), NOW).await.unwrap().digest;
    let mut open = Vec::new();
    for _ in 0..FILE_READERS_MAX {
        open.push(files.open(&digest).await.unwrap());
    }
    assert!(matches!(files.open(&digest).await, Err(FileError::Busy)));
    open.pop();
    assert!(files.open(&digest).await.is_ok());
}

#[tokio::test]
async fn nobody_is_alone_while_a_kept_file_waits_for_its_row() {
    let folder = tempfile::tempdir().unwrap();
    let (files, other) = (files(folder.path()), files(folder.path()));
    let kept = files.keep_bytes(b"hola".to_vec(), NOW).await.unwrap();
    assert!(files.alone().await.unwrap().is_none());
    assert!(other.alone().await.unwrap().is_none(), "another process on the same folder");
    let digest = kept.digest.clone();
    drop(kept);
    let alone = other.alone().await.unwrap().unwrap();
    other.remove(alone, &digest).await.unwrap();
    assert!(matches!(files.open(&digest).await, Err(FileError::Missing)));
}

#[tokio::test]
async fn nothing_begins_on_a_disk_that_is_nearly_full() {
    let folder = tempfile::tempdir().unwrap();
    let files = Files::of(folder.path(), Entropy::System, u64::MAX);
    assert!(matches!(files.begin().await, Err(FileError::Scarce { .. })));
    assert!(names(&folder.path().join(".incoming")).is_empty());
}

#[tokio::test]
async fn leftovers_of_a_crash_go_when_they_are_old() {
    let folder = tempfile::tempdir().unwrap();
    let files = files(folder.path());
    std::mem::drop(files.begin().await.unwrap());
    let left = folder.path().join(".incoming/left");
    std::fs::write(&left, "half").unwrap();
    assert_eq!(files.remove_drafts(Millis(0)).await.unwrap(), 0);
    assert_eq!(files.remove_drafts(Millis(i64::MAX / 2)).await.unwrap(), 1);
    assert!(!left.exists());
}
