//! Whatever is sealed is found by the walk that seals anew; the source itself is read.

use antesala::app::keys::Sealed;

use crate::support::source::sources;

/// Where something is sealed or opened under a key of ours, and what `app::rotation` walks.
const SEALING: [&str; 2] = ["app/grants.rs", "app/post.rs"];

fn derives_keys(code: &str) -> bool {
    ["HmacKey::derived(", "SealKey::derive(", "crypto::derive("].iter().any(|it| code.contains(it))
}

#[test]
fn everything_that_is_sealed_is_sealed_anew_by_a_rotation() {
    let mut callers = Vec::new();
    for file in sources("src") {
        let makes_keys = file.code.contains("SealKey::derive(");
        let is_home = ["app/keys.rs", "base/crypto.rs", "base/keyring.rs"];
        assert!(!makes_keys || is_home.contains(&file.path.as_str()), "{} seals", file.path);
        if file.code.contains(".keys.seal(") {
            callers.push(file.path);
        }
    }
    assert_eq!(callers, SEALING, "say in app/rotation.rs where the sealed values lie");
    let rotation = sources("src").into_iter().find(|file| file.path == "app/rotation.rs").unwrap();
    for what in Sealed::ALL {
        assert!(rotation.code.contains(&format!("Sealed::{what:?} =>")), "{what:?} is not walked");
    }
}

#[test]
fn every_use_of_a_secret_stands_in_the_table_of_the_documentation() {
    let table = std::fs::read_to_string(crate::support::source::root().join("docs/security.md"));
    let table = table.unwrap();
    let cookies = sources("src").into_iter().find(|file| file.path == "http/cookie.rs").unwrap();
    let cookies = cookies.text.split("&str = \"").skip(1).map(|rest| rest.split('"').next());
    let cookies: Vec<_> = cookies.map(|name| format!("`{}`", name.unwrap())).collect();
    assert!(cookies.len() >= 4, "{cookies:?}");
    for name in &cookies {
        assert!(table.contains(name), "the cookie {name} is not in docs/security.md");
    }
    for name in ["session_token", "dont_remember", "$ba$"] {
        assert!(table.contains(name), "{name} is not in docs/security.md");
    }
    // A new key has a new label, and a row in the table.
    let mut labels = Vec::new();
    for file in sources("src") {
        if !file.path.starts_with("base/") && derives_keys(&file.code) {
            let labelled = file.text.split("\"antesala ").skip(1);
            labels.extend(
                labelled.map(|rest| format!("antesala {}", rest.split('"').next().unwrap())),
            );
        }
    }
    assert!(labels.len() >= 5, "{labels:?}");
    for label in labels {
        assert!(table.contains(&format!("`{label}`")), "{label} is not in docs/security.md");
    }
}
