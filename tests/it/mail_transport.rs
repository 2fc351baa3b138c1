//! Mail that leaves the machine: by SMTP and by Resend, against servers of the tests' own.

pub mod executable;
mod killed;
mod logo;
mod resend;
mod smtp;
mod written;

use crate::support::Server;
use crate::support::server::{PASSWORD, wait_for};

/// What became of a mail in the outbox.
#[derive(Debug, PartialEq, Eq)]
struct Fate {
    id: String,
    state: String,
    attempts: i64,
    last_error: String,
}

fn fate_of(server: &Server, email: &str) -> Fate {
    let sql = format!(
        "SELECT id, state, attempts, last_error FROM outbox WHERE recipient = '{email}'
        ORDER BY created_at LIMIT 1"
    );
    let rows = server.database().rows(&sql);
    let [id, state, attempts, last_error] = rows[0].clone().try_into().unwrap();
    Fate { id, state, attempts: attempts.parse().unwrap(), last_error }
}

/// Waits until a mail has been tried so often and waits, or has come to its end.
fn settled(server: &Server, email: &str, attempts: i64) -> Fate {
    wait_for(&format!("try {attempts} of the mail to {email}"), || {
        let fate = fate_of(server, email);
        (fate.attempts == attempts && fate.state != "sending").then_some(fate)
    })
}

/// No log line and no reason in the outbox says what must not be said.
fn assert_discreet(server: &Server, secrets: &[&str]) {
    let reasons = server.database().rows("SELECT last_error FROM outbox").concat();
    let told = format!("{}\n{}", server.log(), reasons.join("\n"));
    for secret in [PASSWORD, "@ejemplo.es"].iter().chain(secrets) {
        let line = told.lines().find(|line| line.contains(secret));
        assert!(line.is_none(), "{secret} in {line:?}");
    }
}
