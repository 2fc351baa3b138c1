//! Files and folders are for their owner alone, whatever the umask and whatever waits
//! where they are written.

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown, symlink};
use std::path::{Path, PathBuf};

use rustix::process::Signal;
use serde_json::json;

use crate::support::Client;
use crate::support::database::is_postgres;
use crate::support::multipart::{bring, pdf};
use crate::support::process::{Place, Running};
use crate::support::server::{PASSWORD, SITE, wait_for};

/// What a file holds that must not be written.
const MINE: &str = "not antesala's";

fn sign_up(running: &Running) -> Client {
    let mut ana = Client::new(&running.base(), SITE);
    let body = json!({"name": "Ana", "email": "ana@ejemplo.es", "password": PASSWORD});
    ana.post("/api/auth/sign-up/email", body).expect(200);
    ana
}

/// Stops a server in order.
fn stop(running: Running) {
    running.signal(Signal::TERM);
    assert!(running.wait().success());
}

/// Lists a folder with everything in it.
fn tree(folder: &Path) -> Vec<PathBuf> {
    let mut all = vec![folder.to_owned()];
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(tree(&path));
        } else {
            all.push(path);
        }
    }
    all
}

/// Lists what group or others may do anything with.
fn open_to_others(paths: &[PathBuf]) -> Vec<String> {
    let open = paths.iter().filter_map(|path| {
        let mode = fs::symlink_metadata(path).unwrap().mode() & 0o777;
        (mode & 0o077 != 0).then(|| format!("{} {mode:o}", path.display()))
    });
    open.collect()
}

