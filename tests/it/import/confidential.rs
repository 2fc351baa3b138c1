//! Secrets reach a command by a file or standard input, and not by its command line.

use crate::support::process::Place;

const URL: &str = "postgres://ana:clave-secreta@127.0.0.1:1/db?sslmode=disable";

#[test]
fn address_with_a_password_is_read_from_a_file_or_standard_input() {
    let place = Place::on_file();
    place.write("old.url", &format!("{URL}\n"));
    for (command, flag) in
        [(&["import", "better-auth"][..], "--from"), (&["migrate", "copy"], "--to")]
    {
        let file = format!("{flag}-file");
        let by_file = place.fails(&[command, &[file.as_str(), "old.url"]].concat(), 1);
        let by_input = place.with_input(&[command, &[file.as_str(), "-"]].concat(), URL);
        let by_input = String::from_utf8(by_input.stderr).unwrap();
        let typed = place.fails(&[command, &[flag, URL]].concat(), 1);
        for said in [&by_file, &by_input, &typed] {
            assert!(said.contains("127.0.0.1:1") || said.contains("connect"), "{said}");
            assert!(!said.contains("clave-secreta"), "{said}");
        }
        assert!(!by_file.contains("warning") && !by_input.contains("warning"), "{by_file}");
        assert!(typed.contains("warning") && typed.contains(&format!("{file} -")), "{typed}");
        // Without a secret in it there is nothing to warn of.
        let harmless = place.run(&[command, &[flag, "sqlite:nowhere.db"]].concat());
        assert!(!String::from_utf8_lossy(&harmless.stderr).contains("warning"));
        place.fails(command, 2);
        let empty = place.with_input(&[command, &[file.as_str(), "-"]].concat(), "\n");
        assert!(String::from_utf8_lossy(&empty.stderr).contains("it is empty"));
    }
}

#[test]
fn settings_that_open_something_are_masked() {
    let mut place = Place::on_file();
    place.set("ANTESALA_CRON__PING_URL", "https://hc-ping.com/una-clave-secreta/{task}");
    let printed = place.ok(&["config", "print"]);
    assert!(printed.contains("https://hc-ping.com/********"), "{printed}");
    assert!(!printed.contains("una-clave-secreta"), "{printed}");
}
