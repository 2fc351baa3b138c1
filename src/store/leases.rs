//! The table `lease`: work that one instance does at a time.
//!
//! A lease is taken until a moment and then free for others, so that a holder
//! that died holds up nobody. It proves nothing by itself: a slow holder may wake
//! after its time. [`guard`], put into the batch that writes, does: it undoes the
//! batch unless the fence is still the holder's own.

use super::{FromRow, Row, Sql, Statement, StoreError};
use crate::base::clock::Millis;

/// Every statement of this table, for the tests that prepare them all.
pub const ALL: &[&Sql] = &[&TAKE, &RENEW, &RELEASE, &GUARD];

/// A lease as it was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// What work.
    pub name: String,
    /// Who does it.
    pub holder: String,
    /// Until when, unless it is renewed.
    pub until: Millis,
    /// The number of this taking; later ones are higher.
    pub fence: i64,
}

static TAKE: Sql = Sql::new(
    "leases.take",
    "INSERT INTO lease (name, holder, until, fence, instance) VALUES (?1, ?2, ?3, 1, ?5)
    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until,
        fence = lease.fence + 1, instance = excluded.instance
    WHERE lease.until < ?4 OR lease.holder = excluded.holder
    RETURNING name, holder, until, fence",
);

/// Takes a lease that is free, run out or the holder's own, and returns it as a
/// [`Lease`]; no row when somebody else has it. It names the instance too, for whoever
/// frees what a dead one held. Index: the primary key.
#[must_use]
pub fn take(name: &str, (holder, instance): (&str, &str), until: Millis, now: Millis) -> Statement {
    TAKE.bind([name.into(), holder.into(), until.into(), now.into(), instance.into()])
}

static RENEW: Sql = Sql::new(
    "leases.renew",
    "UPDATE lease SET until = ?4 WHERE name = ?1 AND holder = ?2 AND fence = ?3",
);

/// Holds a lease longer, past its end too while nobody took it; no row when
/// somebody did. Index: the primary key.
#[must_use]
pub fn renew(lease: &Lease, until: Millis) -> Statement {
    let Lease { name, holder, fence, .. } = lease;
    RENEW.bind([name.into(), holder.into(), (*fence).into(), until.into()])
}

static RELEASE: Sql = Sql::new(
    "leases.release",
    "UPDATE lease SET until = 0 WHERE name = ?1 AND holder = ?2 AND fence = ?3",
);

/// Gives a lease back; no row when somebody took it meanwhile. The row stays, for
/// its fence. Index: the primary key.
#[must_use]
pub fn release(lease: &Lease) -> Statement {
    let Lease { name, holder, fence, .. } = lease;
    RELEASE.bind([name.into(), holder.into(), (*fence).into()])
}

static GUARD: Sql = Sql::new(
    "leases.guard",
    "UPDATE lease SET fence = fence WHERE name = ?1 AND holder = ?2 AND fence = ?3",
);

/// Undoes the batch it stands in when somebody took the lease meanwhile, and keeps
/// others from taking it until the batch is done. Index: the primary key.
#[must_use]
pub fn guard(lease: &Lease) -> Statement {
    let Lease { name, holder, fence, .. } = lease;
    GUARD.bind([name.into(), holder.into(), (*fence).into()]).expecting(1)
}

impl FromRow for Lease {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            name: row.text()?,
            holder: row.text()?,
            until: row.millis()?,
            fence: row.integer()?,
        })
    }
}
