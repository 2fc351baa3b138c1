//! Where somebody stands.

use crate::app::{App, Failure};
use crate::base::clock::Millis;
use crate::domain::refusal::Refusal;
use crate::domain::waitlist::WaitlistEntry;
use crate::store::waitlist::{self, WaitlistStats};

/// Where an entry stands and what its code brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// From 1.
    pub position: i64,
    /// How many joined with the entry's code.
    pub referrals: i64,
}

/// Finds the position of a referral code.
///
/// # Errors
/// `WaitlistNotFound`.
///
/// # Cost
/// One point read.
pub async fn position(app: &App, code: &str) -> Result<Position, Failure> {
    let found: Option<WaitlistEntry> = app.store.find(waitlist::by_id(code)).await?;
    let entry = found.ok_or(Refusal::WaitlistNotFound)?;
    Ok(Position {
        position: entry.position(app.config.waitlist.referral_bonus),
        referrals: entry.referrals,
    })
}

/// Returns the link that a person shares: the front end's, or the site's own page.
#[must_use]
pub fn referral_url(app: &App, code: &str) -> String {
    let server = &app.config.server;
    let site = server.frontend_url.as_ref().unwrap_or(&server.public_url);
    format!("{}/?ref={code}", site.origin())
}

/// Counts everybody on the list, where the configuration shows it: with double opt-in who
/// confirmed. Where a second join is as good as the first, it counts joins, as places do:
/// a number that stays would tell that an address was there.
///
/// # Errors
/// `WaitlistNotFound` unless `waitlist.public_count` is on.
///
/// # Cost
/// One scan on a reader thread.
pub async fn count(app: &App) -> Result<i64, Failure> {
    if !app.config.waitlist.public_count {
        return Err(Refusal::WaitlistNotFound.into());
    }
    if app.config.waitlist.is_discreet() && !app.config.waitlist.double_opt_in {
        let joins: Option<i64> = app.store.find(waitlist::sequence_taken()).await?;
        return Ok(joins.unwrap_or(0));
    }
    let stats: Vec<WaitlistStats> = app.store.list(waitlist::stats(Millis(i64::MAX))).await?;
    let counted = |stats: &WaitlistStats| {
        if app.config.waitlist.double_opt_in { stats.confirmed } else { stats.total }
    };
    Ok(stats.first().map_or(0, counted))
}
