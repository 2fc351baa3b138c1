//! The whole server: from a configuration to an orderly end.
//!
//! [`Server::start`] does everything that can fail; [`Server::serve`] answers
//! until it is told to stop, then drains, joins every task and folds the log
//! into the database file.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;

use super::listener::{self, Settings};
use crate::account::admin::list;
use crate::account::setup;
use crate::api;
use crate::app::{App, BuildError, Failure, Ports, maintenance, password_formats};
use crate::backup::{self, BackupError};
use crate::base::bounds::{CONNECTION_SHARES, CONNECTIONS_OF_ADDRESS_MIN};
use crate::board::jobs::search;
use crate::config::Config;
use crate::config::secrets::{self, SecretsError};
use crate::http::dispatch::Dispatcher;
use crate::http::endpoint::Endpoint;
use crate::http::router::{Router, RouterError};
use crate::pages;
use crate::store::lock::{DataDirLock, LockError};
use crate::store::migrate::{self, Copying, MigrateError, Report};
use crate::store::{Location, StoreError};
use crate::tasks::{TASKS, mail_outbox, presence, recovery, scheduler};

/// A server that is ready to answer.
pub struct Server {
    app: Arc<App>,
    listener: TcpListener,
    dispatcher: Arc<Dispatcher>,
    /// Where it listens.
    pub address: SocketAddr,
    /// The one-time link for the first administrator, while there is none.
    pub setup_link: Option<String>,
    /// What was migrated.
    pub migrated: Report,
    _lock: DataDirLock,
}

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data directory or its secrets.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// Another server has the data directory.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// A restore broke off in it.
    #[error(transparent)]
    Restore(#[from] BackupError),
    /// The schema.
    #[error(transparent)]
    Migrate(#[from] MigrateError),
    /// A collaborator.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// The endpoint table contradicts itself; a defect.
    #[error("the endpoint table is wrong: {0}")]
    Table(#[from] RouterError),
    /// The socket.
    #[error(
        "cannot listen on {address}: {reason}; set server.listen to a free port, above 1023 \
         unless the process may bind lower ones"
    )]
    Bind {
        /// What was asked for.
        address: SocketAddr,
        /// What the system said.
        reason: std::io::Error,
    },
    /// Whether the site is closed for maintenance could not be read.
    #[error("cannot read whether the site is closed for maintenance: {0}")]
    Maintenance(#[from] StoreError),
    /// The first administrator's link could not be written down.
    #[error("cannot prepare the first administrator's link: {0}")]
    Setup(String),
}

/// Lists every row of the endpoint table.
#[must_use]
pub fn tables() -> Vec<&'static [Endpoint]> {
    let mut tables = api::TABLES.to_vec();
    tables.extend(pages::TABLES);
    tables
}

/// Makes the data directory, the secrets and the schema, and opens the program.
///
/// What `serve` and the commands beside it share.
///
/// # Errors
/// [`StartError`].
pub async fn open(
    mut config: Config,
    ports: Ports,
    router: &Router,
) -> Result<(App, Report), StartError> {
    backup::refuse_unfinished(&config.server.data_dir)?;
    secrets::resolve(&mut config, || ports.entropy.text(43))?;
    let location = Location::of(&config).map_err(BuildError::from)?;
    let migrated = migrate::up(&location, Copying::Demanded, ports.clock.now()).await?;
    Ok((App::build(config, ports, router.labels())?, migrated))
}