fn chmod(path: &Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// Runs a command under a umask that closes nothing.
#[track_caller]
fn ok_open_to_all(place: &Place, command: &str) {
    let output = place.shell(&format!("umask 000; \"$0\" {command}")).output().unwrap();
    assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Fills a data directory with one of everything that a server writes.
fn filled(place: &Place) {
    let running = place.serve_open_to_all();
    let mut ana = sign_up(&running);
    bring(&mut ana, "/api/profile/cv", "cv.pdf", &pdf(5_000)).expect(201);
    ana.get("/api/og?title=Hola").expect(200);
    let joined = json!({"email": "eva@ejemplo.es", "role": "professional"});
    ana.post("/api/waitlist", joined).expect(201);
    wait_for("a mail and a card", || {
        let cards = fs::read_dir(place.path("data/og-cache")).ok()?;
        (place.path("data/mail.jsonl").exists() && cards.count() > 0).then_some(())
    });
    let beside_a_server = open_to_others(&tree(&place.path("data")));
    assert!(beside_a_server.is_empty(), "{beside_a_server:#?}");
    stop(running);
}

#[test]
fn everything_that_is_written_is_for_its_owner_alone_whatever_the_umask() {
    let place = Place::on_file();
    filled(&place);
    fs::write(place.path("old.csv"), "old").unwrap();
    chmod(&place.path("old.csv"), 0o666);
    place.write("people.csv", "email\nno\n");
    let written = [
        ("backup copia.tar.zst", "copia.tar.zst"),
        ("backup", "data/backups"),
        ("waitlist export list.csv", "list.csv"),
        ("waitlist export old.csv", "old.csv"),
        ("user export ana@ejemplo.es ana.json", "ana.json"),
        ("og render --out card.jpg", "card.jpg"),
        ("migrate copy --to sqlite:other.db", "data/other.db"),
        ("import users --from people.csv --dry-run --report said.jsonl || true", "said.jsonl"),
        ("restore copia.tar.zst --yes", "data"),
    ];
    for (command, path) in written {
        ok_open_to_all(&place, command);
        let path = place.path(path);
        let open = open_to_others(&if path.is_dir() { tree(&path) } else { vec![path] });
        assert!(open.is_empty(), "{command}: {open:#?}");
    }
}

#[test]
fn what_an_older_version_left_open_is_closed_at_the_next_start() {
    let place = Place::on_file();
    filled(&place);
    let is_secret = |path: &Path| path.extension().is_some_and(|ending| ending == "secret");
    for path in tree(&place.path("data")).iter().filter(|path| !is_secret(path)) {
        chmod(path, if path.is_dir() { 0o755 } else { 0o644 });
    }
    stop(place.serve());
    let open = open_to_others(&tree(&place.path("data")));
    assert!(open.is_empty(), "{open:#?}");
    chmod(&place.path("data/antesala.db"), 0o664);
    place.ok(&["user", "list"]);
    assert!(open_to_others(&tree(&place.path("data"))).is_empty());
}

#[test]
fn folder_that_is_not_ours_is_refused_with_a_sentence() {
    let place = Place::on_file();
    place.ok(&["migrate", "up"]);
    chmod(&place.path("data"), 0o777);
    for command in [&["serve"][..], &["user", "list"], &["backup", "x.tar.zst"], &["migrate", "up"]]
    {
        let said = place.fails(command, 1);
        assert!(said.contains("everybody may write into"), "{command:?}: {said}");
    }
    chmod(&place.path("data"), 0o700);
    // Only root gives files away, and only then there is something to refuse.
    if rustix::process::geteuid().is_root() {
        chown(place.path("data/antesala.db"), Some(65_534), None).unwrap();
        let said = place.fails(&["serve"], 1);
        assert!(said.contains("belongs to user 65534"), "{said}");
    }
}

#[test]
fn link_that_waits_where_a_file_is_written_is_not_followed() {
    for name in [
        "antesala.db",
        "antesala.db-wal",
        "antesala.lock",
        "auth.secret",
        "mail.jsonl",
        "restore.unfinished",
        "uploads",
        "backups",
        "og-cache",
    ] {
        let place = Place::on_file();
        place.ok(&["migrate", "up"]);
        let _ = fs::remove_file(place.path("data").join(name));
        let _ = fs::remove_dir_all(place.path("data").join(name));
        place.write("victim", MINE);
        symlink(place.path("victim"), place.path("data").join(name)).unwrap();
        let said = place.fails(&["serve"], 1);
        assert!(said.contains(name) && said.contains("is a link"), "{name}: {said}");
        assert_eq!(fs::read_to_string(place.path("victim")).unwrap(), MINE, "{name}");
    }
}

#[test]
fn link_that_waits_under_a_drafts_or_an_exports_name_is_not_followed() {
    let place = Place::on_file();
    place.write("victim", MINE);
    fs::create_dir(place.path("data")).unwrap();
    chmod(&place.path("data"), 0o700);
    // The shell's process becomes the command's, so its number is known beforehand.
    let commands = [
        ("data/auth.$$.tmp", "migrate up"),
        ("data/auth.$$.tmp", "user list"),
        ("copia.tar.zst.$$.part", "backup copia.tar.zst"),
        ("list.csv", "waitlist export list.csv"),
        ("card.jpg", "og render --out card.jpg"),
        ("nowhere.tar.zst", "backup nowhere.tar.zst"),
    ];
    for (link, command) in commands {
        let script = format!("ln -s \"$PWD/victim\" {link}; exec \"$0\" {command}");
        let output = place.shell(&script).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(said.is_empty() || !said.contains("ln:"), "{command}: {said}");
        assert_eq!(fs::read_to_string(place.path("victim")).unwrap(), MINE, "{command}: {said}");
    }
    assert!(place.path("copia.tar.zst").metadata().unwrap().is_file());
    assert!(place.fails(&["waitlist", "export", "list.csv"], 1).contains("it is a link"));
}

#[test]
fn copy_before_a_migration_is_for_its_owner_alone() {
    if is_postgres() {
        return;
    }
    let place = Place::on_file();
    place.ok(&["migrate", "up"]);
    let last = "DELETE FROM migration WHERE number = (SELECT max(number) FROM migration)";
    place.database().execute(last);
    // The newest migration fails on tables that are there; its copy was made before.
    let _ = place.shell("umask 000; exec \"$0\" migrate up").output().unwrap();
    let copies = tree(&place.path("data/backups"));
    assert!(copies.len() > 1, "{copies:?}");
    assert!(open_to_others(&copies).is_empty(), "{:?}", open_to_others(&copies));
}
