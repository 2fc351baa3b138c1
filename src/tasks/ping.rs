//! Telling a dead man's switch that a run started, went well or failed.
//!
//! A switch that cannot be reached changes nothing: the run is what counts.
//! Source: healthchecks.io, "Pinging API" (`/start`, `/fail`, `rid`).

use std::time::Duration;

use http::Method;
use url::Url;

use crate::app::App;
use crate::base::bounds::PING_TIMEOUT_S;
use crate::base::outbound::Call;
use crate::domain::task::RunStatus;

/// A run's switch.
pub struct Ping<'a> {
    app: &'a App,
    url: Option<Url>,
}

impl<'a> Ping<'a> {
    /// Reads `cron.ping_url` for a run of `task`; without one nobody is told.
    #[must_use]
    pub fn of(app: &'a App, task: &str) -> Self {
        let text = app.config.cron.ping_url.as_ref().map(|url| url.replace("{task}", task));
        let url = text.and_then(|text| Url::parse(&text).ok()).map(|mut url| {
            // One id a run, so that runs that overlap are told apart.
            url.query_pairs_mut().append_pair("rid", &run_id(app.entropy.bytes()));
            url
        });
        Self { app, url }
    }

    /// Tells that the run starts.
    pub async fn started(&self) {
        self.tell(Some("start"), RunStatus::Running.name()).await;
    }

    /// Tells how the run ended.
    pub async fn ended(&self, status: RunStatus) {
        let ending = match status {
            RunStatus::Ok => None,
            RunStatus::Running
            | RunStatus::Failed
            | RunStatus::TimedOut
            | RunStatus::Interrupted
            | RunStatus::Missed => Some("fail"),
        };
        self.tell(ending, status.name()).await;
    }

    async fn tell(&self, ending: Option<&str>, said: &str) {
        let Some(mut url) = self.url.clone() else { return };
        if let (Some(ending), Ok(mut path)) = (ending, url.path_segments_mut()) {
            path.pop_if_empty().push(ending);
        }
        let mut call = Call::new(Method::POST, url.as_str()).body("text/plain", said.into());
        call.timeout = Duration::from_secs(PING_TIMEOUT_S);
        match self.app.outbound.call(call).await {
            Ok(answer) if answer.status < 300 => {}
            Ok(answer) => tracing::warn!(status = answer.status, "cron.ping_url refuses"),
            Err(error) => tracing::warn!(%error, "cron.ping_url cannot be reached"),
        }
    }
}

/// Writes 16 random bytes as a UUID of version 4. Source: RFC 9562 §5.4.
fn run_id(bytes: [u8; 16]) -> String {
    let number = u128::from_be_bytes(bytes);
    let number = (number & !(0xF << 76)) | (0x4 << 76);
    let number = (number & !(0x3 << 62)) | (0x2 << 62);
    let hex = format!("{number:032x}");
    let parts = [(0, 8), (8, 12), (12, 16), (16, 20), (20, 32)];
    let parts = parts.map(|(from, to)| hex.get(from..to).unwrap_or_default());
    parts.join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn run_id_is_a_uuid_of_version_4() {
        assert_eq!(run_id([0; 16]), "00000000-0000-4000-8000-000000000000");
        assert_eq!(run_id([0xFF; 16]), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }
}
