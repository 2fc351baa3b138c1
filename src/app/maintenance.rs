//! Whether the operator has closed the site for a while, as this process knows it.
//!
//! The database has the word, so that one command closes every instance. A process looks
//! at it at most once in [`MAINTENANCE_LOOK_MS`], and only when somebody asks for something:
//! nothing runs in the background for what hardly ever happens. Where the database does not
//! answer, what was known last goes on.

use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

use serde_json::json;

use super::{App, Caller, Failure, audit};
use crate::base::bounds::MAINTENANCE_LOOK_MS;
use crate::base::clock::Millis;
use crate::domain::audit::Act;
use crate::store::StoreError;
use crate::store::maintenance::{self, Closing};

/// The site is open.
const OPEN: i64 = 0;

/// The site is closed, and nobody has said until when.
const CLOSED: i64 = i64::MAX;

/// What was known last; anything but the two words is when it is likely to be over.
#[derive(Debug, Default)]
pub struct Maintenance {
    looked_at: AtomicI64,
    known: AtomicI64,
}

impl Maintenance {
    /// Tells whether the site was closed when this process last looked.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.known.load(Relaxed) != OPEN
    }

    /// Tells whether there is anything to ask: the site is closed, or it is time to look.
    #[must_use]
    pub fn is_concerned(&self, now: Millis) -> bool {
        self.is_on() || self.is_due(now).is_some()
    }

    /// Returns when this process last looked, if it is time to look again. A clock that was
    /// set back does not keep anybody from looking.
    fn is_due(&self, now: Millis) -> Option<i64> {
        let seen = self.looked_at.load(Relaxed);
        (now.0.saturating_sub(seen).unsigned_abs() >= MAINTENANCE_LOOK_MS).then_some(seen)
    }

    fn learn(&self, closing: Closing) {
        let known = match closing {
            Closing { is_on: false, .. } => OPEN,
            Closing { ends_at: Some(at), .. } => at.0,
            Closing { ends_at: None, .. } => CLOSED,
        };
        self.known.store(known, Relaxed);
    }
}

/// The site is closed; `None` within: nobody has said until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed(pub Option<Millis>);

/// Tells whether the site is closed.
///
/// # Cost
/// Two loads; a point read for one request in [`MAINTENANCE_LOOK_MS`].
pub async fn closed(app: &App, now: Millis) -> Option<Closed> {
    let own = &app.maintenance;
    if let Some(seen) = own.is_due(now)
        && own.looked_at.compare_exchange(seen, now.0, Relaxed, Relaxed).is_ok()
    {
        match look(app).await {
            Ok(closing) => own.learn(closing),
            Err(failure) => tracing::debug!(?failure, "nobody knows whether the site is closed"),
        }
    }
    match own.known.load(Relaxed) {
        OPEN => None,
        CLOSED => Some(Closed(None)),
        at => Some(Closed(Some(Millis(at)))),
    }
}

/// Reads from the database whether the site is closed.
///
/// # Errors
/// A fault of the store.
pub async fn look(app: &App) -> Result<Closing, Failure> {
    Ok(read(app).await?)
}

async fn read(app: &App) -> Result<Closing, StoreError> {
    let found: Option<Closing> = app.store.find(maintenance::read()).await?;
    Ok(found.unwrap_or(Closing { is_on: false, began_at: None, ends_at: None }))
}

/// Closes the site, or says anew until when.
///
/// # Errors
/// A fault of the store.
pub async fn begin(
    app: &App,
    ends_at: Option<Millis>,
    by: (&Caller, Millis),
) -> Result<Closing, Failure> {
    let told = json!({"endsAt": ends_at.map(Millis::iso)});
    let write = maintenance::begin(by.1, ends_at);
    app.store.apply(vec![write, audit::of_site(app, Act::MaintenanceBegan, &told, by)]).await?;
    Ok(refresh(app).await?)
}

/// Opens the site again; where it is open nothing happens.
///
/// # Errors
/// A fault of the store.
pub async fn end(app: &App, by: (&Caller, Millis)) -> Result<Closing, Failure> {
    if look(app).await?.is_on {
        let told = audit::of_site(app, Act::MaintenanceEnded, &json!({}), by);
        app.store.apply(vec![maintenance::end(), told]).await?;
    }
    Ok(refresh(app).await?)
}

/// Looks at once: before the first request of a process, and after what it did itself.
///
/// # Errors
/// A fault of the store.
pub async fn refresh(app: &App) -> Result<Closing, StoreError> {
    let closing = read(app).await?;
    app.maintenance.learn(closing);
    Ok(closing)
}
