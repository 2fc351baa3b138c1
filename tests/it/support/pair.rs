//! Two servers on one database.

use std::thread;

use super::database::Shared;
use super::{Reply, Server};

/// Two servers on one database.
pub struct Pair {
    // In this order: the servers end before their database does.
    pub first: Server,
    pub second: Server,
    _database: Shared,
}

impl Pair {
    /// Starts both with some variables set; `None`: the machine has no PostgreSQL.
    pub fn with(environment: &[(&str, &str)]) -> Option<Self> {
        let database = Shared::new()?;
        let start = || Server::on(tempfile::tempdir().unwrap(), database.lend(), environment);
        Some(Self { first: start(), second: start(), _database: database })
    }

    pub fn start() -> Option<Self> {
        Self::with(&[])
    }

    /// Returns the server that the `n`th of many asks.
    pub const fn of(&self, n: usize) -> &Server {
        if n.is_multiple_of(2) { &self.first } else { &self.second }
    }

    /// Sends fifty requests at once, half to each.
    pub fn fifty(&self, path: &str, body: impl Fn(usize) -> serde_json::Value) -> Vec<Reply> {
        thread::scope(|scope| {
            let sent: Vec<_> = (0..50)
                .map(|n| {
                    let (mut visitor, body) = (self.of(n).visitor(), body(n));
                    // Each server numbers its own visitors; nobody is to share an address.
                    visitor.set("x-forwarded-for", &format!("198.51.100.{}", n + 1));
                    scope.spawn(move || visitor.post(path, body))
                })
                .collect();
            sent.into_iter().map(|reply| reply.join().unwrap()).collect()
        })
    }
}
