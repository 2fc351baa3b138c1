//! Layer 3: the program's collaborators, built once and handed down.
//!
//! There is no other way to reach the clock, the database or a secret: what a
//! function needs, it takes from the `App` it was given.

pub mod audit;
pub mod authority;
pub mod avatar;
mod build;
mod caller;
mod failure;
pub mod founding;
pub mod grants;
pub mod guard;
pub mod keys;
mod letterhead;
mod limits;
mod link_token;
mod mail_hour;
mod mail_wishes;
pub mod maintenance;
mod openings;
pub mod password_formats;
mod post;
mod post_office;
mod providers;
pub mod rotation;
mod uploads;
mod welcomes;

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use build::BuildError;
pub use caller::{Asking, Caller};
pub use failure::{Failure, Fault};
pub use keys::Keys;
pub use limits::Refusals;
pub use link_token::LinkToken;
pub use mail_hour::{Ahead, Forecast};
pub use maintenance::Maintenance;
pub use openings::Openings;
pub use post::{Cause, Post};
pub use post_office::PostOffice;
pub use providers::Providers;
pub use welcomes::Welcomes;

use crate::base::brand;
use crate::base::clock::{Clock, Millis};
use crate::base::editions::Editions;
use crate::base::entropy::Entropy;
use crate::base::files::Files;
use crate::base::hash_pool::HashPool;
use crate::base::hub::Hub;
use crate::base::in_flight::InFlight;
use crate::base::limiter::{FailureStreaks, Limiter};
use crate::base::metrics::Metrics;
use crate::base::outbound::Outbound;
use crate::base::password_common::CommonPasswords;
use crate::base::shelf::Shelf;
use crate::base::turns::Turns;
use crate::base::words::Words;
use crate::config::Config;
use crate::domain::session::Lives;
use crate::mail::{Logo, Transport};
use crate::og::Og;
use crate::og::portrait::Portraits;
use crate::store::Store;

/// Every collaborator of the program.
pub struct App {
    /// The settings, checked.
    pub config: Config,
    /// The one clock.
    pub clock: Clock,
    /// The one source of randomness.
    pub entropy: Entropy,
    /// The database.
    pub store: Store,
    /// The threads that hash passwords.
    pub hashes: HashPool,
    /// Sliding windows of requests by rule and address.
    pub limiter: Limiter,
    /// Failed sign-ins in a row, by account.
    pub streaks: FailureStreaks,
    /// Whom the database has refused, and until when.
    pub refusals: Refusals,
    /// This run of the program, among others on the same database: `ins_…`.
    pub instance: String,
    /// Texts for people, in every language.
    pub words: Words,
    /// Files for browsers, once one of them was asked for.
    shelf: OnceLock<Shelf>,
    /// Passwords that everybody tries first.
    pub common_passwords: CommonPasswords,
    /// Keys made of `auth.secret` and of those before it.
    pub keys: Keys,
    /// Where mail goes.
    pub mail: Transport,
    /// The logo that mails carry, once it was drawn.
    letterhead: OnceLock<Option<Arc<Logo>>>,
    /// Between whoever posts a mail and the workers that send it.
    pub post_office: PostOffice,
    /// Who listens to messages as they are said.
    pub hub: Arc<Hub>,
    /// Whether joins wake the mail worker.
    pub welcomes: Welcomes,
    /// Preview cards.
    pub og: Og,
    /// Pictures of people, drawn anew.
    pub portraits: Portraits,
    /// Files that people bring.
    pub files: Files,
    /// Bytes of answers that wait for whoever reads them.
    pub in_flight: Arc<InFlight>,
    /// Calls other machines.
    pub outbound: Outbound,
    /// What providers have said of themselves.
    pub providers: Providers,
    /// Published offers, for searches.
    pub openings: Openings,
    /// Texts that everybody is given alike.
    pub editions: Editions,
    /// Tasks that run in this process.
    pub running: Turns,
    /// Rings when the scheduler should look before its time.
    pub schedule_bell: Notify,
    /// Whether the operator has closed the site.
    pub maintenance: Maintenance,
    /// When the mail worker last took a turn, in Unix milliseconds.
    mail_worker_seen_at: AtomicI64,
    /// When the scheduler last looked at what is due, in Unix milliseconds.
    scheduler_seen_at: AtomicI64,
    /// Counters for `/metrics`.
    pub metrics: Metrics,
    /// Owns every background task; joined at shutdown.
    pub tasks: TaskTracker,
    /// Tells background tasks to finish.
    pub stop: CancellationToken,
}

/// What the outside world looks like: the system, or a test's stand-in.
#[derive(Clone, Debug)]
pub struct Ports {
    /// The clock to live by.
    pub clock: Clock,
    /// The randomness to draw from.
    pub entropy: Entropy,
}

impl Ports {
    /// Returns the operating system's clock and randomness.
    #[must_use]
    pub const fn system() -> Self {
        Self { clock: Clock::System, entropy: Entropy::System }
    }
}

impl App {
    /// Returns the lives of a session from the settings.
    #[must_use]
    pub const fn lives(&self) -> Lives {
        let auth = &self.config.auth;
        Lives {
            ttl_s: auth.session_ttl_s,
            refresh_age_s: auth.session_refresh_age_s,
            fresh_age_s: auth.session_fresh_age_s,
            absolute_ttl_s: auth.session_absolute_ttl_s,
        }
    }

    /// Returns the files for browsers, in the brand's colours.
    pub fn shelf(&self) -> &Shelf {
        self.shelf.get_or_init(|| Shelf::new(&brand::sheet(self.config.brand.color)))
    }

    /// Writes down that the mail worker took a turn.
    pub fn mail_worker_seen(&self, now: Millis) {
        self.mail_worker_seen_at.store(now.0, Ordering::Relaxed);
    }

    /// Returns when the mail worker last took a turn.
    #[must_use]
    pub fn mail_worker_seen_at(&self) -> Millis {
        Millis(self.mail_worker_seen_at.load(Ordering::Relaxed))
    }

    /// Writes down that the scheduler looked at what is due.
    pub fn scheduler_seen(&self, now: Millis) {
        self.scheduler_seen_at.store(now.0, Ordering::Relaxed);
    }

    /// Returns when the scheduler last looked at what is due.
    #[must_use]
    pub fn scheduler_seen_at(&self) -> Millis {
        Millis(self.scheduler_seen_at.load(Ordering::Relaxed))
    }

    /// Runs `task` in the background, owned by `tasks` and joined at shutdown.
    pub fn spawn<F>(self: &Arc<Self>, task: F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.tasks.spawn(task);
    }
}