impl Server {
    /// Prepares everything and binds the socket.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn start(mut config: Config, ports: Ports) -> Result<Self, StartError> {
        // Secrets come before the lock: they make the folder that the lock lives in.
        secrets::resolve(&mut config, || ports.entropy.text(43))?;
        let lock = DataDirLock::acquire(&config.server.data_dir)?;
        let asked = config.server.listen;
        let failed = |reason| StartError::Bind { address: asked, reason };
        let listener = TcpListener::bind(asked).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let router = Router::build(&tables(), &config.auth.base_path)?;
        let (app, migrated) = open(config, ports, &router).await?;
        let app = Arc::new(app);
        // A site that is closed is closed to the first who asks.
        maintenance::refresh(&app).await?;
        let setup_link = setup_link(&app).await?;
        let dispatcher = Arc::new(Dispatcher::new(Arc::clone(&app), router));
        Ok(Self { app, listener, dispatcher, address, setup_link, migrated, _lock: lock })
    }

    /// Returns the program, for what runs beside the socket.
    #[must_use]
    pub const fn app(&self) -> &Arc<App> {
        &self.app
    }

    /// Answers until `stop` resolves, then ends in order.
    ///
    /// # Errors
    /// When the database cannot be closed; what was acknowledged is safe all the same.
    pub async fn serve(self, stop: impl Future<Output = ()>) -> Result<(), StoreError> {
        let app = self.app;
        mail_outbox::start(&app);
        app.spawn(recovery::run(Arc::clone(&app)));
        app.spawn(presence::run(Arc::clone(&app), self.address));
        app.spawn(scheduler::run(Arc::clone(&app), &TASKS));
        app.spawn(catch_up(Arc::clone(&app)));
        let dispatcher = self.dispatcher;
        let answer = move |request, peer| {
            let dispatcher = Arc::clone(&dispatcher);
            // On the heap, where hyper and the connection hand it on without moving it.
            Box::pin(async move { dispatcher.answer(request, peer).await })
        };
        // Open streams would be waited for; their readers come back to another instance.
        let hub = Arc::clone(&app.hub);
        let stop = async move {
            stop.await;
            hub.close();
        };
        listener::serve(self.listener, Settings::of(&app), answer, stop).await;
        app.stop.cancel();
        app.tasks.close();
        let grace = seconds(app.config.server.shutdown_grace_s);
        if tokio::time::timeout(grace, app.tasks.wait()).await.is_err() {
            tracing::warn!(open = app.tasks.len(), "tasks did not finish in time");
        }
        app.store.close().await
    }
}

async fn setup_link(app: &App) -> Result<Option<String>, StartError> {
    let offered = setup::offer(app, app.clock.now()).await.map_err(|failure| match failure {
        Failure::Fault(fault) => StartError::Setup(fault.to_string()),
        Failure::Refused(_) | Failure::IllegalStep { .. } | Failure::Limited { .. } => {
            StartError::Setup(String::from("refused"))
        }
    })?;
    let site = app.config.server.public_url.origin();
    Ok(offered.map(|token| format!("{site}/setup/{}", token.expose())))
}

/// Does what a start need not wait for, one after the other, with one connection.
async fn catch_up(app: Arc<App>) {
    read_offers(&app).await;
    fold_names(&app).await;
    note_password_formats(&app).await;
}

/// Reads the published offers, so that the first who searches does not wait for it.
async fn read_offers(app: &App) {
    if let Err(failure) = search::follow(app).await {
        // The first search will try again, and say why.
        tracing::debug!(?failure, "published offers were not read");
    }
}

/// Makes the names searchable that a version without search has stored.
async fn fold_names(app: &App) {
    match list::fold_names(app).await {
        Ok(0) => {}
        Ok(names) => tracing::info!(names, "names made searchable"),
        // The next start goes on with them; until then those names are not found.
        Err(failure) => tracing::warn!(?failure, "names not made searchable"),
    }
}

/// Notes what the stored passwords cost to compare.
async fn note_password_formats(app: &App) {
    if let Err(failure) = password_formats::catch_up(app).await {
        // The next start goes on; until then a sign-in notes what it meets.
        tracing::warn!(?failure, "formats of passwords not noted");
    }
}

impl Settings {
    /// Takes what a listener needs from a program.
    #[must_use]
    pub fn of(app: &App) -> Self {
        let server = &app.config.server;
        let connections_max = server.connections_max;
        let share = (connections_max / CONNECTION_SHARES).max(CONNECTIONS_OF_ADDRESS_MIN);
        Self {
            connections_max,
            connections_of_address_max: match server.connections_of_address_max {
                0 => share,
                own => own,
            },
            trusted_proxies: server.trusted_proxies.clone(),
            header_bytes_max: server.header_bytes_max,
            headers_max: server.headers_max,
            uri_bytes_max: server.uri_bytes_max,
            header_read_timeout: seconds(server.header_read_timeout_s),
            answer_grace: seconds(server.answer_grace_s),
            answer_bytes_s_min: server.answer_bytes_s_min,
            in_flight: Arc::clone(&app.in_flight),
            shutdown_grace: seconds(server.shutdown_grace_s),
            connections: app.metrics.connections(),
            readers: app.metrics.readers().clone(),
        }
    }
}

fn seconds(seconds: i64) -> Duration {
    Duration::from_secs(u64::try_from(seconds).unwrap_or(0))
}
