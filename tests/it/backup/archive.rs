//! What an archive is: one moment, whole, and found out when it is not.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use age::x25519::Identity;
use antesala::backup::{self, BackupError, Step, Watch};
use serde_json::json;

use super::{client, json_of, place_with, rows, sign_in, sign_up};
use crate::support::process::Place;
use crate::support::server::wait_for;

/// Looks away.
pub struct Blind;

impl Watch for Blind {
    fn is_stopped(&self) -> bool {
        false
    }
}

#[test]
fn archive_made_under_load_restores_elsewhere_and_lets_people_in() {
    let mut place = Place::on_file();
    place.set("ANTESALA_RATE_LIMIT__ENABLED", "false");
    place.set("ANTESALA_LOG__LEVEL", "warn");
    let server = place.serve();
    sign_up(&server, "ana@ejemplo.es");
    fs::create_dir_all(place.path("data/uploads/cv")).unwrap();
    fs::write(place.path("data/uploads/cv/ana.pdf"), vec![7; 300_000]).unwrap();
    let (over, written) = (AtomicBool::new(false), AtomicUsize::new(0));
    let before = thread::scope(|scope| {
        for writer in 0..4 {
            let (server, over, written) = (&server, &over, &written);
            scope.spawn(move || {
                let mut visitor = client(server);
                for n in 0.. {
                    if over.load(Ordering::Relaxed) {
                        return;
                    }
                    let email = format!("p{writer}-{n}@ejemplo.es");
                    let body = json!({"email": email, "role": "professional"});
                    visitor.post("/api/waitlist", body).expect(201);
                    written.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        let enough = |more: usize| {
            let from = written.load(Ordering::Relaxed);
            wait_for("writes", || (written.load(Ordering::Relaxed) >= from + more).then_some(()));
        };
        enough(100);
        let before = written.load(Ordering::Relaxed);
        let said = place.ok(&["backup", "copia.tar.zst"]);
        assert!(said.contains("restored into a scratch folder and compared"), "{said}");
        enough(1);
        over.store(true, Ordering::Relaxed);
        before
    });
    let manifest = json_of(&place.ok(&["backup", "verify", "copia.tar.zst", "--json"]));
    let waiting = usize::try_from(manifest["rows"]["waitlist"].as_i64().unwrap()).unwrap();
    assert!((before..=written.load(Ordering::Relaxed)).contains(&waiting), "{before} {waiting}");
    let elsewhere = Place::on_file();
    let secret = place.path("data/auth.secret");
    elsewhere.ok(&[
        "restore",
        place.path("copia.tar.zst").to_str().unwrap(),
        "--auth-secret-file",
        secret.to_str().unwrap(),
    ]);
    assert_eq!(json!(rows(&elsewhere)), manifest["rows"]);
    let sound: String = super::file_of(&elsewhere)
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(sound, "ok");
    assert_eq!(fs::read(elsewhere.path("data/uploads/cv/ana.pdf")).unwrap(), vec![7; 300_000]);
    let again = elsewhere.serve();
    sign_in(&again, "ana@ejemplo.es").expect(200);
}

/// Asserts that every change of a byte is found, near both ends and every few bytes between.
fn every_flip_is_found(archive: &Path, identities: &[Identity]) {
    let whole = fs::read(archive).unwrap();
    let scratch = tempfile::tempdir().unwrap();
    let copy = scratch.path().join("copy");
    let outcome = |bytes: &[u8]| {
        fs::write(&copy, bytes).unwrap();
        backup::verify(&copy, scratch.path(), identities, &Blind)
    };
    outcome(&whole).unwrap();
    let ends = (0..300).chain(whole.len() - 300..whole.len());
    for at in ends.chain((300..whole.len() - 300).step_by(whole.len() / 60)) {
        for bit in [0x01, 0x20] {
            let mut flipped = whole.clone();
            flipped[at] ^= bit;
            let found = outcome(&flipped).map(|_manifest| at).unwrap_err();
            let is_found =
                matches!(found, BackupError::Damaged { .. } | BackupError::WrongIdentity { .. });
            assert!(is_found, "byte {at}: {found}");
        }
    }
    for cut in [0, 1, 40, whole.len() / 2, whole.len() - 1] {
        assert!(outcome(&whole[..cut]).is_err(), "cut at {cut}");
    }
    assert!(outcome(&[whole.as_slice(), b"x"].concat()).is_err());
    let left: Vec<_> = fs::read_dir(scratch.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "scratch folders are gone: {left:?}");
}

#[test]
fn flipped_byte_is_found_wherever_it_is() {
    let place = place_with("ana@ejemplo.es");
    place.ok(&["backup", "copia.tar.zst"]);
    every_flip_is_found(&place.path("copia.tar.zst"), &[]);
}

#[test]
fn encrypted_archive_holds_the_keys_and_opens_to_its_recipient_alone() {
    let mut place = place_with("ana@ejemplo.es");
    let (own, other) = (Identity::generate(), Identity::generate());
    place.set("ANTESALA_BACKUP__RECIPIENT", &own.to_public().to_string());
    let said = place.ok(&["backup"]);
    let archive = said.lines().find_map(|line| line.strip_prefix("archive: ")).unwrap().to_owned();
    assert!(archive.ends_with(".tar.zst.age"), "{archive}");
    let archive = place.path(&archive);
    assert_eq!(archive.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let bytes = fs::read(&archive).unwrap();
    assert!(bytes.starts_with(b"age-encryption.org/v1\n"));
    let file = archive.to_str().unwrap();
    assert!(place.fails(&["backup", "verify", file], 1).contains("--identity"));
    write_identity(&place, "other.key", &other);
    let said = place.fails(&["backup", "verify", file, "--identity", "other.key"], 1);
    assert!(said.contains("another identity"), "{said}");
    write_identity(&place, "own.key", &own);
    let whole = place.ok(&["backup", "verify", file, "--identity", "own.key"]);
    assert!(whole.contains("with its keys"), "{whole}");
    every_flip_is_found(&archive, &[own]);
}

pub fn write_identity(place: &Place, name: &str, identity: &Identity) {
    use age::secrecy::ExposeSecret as _;
    place.write(name, &format!("# key\n{}\n", identity.to_string().expose_secret()));
}

#[test]
fn open_archive_holds_no_keys_and_says_so() {
    let place = place_with("ana@ejemplo.es");
    let output = place.run(&["backup", "copia.tar.zst"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && said.contains("auth.secret"), "{said}");
    let secret = fs::read_to_string(place.path("data/auth.secret")).unwrap();
    let open = zstd::decode_all(fs::File::open(place.path("copia.tar.zst")).unwrap()).unwrap();
    let holds = |text: &str| open.windows(text.len()).any(|bytes| bytes == text.as_bytes());
    assert!(holds("manifest.json") && !holds(secret.trim()), "the keys are in it");
    let verified = json_of(&place.ok(&["backup", "verify", "copia.tar.zst", "--json"]));
    assert_eq!(verified["keys"]["included"], false);
}

#[test]
fn archives_are_listed_and_what_is_there_is_never_overwritten() {
    let place = place_with("ana@ejemplo.es");
    assert_eq!(json_of(&place.ok(&["backup", "list", "--json"])), json!([]));
    place.ok(&["backup"]);
    place.ok(&["backup"]);
    let listed = json_of(&place.ok(&["backup", "list", "--json"]));
    // The newest of a day is what stays.
    assert_eq!(listed.as_array().unwrap().len(), 1, "{listed}");
    assert_eq!(listed[0]["encrypted"], false);
    place.write("copia.tar.zst", "mine");
    let said = place.fails(&["backup", "copia.tar.zst"], 1);
    assert!(said.contains("is there already"), "{said}");
    assert_eq!(fs::read_to_string(place.path("copia.tar.zst")).unwrap(), "mine");
    let left = fs::read_dir(place.path("data")).unwrap().flatten();
    let scratch = left.filter(|entry| entry.file_name().to_string_lossy().starts_with(".backup"));
    assert_eq!(scratch.count(), 0);
}

/// Ends the work at one of its steps.
struct StopAt {
    step: Step,
    is_reached: AtomicBool,
}

impl Watch for StopAt {
    fn is_stopped(&self) -> bool {
        self.is_reached.load(Ordering::Relaxed)
    }

    fn begins(&self, step: Step, _bytes: u64) {
        self.is_reached.fetch_or(step == self.step, Ordering::Relaxed);
    }
}

#[test]
fn work_that_is_stopped_leaves_nothing_behind() {
    let place = place_with("ana@ejemplo.es");
    let source = backup::Source {
        database: place.path("data/antesala.db"),
        data_dir: place.path("data"),
        keys: backup::keys::Keys::default(),
        recipient: None,
        entropy: antesala::base::entropy::Entropy::System,
        free_bytes_min: 0,
    };
    let before: Vec<String> = super::contents(&place.path("data")).into_keys().collect();
    for step in [Step::Copy, Step::Pack, Step::Unpack] {
        let watch = StopAt { step, is_reached: AtomicBool::new(false) };
        let now = antesala::base::clock::Millis(0);
        let stopped = backup::create(&source, &place.path("data/x.tar.zst"), now, &watch);
        assert!(matches!(stopped, Err(BackupError::Stopped)), "{step:?}: {stopped:?}");
        let after: Vec<String> = super::contents(&place.path("data")).into_keys().collect();
        assert_eq!(before, after, "{step:?}");
    }
}

#[test]
fn backup_that_would_fill_the_disk_is_not_begun() {
    let mut place = place_with("ana@ejemplo.es");
    place.set("ANTESALA_UPLOADS__FREE_DISK_BYTES_MIN", "1125899906842624");
    let said = place.fails(&["backup", "copia.tar.zst"], 1);
    assert!(said.contains("uploads.free_disk_bytes_min"), "{said}");
    assert!(!place.path("copia.tar.zst").exists());
}
