//! What is kept on the disk.

use std::fs;
use std::path::{Path, PathBuf};

use super::{card, figure, open_server};
use crate::support::Server;

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = fs::read_dir(folder.join("og-cache"))
        .map(|files| files.map(|file| file.unwrap().path()).collect())
        .unwrap_or_default();
    files.sort();
    files
}

fn bytes(folder: &Path) -> u64 {
    files(folder).iter().map(|file| file.metadata().unwrap().len()).sum()
}

#[test]
fn card_survives_a_restart_and_a_damaged_one_is_drawn_again() {
    let server = open_server(&[]);
    let path = "/api/og?title=Guardada";
    let drawn = card(server.visitor().get(path));
    let folder = server.stop();
    let again = Server::in_folder(folder, &[]);
    assert!(card(again.visitor().get(path)) == drawn);
    assert_eq!((figure(&again, "renders_total"), figure(&again, "hits_total")), (0, 1));
    let folder = again.stop();
    let [file] = files(folder.path()).try_into().unwrap();
    let mut damaged = fs::read(&file).unwrap();
    damaged[1000] ^= 1;
    fs::write(&file, damaged).unwrap();
    let third = Server::in_folder(folder, &[]);
    assert!(card(third.visitor().get(path)) == drawn);
    assert_eq!(figure(&third, "renders_total"), 1);
    assert!(fs::read(file).unwrap() == drawn);
}

#[test]
fn disk_stays_within_its_bound() {
    let server = open_server(&[("ANTESALA_OG__CACHE_BYTES_MAX", "100000")]);
    let mut visitor = server.visitor();
    for number in 0..12 {
        card(visitor.get(&format!("/api/og?title=Tarjeta%20{number}")));
        assert!(bytes(server.folder()) <= 100_000);
        assert_eq!(figure(&server, "bytes"), bytes(server.folder()));
    }
    assert!(!files(server.folder()).is_empty());
}

#[test]
fn changed_brand_is_another_card_and_nothing_is_kept_without_room() {
    let server = open_server(&[("ANTESALA_OG__CACHE_BYTES_MAX", "0")]);
    let path = "/api/og?title=Una";
    let first = server.visitor().get(path);
    let etag = first.header("etag").unwrap().to_owned();
    card(first);
    let folder = server.stop();
    assert!(files(folder.path()).is_empty());
    let renamed = Server::in_folder(folder, &[("ANTESALA_BRAND__NAME", "Otro nombre")]);
    assert_ne!(renamed.visitor().get(path).header("etag").unwrap(), etag);
}
