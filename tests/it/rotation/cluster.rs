//! A rotation instance by instance.

use super::{NEW, OLD, base, signing};
use crate::support::database::Shared;
use crate::support::server::wait_for;
use crate::support::{Client, Server};

fn start(database: &Shared, secret: &str, previous: &str) -> Server {
    let folder = tempfile::tempdir().unwrap();
    Server::on(folder, database.lend(), &signing(secret, previous))
}

fn is_known(client: &Client, server: &Server) -> bool {
    let mut there = client.at(&base(server));
    !there.get("/api/auth/get-session").expect(200).json().is_null()
}

fn email(n: u32) -> String {
    format!("ana{n}@ejemplo.es")
}

/// Each step restarts one instance; whoever signs in anywhere is known everywhere.
#[test]
fn rolling_rotation_keeps_everybody_signed_in_on_every_instance() {
    let Some(database) = Shared::new() else { return };
    let (aware_old, aware_new) = ((OLD, NEW), (NEW, OLD));
    let steps = [
        ((OLD, ""), aware_old),
        (aware_old, aware_old),
        (aware_old, aware_new),
        (aware_new, aware_new),
    ];
    let mut people: Vec<Client> = Vec::new();
    for (number, ((first, before_first), (second, before_second))) in (0_u32..).zip(steps) {
        let here = start(&database, first, before_first);
        let there = start(&database, second, before_second);
        people.push(here.person(&email(2 * number)));
        people.push(there.person(&email(2 * number + 1)));
        for person in &people {
            assert!(is_known(person, &here) && is_known(person, &there), "step {number}");
        }
    }
}

#[test]
fn secret_that_another_instance_does_not_honour_is_told() {
    let Some(database) = Shared::new() else { return };
    let unaware = start(&database, OLD, "");
    wait_for("its sign of life", || (unaware.count("instance") == 1).then_some(()));
    let hasty = start(&database, NEW, OLD);
    wait_for("the warning", || {
        hasty.log().contains("another instance does not honour the secret").then_some(())
    });
    let ana = hasty.person("ana@ejemplo.es");
    assert!(is_known(&ana, &hasty) && !is_known(&ana, &unaware), "which is why it is told");
    assert!(!unaware.log().contains("another instance does not honour"));
}
