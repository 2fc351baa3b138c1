//! Putting the collaborators together, in the one order that works.

use std::sync::atomic::AtomicI64;
use std::sync::{Arc, OnceLock};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{App, Keys, Maintenance, Openings, Ports, PostOffice, Providers, Refusals, Welcomes};
use crate::base::editions::Editions;
use crate::base::files::Files;
use crate::base::hash_pool::HashPool;
use crate::base::in_flight::InFlight;
use crate::base::limiter::{FailureStreaks, Limiter};
use crate::base::metrics::Metrics;
use crate::base::outbound::Outbound;
use crate::base::password_common::CommonPasswords;
use crate::base::turns::Turns;
use crate::base::words::Words;
use crate::config::Config;
use crate::mail::{MailSetupError, Transport};
use crate::og::Og;
use crate::og::portrait::Portraits;
use crate::store::{Location, LocationError, Store, StoreError};

/// Why the program cannot be put together.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The address of the database's server.
    #[error(transparent)]
    Location(#[from] LocationError),
    /// Nobody made the secrets; a defect of the caller.
    #[error("auth.secret is missing")]
    NoSecret,
    /// The database cannot be opened.
    #[error("cannot open the database")]
    Store(#[from] StoreError),
    /// Mail cannot go where the settings say.
    #[error("cannot set up mail: {0}")]
    Mail(#[from] MailSetupError),
}

/// Folder of the uploads in the data directory; a backup takes the one of this name.
const UPLOADS: &str = "uploads";

/// Prefix of the ids of instances.
const INSTANCE_ID_PREFIX: &str = "ins_";

impl App {
    /// Opens the database and starts its threads.
    ///
    /// The schema is up to date and `config::secrets::resolve` has run. `labels`
    /// name the endpoints that the metrics count, by method and path.
    ///
    /// # Errors
    /// [`BuildError`].
    pub fn build(
        config: Config,
        ports: Ports,
        labels: Vec<(String, &'static str)>,
    ) -> Result<Self, BuildError> {
        let secrets = config.auth.secrets().ok_or(BuildError::NoSecret)?;
        let location = Location::of(&config)?;
        let now = ports.clock.now();
        let instance = ports.entropy.id(INSTANCE_ID_PREFIX, now);
        let metrics = Metrics::new(labels, now);
        let groups = metrics.clone();
        let on_group = Box::new(move |batches| groups.observe_batch(batches));
        let store = Store::open(&location, ports.entropy.clone(), on_group)?;
        let hashes = HashPool::new(config.auth.hashing_parallelism, config.auth.argon2);
        let mail = Transport::of(&config)?;
        let og = Og::new(&config, &secrets);
        let uploads = config.server.data_dir.join(UPLOADS);
        let files = Files::of(&uploads, ports.entropy.clone(), config.uploads.free_disk_bytes_min);
        let in_flight = Arc::new(InFlight::new(config.server.untaken_bytes_max));
        Ok(Self {
            keys: Keys::of(secrets),
            config,
            clock: ports.clock,
            entropy: ports.entropy,
            store,
            hashes,
            limiter: Limiter::default(),
            streaks: FailureStreaks::default(),
            refusals: Refusals::default(),
            openings: Openings::default(),
            editions: Editions::default(),
            instance,
            words: Words::embedded(),
            shelf: OnceLock::new(),
            common_passwords: CommonPasswords::embedded(),
            mail,
            letterhead: OnceLock::new(),
            post_office: PostOffice::default(),
            hub: Arc::default(),
            in_flight,
            welcomes: Welcomes::default(),
            og,
            portraits: Portraits::default(),
            files,
            outbound: Outbound::new(),
            providers: Providers::default(),
            running: Turns::default(),
            schedule_bell: Notify::new(),
            maintenance: Maintenance::default(),
            mail_worker_seen_at: AtomicI64::new(now.0),
            scheduler_seen_at: AtomicI64::new(now.0),
            metrics,
            tasks: TaskTracker::new(),
            stop: CancellationToken::new(),
        })
    }
}
