//! Archives on their way to a bucket.

use std::fs;

use super::place_with;
use crate::support::bucket::BucketServer;
use crate::support::process::Place;

fn place_with_bucket(bucket: &BucketServer) -> Place {
    let mut place = place_with("ana@ejemplo.es");
    for (name, value) in bucket.settings() {
        place.set(name, &value);
    }
    place
}

/// Returns the one archive of the folder.
fn shelved(place: &Place) -> (String, Vec<u8>) {
    let archives = fs::read_dir(place.path("data/backups")).unwrap().flatten();
    let mut archives =
        archives.filter(|entry| entry.file_name().to_string_lossy().contains(".tar"));
    let archive = archives.next().unwrap();
    (archive.file_name().into_string().unwrap(), fs::read(archive.path()).unwrap())
}

#[test]
fn archive_is_copied_to_the_bucket_byte_by_byte() {
    let bucket = BucketServer::start();
    let place = place_with_bucket(&bucket);
    let said = place.ok(&["backup"]);
    let (name, bytes) = shelved(&place);
    assert!(said.contains(&format!("sitio/{name}")), "{said}");
    assert_eq!(bucket.objects()[&format!("sitio/{name}")], bytes);
    assert_eq!(bucket.asked().len(), 1, "{:?}", bucket.asked());
}

#[test]
fn large_archive_goes_in_parts_and_trouble_passes() {
    let bucket = BucketServer::start();
    let place = place_with_bucket(&bucket);
    // What cannot be packed smaller, a little more than two parts of it.
    fs::create_dir_all(place.path("data/uploads")).unwrap();
    let entropy = antesala::base::entropy::Entropy::seeded(7);
    let noise: Vec<u8> = (0..530_000).flat_map(|_n| entropy.bytes::<64>()).collect();
    fs::write(place.path("data/uploads/noise"), &noise).unwrap();
    bucket.fail(&[503, 500]);
    place.ok(&["backup"]);
    let (name, bytes) = shelved(&place);
    assert!(bytes.len() > 32 * 1024 * 1024);
    assert!(bucket.objects()[&format!("sitio/{name}")] == bytes, "the parts are not the whole");
    let puts = bucket.asked().iter().filter(|asked| asked.starts_with("PUT")).count();
    assert_eq!(puts, 3, "{:?}", bucket.asked());
}

#[test]
fn bucket_that_refuses_fails_the_backup_and_the_archive_stays() {
    let bucket = BucketServer::start();
    let mut place = place_with_bucket(&bucket);
    place.set("ANTESALA_BACKUP__S3_SECRET_KEY", "otraClave");
    let said = place.fails(&["backup"], 1);
    assert!(said.contains("SignatureDoesNotMatch"), "{said}");
    assert!(!said.contains("X-Amz") && !said.contains("otraClave"), "{said}");
    assert!(bucket.objects().is_empty());
    let (name, _bytes) = shelved(&place);
    place.ok(&["backup", "verify", &format!("data/backups/{name}")]);
}

#[test]
fn archive_that_anybody_can_read_goes_to_no_bucket_unless_somebody_says_so() {
    let bucket = BucketServer::start();
    let mut place = place_with_bucket(&bucket);
    place.set("ANTESALA_BACKUP__PLAINTEXT_TO_S3", "false");
    for command in [&["config", "check"][..], &["serve"], &["backup"], &["cron", "run", "backup"]] {
        let said = place.fails(command, 64);
        for part in ["backup.recipient", "age-keygen", "backup.plaintext_to_s3 = true"] {
            assert!(said.contains(part), "{command:?}: {part} in {said}");
        }
    }
    let own = age::x25519::Identity::generate().to_public().to_string();
    place.set("ANTESALA_BACKUP__RECIPIENT", &own);
    place.ok(&["backup"]);
    let objects = bucket.objects();
    assert_eq!(objects.len(), 1, "{:?}", objects.keys());
    assert!(objects.values().all(|object| object.starts_with(b"age-encryption.org/v1\n")));
}

#[test]
fn archive_that_anybody_can_read_stays_here_whatever_checked_the_settings() {
    let bucket = BucketServer::start();
    let place = place_with_bucket(&bucket);
    let environment = bucket.settings().map(|(name, value)| (name.to_owned(), value));
    let sources = antesala::config::Sources {
        environment: environment.into_iter().collect(),
        ..antesala::config::Sources::default()
    };
    let mut config = antesala::config::Config::load(&sources).unwrap();
    config.server.data_dir = place.path("data");
    config.backup.s3.as_mut().unwrap().takes_plaintext = false;
    let outcome = antesala::backup::routine(
        &config,
        &antesala::app::Ports::system(),
        &antesala::base::outbound::Outbound::new(),
        &super::archive::Blind,
    );
    let refused = outcome.map(|done| done.object).unwrap_err().to_string();
    assert!(refused.contains("backup.plaintext_to_s3"), "{refused}");
    assert!(bucket.objects().is_empty() && !place.path("data/backups").exists());
}
