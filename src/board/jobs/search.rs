//! Searching the published offers: filters, orders, counts.
//!
//! What filters and orders need is in memory ([`crate::app::Shelf`]); before each search
//! one point read tells whether something is newer, and what is newer is read. So a
//! search sees every offer that was published before it, in whichever process. Words are
//! found by the store, which answers with numbers.

use std::collections::HashMap;

use futures_util::future::try_join_all;

use crate::app::{App, Failure};
use crate::base::bounds::{CATALOG_ROWS, MATCHES_MAX, RANKED_MAX};
use crate::domain::job::Job;
use crate::domain::job::catalog::{Facets, Field, Found, Listing};
use crate::domain::job::filters::{Filters, Sort};
use crate::domain::job::words::Needle;
use crate::store::{job_list, job_listings, job_words, organizations};

/// What a search found.
#[derive(Debug)]
pub struct JobPage {
    /// The offers of the page, in order and without their descriptions.
    pub jobs: Vec<Job>,
    /// Where the next page begins, key and id; `None` after the last offer.
    pub next: Option<(i64, String)>,
    /// How many offers fulfil the filters, at most `RANKED_MAX`.
    pub total: usize,
    /// Whether there are more than that.
    pub is_capped: bool,
}

/// Lists published offers, after one of them: at most `limit`.
///
/// # Errors
/// A fault of the store.
///
/// # Cost
/// One point read; a millisecond of looking at 100,000 offers; where words are searched
/// one read of the full-text index on a reader thread; the page's rows.
pub async fn search(
    app: &App,
    filters: &Filters,
    after: Option<(i64, &str)>,
    limit: usize,
) -> Result<JobPage, Failure> {
    let Some(mut found) = places(app, filters, after, limit + 1).await? else {
        return Ok(JobPage { jobs: Vec::new(), next: None, total: 0, is_capped: false });
    };
    let goes_on = found.places.len() > limit;
    found.places.truncate(limit);
    let next = found.places.last().filter(|_| goes_on).cloned();
    let jobs = rows(app, &found.places).await?;
    let is_capped = found.total > RANKED_MAX;
    Ok(JobPage { jobs, next, total: found.total.min(RANKED_MAX), is_capped })
}

/// Counts published offers by field of science, region, mode and kind of contract.
///
/// # Errors
/// A fault of the store.
///
/// # Cost
/// As [`search`], without rows.
pub async fn facets(app: &App, filters: &Filters) -> Result<Facets, Failure> {
    let nothing = || Field::FACETS.map(|field| (field, Vec::new())).to_vec();
    follow(app).await?;
    let Some(filters) = resolved(app, filters).await? else { return Ok(nothing()) };
    let needle = match Words::of(&filters) {
        Words::Unasked => return Ok(app.openings.read(|catalog| catalog.facets(&filters, None))),
        Words::Asked(needle) => needle,
        Words::Unfindable => return Ok(nothing()),
    };
    let numbers = numbers(app, &needle).await?;
    Ok(app.openings.read(|catalog| {
        let matches = catalog.matches(&numbers);
        catalog.facets(&filters, Some(&matches))
    }))
}

/// Finds the places of a page; `None` when nothing can be found.
async fn places(
    app: &App,
    filters: &Filters,
    after: Option<(i64, &str)>,
    rows: usize,
) -> Result<Option<Found>, Failure> {
    follow(app).await?;
    let Some(filters) = resolved(app, filters).await? else { return Ok(None) };
    let by_salary = filters.sort == Some(Sort::Salary);
    let needle = match Words::of(&filters) {
        Words::Unasked => {
            return Ok(Some(app.openings.read(|catalog| {
                if by_salary {
                    catalog.best_paid(&filters, None, after, rows)
                } else {
                    catalog.newest(&filters, None, after, rows)
                }
            })));
        }
        Words::Asked(needle) => needle,
        Words::Unfindable => return Ok(None),
    };
    let numbers = numbers(app, &needle).await?;
    Ok(Some(app.openings.read(|catalog| {
        let matches = catalog.matches(&numbers);
        match filters.sort.unwrap_or(Sort::Relevance) {
            Sort::Salary => catalog.best_paid(&filters, Some(&matches), after, rows),
            Sort::Newest => catalog.newest(&filters, Some(&matches), after, rows),
            Sort::Relevance => catalog.most_relevant(&filters, (&needle, &matches), after, rows),
        }
    })))
}

async fn numbers(app: &App, needle: &Needle) -> Result<Vec<i64>, Failure> {
    Ok(app.store.list(job_words::numbers(needle, MATCHES_MAX)).await?)
}

/// The words that are searched.
enum Words {
    /// None: every text will do.
    Unasked,
    /// These.
    Asked(Needle),
    /// Signs alone, which stand in no text.
    Unfindable,
}

impl Words {
    fn of(filters: &Filters) -> Self {
        match filters.q.as_deref().map(Needle::parse) {
            None => Self::Unasked,
            Some(Some(needle)) => Self::Asked(needle),
            Some(None) => Self::Unfindable,
        }
    }
}

/// Puts the organisation's id where its slug was asked for; `None`: there is none such.
async fn resolved(app: &App, filters: &Filters) -> Result<Option<Filters>, Failure> {
    let mut filters = filters.clone();
    if let Some(slug) = &filters.organization {
        let id: Option<String> = app.store.find(organizations::slug_holder(slug)).await?;
        let Some(id) = id else { return Ok(None) };
        filters.organization = Some(id);
    }
    Ok(Some(filters))
}

/// Reads the number of the newest change of what is published: what was built of an older
/// one is out of date.
///
/// # Errors
/// A fault of the store.
///
/// # Cost
/// One point read.
pub async fn change(app: &App) -> Result<i64, Failure> {
    let newest: Option<i64> = app.store.find(job_listings::number()).await?;
    Ok(newest.unwrap_or(0))
}

/// Reads what was listed since the catalogue was last looked at.
///
/// # Errors
/// A fault of the store.
///
/// # Cost
/// One point read when nothing was; for 100,000 offers at the first search some tenths
/// of a second.
pub async fn follow(app: &App) -> Result<(), Failure> {
    let known = app.openings.read(crate::domain::job::catalog::Catalog::number);
    if change(app).await? <= known {
        return Ok(());
    }
    // Listings that went at once share a number: they are taken over together or not at all.
    let mut listings: Vec<Listing> = Vec::new();
    loop {
        let after = listings.last().map_or((known, "~"), |last| (last.number, &last.job_id));
        let page: Vec<Listing> = app.store.list(job_listings::since(after, CATALOG_ROWS)).await?;
        let is_last = i64::try_from(page.len()).is_ok_and(|rows| rows < CATALOG_ROWS);
        listings.extend(page);
        if is_last {
            break;
        }
    }
    app.openings.follow(listings);
    Ok(())
}

/// Reads the rows of a page, in its order. What was taken off the list meanwhile is left out.
async fn rows(app: &App, places: &[(i64, String)]) -> Result<Vec<Job>, Failure> {
    let ids: Vec<String> = places.iter().map(|(_, id)| id.clone()).collect();
    let reads = ids.chunks(job_list::IDS).map(|chunk| app.store.list(job_list::by_ids(chunk)));
    let found: Vec<Vec<Job>> = try_join_all(reads).await?;
    let mut by_id: HashMap<String, Job> =
        found.into_iter().flatten().map(|job| (job.id.clone(), job)).collect();
    Ok(ids.iter().filter_map(|id| by_id.remove(id)).collect())
}
