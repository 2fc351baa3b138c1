//! What whoever looks after the site sees of the job board: every offer and every
//! organisation, searched by parts of their names.
//!
//! Offers that nobody published and those that are over stand in no index of words, and an
//! index of states would draw other questions away from better ones. So a search walks the
//! list from the newest on and holds each row against what is looked for; it looks at no
//! more than a bound, and says where the next one goes on.

use crate::app::{App, Failure};
use crate::base::bounds::{MEMBERS_MAX, MODERATION_LOOKED_MAX};
use crate::base::clock::Millis;
use crate::domain::job::JobStatus;
use crate::domain::organization::Member;
use crate::domain::search::folded;
use crate::store::moderation::{self, Counts, OfferLine, OrganizationLine};
use crate::store::{FromRow, Statement, members};

/// Rows that a search reads at once.
const ROWS_AT_ONCE: usize = 500;

/// What is found, and how far was looked.
#[derive(Debug)]
pub struct Looked<T> {
    /// What is found, the newest first.
    pub found: Vec<T>,
    /// The moment and id after which the next page begins; `None`: there is no more.
    pub next: Option<(Millis, String)>,
    /// Whether the bound of a search was reached before the page was full.
    pub is_cut: bool,
}

/// Which offers are looked for.
#[derive(Clone, Copy, Debug)]
pub struct Offers<'a> {
    /// Part of a title or of an organisation's name, or an id or slug; empty: any.
    pub needle: &'a str,
    /// In which state.
    pub status: Option<JobStatus>,
    /// Of which organisation, by id.
    pub organization_id: Option<&'a str>,
}

/// Lists offers, the newest first, after a moment and id.
///
/// # Errors
/// A fault of the store.
///
/// # Cost
/// One read of an index; with something to look for some [`MODERATION_LOOKED_MAX`] rows.
pub async fn offers(
    app: &App,
    asked: Offers<'_>,
    after: Option<(Millis, &str)>,
    rows: usize,
) -> Result<Looked<OfferLine>, Failure> {
    let needle = folded(asked.needle);
    let fits = |line: &OfferLine| {
        asked.status.is_none_or(|wanted| line.status == wanted)
            && (has(&needle, &[&line.title, &line.organization])
                || line.id == asked.needle
                || line.slug == asked.needle)
    };
    let read =
        |after: (Millis, &str), limit: i64| moderation::offers(asked.organization_id, after, limit);
    let is_any = needle.is_empty() && asked.status.is_none();
    look(app, (after, rows, at_once(is_any, rows)), read, fits).await
}

/// Which organisations are looked for.
#[derive(Clone, Copy, Debug)]
pub struct Organizations<'a> {
    /// Part of the name, or an id or slug; empty: any.
    pub needle: &'a str,
    /// Only those for which the site vouches, or only the others.
    pub is_verified: Option<bool>,
}

/// Lists organisations, the newest first, after a moment and id.
///
/// # Errors
/// A fault of the store.
///
/// # Cost
/// As [`offers`].
pub async fn organizations(
    app: &App,
    asked: Organizations<'_>,
    after: Option<(Millis, &str)>,
    rows: usize,
) -> Result<Looked<OrganizationLine>, Failure> {
    let needle = folded(asked.needle);
    let fits = |line: &OrganizationLine| {
        asked.is_verified.is_none_or(|wanted| line.is_verified == wanted)
            && (has(&needle, &[&line.name]) || line.id == asked.needle || line.slug == asked.needle)
    };
    let is_any = needle.is_empty() && asked.is_verified.is_none();
    look(app, (after, rows, at_once(is_any, rows)), moderation::organizations, fits).await
}

/// Counts members and published offers of organisations, at most
/// [`moderation::IDS`] of them.
///
/// # Errors
/// A fault of the store.
pub async fn counts(app: &App, lines: &[OrganizationLine]) -> Result<Vec<Counts>, Failure> {
    Ok(app.store.list(moderation::counts(lines.iter().map(|line| &line.id))).await?)
}

/// Lists the members of an organisation by when they came.
///
/// # Errors
/// A fault of the store.
pub async fn members(app: &App, organization_id: &str) -> Result<Vec<Member>, Failure> {
    let first = (Millis(i64::MIN), "");
    Ok(app.store.list(members::page(organization_id, first, MEMBERS_MAX)).await?)
}

/// A row that knows its place in the order.
trait Placed {
    fn place(&self) -> (Millis, String);
}

impl Placed for OfferLine {
    fn place(&self) -> (Millis, String) {
        (self.created_at, self.id.clone())
    }
}

impl Placed for OrganizationLine {
    fn place(&self) -> (Millis, String) {
        (self.created_at, self.id.clone())
    }
}

/// Walks from the newest on until a page and one more are found, or the bound is reached.
async fn look<T: FromRow + Placed>(
    app: &App,
    (after, rows, at_once): (Option<(Millis, &str)>, usize, usize),
    read: impl Fn((Millis, &str), i64) -> Statement,
    fits: impl Fn(&T) -> bool,
) -> Result<Looked<T>, Failure> {
    let mut place = after.map_or((Millis(i64::MAX), String::new()), |(at, id)| (at, id.to_owned()));
    let mut found: Vec<T> = Vec::new();
    let mut looked = 0;
    loop {
        let limit = i64::try_from(at_once).unwrap_or(i64::MAX);
        let page: Vec<T> = app.store.list(read((place.0, &place.1), limit)).await?;
        looked += page.len();
        let is_last = page.len() < at_once;
        if let Some(last) = page.last() {
            place = last.place();
        }
        found.extend(page.into_iter().filter(&fits));
        if found.len() > rows {
            found.truncate(rows);
            let next = found.last().map(Placed::place);
            return Ok(Looked { found, next, is_cut: false });
        }
        if is_last {
            return Ok(Looked { found, next: None, is_cut: false });
        }
        if looked >= MODERATION_LOOKED_MAX {
            return Ok(Looked { found, next: Some(place), is_cut: true });
        }
    }
}

/// Where every row fits, no more is read than a page shows.
const fn at_once(is_any: bool, rows: usize) -> usize {
    if is_any { rows + 1 } else { ROWS_AT_ONCE }
}

/// Tells whether one of the names holds the needle, whatever its case and accents.
fn has(needle: &str, names: &[&String]) -> bool {
    needle.is_empty() || names.iter().any(|name| folded(name).contains(needle))
}
