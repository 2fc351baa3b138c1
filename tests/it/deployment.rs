//! The unit and the image that operators copy: what they promise stands in them.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use crate::support::process::Place;
use crate::support::source::root;

fn example(name: &str) -> String {
    fs::read_to_string(root().join("docs/examples").join(name)).unwrap()
}

/// Reads the assignments of the section `[Service]`; a key may come more than once.
fn service(unit: &str) -> BTreeMap<String, Vec<String>> {
    let (_head, section) = unit.split_once("[Service]").unwrap();
    let section = section.split("\n[").next().unwrap();
    let mut found = BTreeMap::<String, Vec<String>>::new();
    for line in section.lines().filter(|line| !line.starts_with('#')) {
        let Some((key, value)) = line.split_once('=') else { continue };
        found.entry(key.to_owned()).or_default().push(value.to_owned());
    }
    found
}

#[test]
fn unit_gives_the_server_its_folder_and_nothing_else() {
    let service = service(&example("antesala.service"));
    for (key, values) in [
        ("UMask", &["0077"][..]),
        ("MemoryMax", &["512M"]),
        ("LimitCORE", &["0"]),
        ("SystemCallFilter", &["@system-service", "~@privileged"]),
        ("SystemCallArchitectures", &["native"]),
        ("CapabilityBoundingSet", &[""]),
        ("AmbientCapabilities", &[""]),
        ("RestrictAddressFamilies", &["AF_INET AF_INET6 AF_UNIX"]),
        ("ProtectSystem", &["strict"]),
        ("StateDirectory", &["antesala"]),
        ("StateDirectoryMode", &["0700"]),
        ("NoNewPrivileges", &["yes"]),
        ("PrivateTmp", &["yes"]),
        ("PrivateDevices", &["yes"]),
        ("RestrictNamespaces", &["yes"]),
        ("MemoryDenyWriteExecute", &["yes"]),
        ("LockPersonality", &["yes"]),
        ("ProtectKernelTunables", &["yes"]),
        ("ExecStart", &["/usr/local/bin/antesala serve"]),
    ] {
        assert_eq!(
            service.get(key).map(Vec::as_slice),
            Some(&values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>()[..]),
            "{key}"
        );
    }
    assert_ne!(service["User"], ["root"]);
    // What it sets is what the configuration knows.
    let mut place = Place::bare();
    for variable in &service["Environment"] {
        let (name, value) = variable.split_once('=').unwrap();
        place.set(name, value);
    }
    place.ok(&["config", "check"]);
}

#[test]
fn unit_is_rated_by_systemd_where_it_is_there() {
    let unit = root().join("docs/examples/antesala.service");
    let rated = Command::new("systemd-analyze")
        .args(["security", "--offline=true", "--threshold=20", "--no-pager"])
        .arg(unit)
        .output();
    // Not every machine has it; those of the tests and of operators do.
    let Ok(rated) = rated else { return };
    let said = String::from_utf8_lossy(&rated.stdout).into_owned();
    let errors = String::from_utf8_lossy(&rated.stderr).into_owned();
    assert!(rated.status.success(), "worse than 2.0:\n{said}{errors}");
    assert!(!errors.contains("Unknown") && !errors.contains("Failed to parse"), "{errors}");
}

#[test]
fn image_runs_as_a_user_of_its_own_and_keeps_all_in_its_volume() {
    let image = example("Dockerfile");
    for line in ["USER 10001:10001", "VOLUME /var/lib/antesala", "STOPSIGNAL SIGTERM"] {
        assert!(image.lines().any(|own| own == line), "{line}");
    }
    let told = fs::read_to_string(root().join("docs/deployment.md")).unwrap();
    for flag in ["--read-only", "--cap-drop ALL", "no-new-privileges", "--memory", "--pids-limit"] {
        assert!(told.contains(flag), "{flag}");
    }
    let secrets = image.lines().filter(|line| line.contains("SECRET") || line.contains("PASSWORD"));
    assert_eq!(secrets.count(), 0, "a layer of an image is no place for a secret");
}
