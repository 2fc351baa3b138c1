//! A page of people among a million.
//!
//! Every condition is counted by its index. Are those of one few, they are fetched,
//! held against the other and sorted here. Are they many, the index of the order is
//! walked, where a page of them is near. So the work of both ways is bounded; only
//! the total of two conditions that many fulfil takes a look at everybody.

use super::permit;
use crate::account::session::Live;
use crate::app::{App, Failure};
use crate::base::bounds::{LISTED_BY_FETCHING_MAX, TASK_ROWS_MAX};
use crate::domain::refusal::Refusal;
use crate::domain::search::{self, Condition, Listing};
use crate::domain::user::User;
use crate::store::user_list::{self, Named};
use crate::store::{Statement, StoreError};

/// A page, and how many there are in all.
#[derive(Debug)]
pub struct Page {
    /// The people of the page.
    pub people: Vec<User>,
    /// How many fulfil the conditions.
    pub total: usize,
}

/// Lists people.
///
/// # Errors
/// `MayNotListUsers`.
///
/// # Cost
/// Two to four reads on the reader threads.
pub async fn page(app: &App, live: &Live, listing: &Listing) -> Result<Page, Failure> {
    permit(live, Refusal::MayNotListUsers)?;
    let mut least: Option<(usize, &Condition)> = None;
    for condition in &listing.conditions {
        let count = match user_list::count(condition) {
            Some(count) => number(app, count).await?,
            None => 1,
        };
        if least.is_none_or(|(least, _)| count < least) {
            least = Some((count, condition));
        }
    }
    match least {
        Some((count, condition)) if count <= LISTED_BY_FETCHING_MAX => {
            fetched(app, listing, condition).await
        }
        Some((count, _)) => {
            let total = match listing.conditions.as_slice() {
                [_one] => count,
                several => number(app, user_list::count_by_looking(several)).await?,
            };
            walked(app, listing, total).await
        }
        None => walked(app, listing, number(app, user_list::count_all()).await?).await,
    }
}

async fn fetched(app: &App, listing: &Listing, by: &Condition) -> Result<Page, Failure> {
    // Some may have come since they were counted: those are left for the next look.
    let limit = i64::try_from(LISTED_BY_FETCHING_MAX).unwrap_or(i64::MAX);
    let mut people: Vec<User> = app.store.list(user_list::rows(by, limit)).await?;
    people.retain(|user| listing.conditions.iter().all(|condition| condition.holds(user)));
    listing.arrange(&mut people);
    let total = people.len();
    let people = people.into_iter().skip(listing.offset).take(listing.limit).collect();
    Ok(Page { people, total })
}

async fn walked(app: &App, listing: &Listing, total: usize) -> Result<Page, Failure> {
    // Behind the last one there is nothing to walk to.
    if listing.offset >= total {
        return Ok(Page { people: Vec::new(), total });
    }
    Ok(Page { people: app.store.list(user_list::walk(listing)).await?, total })
}

async fn number(app: &App, count: Statement) -> Result<usize, StoreError> {
    let counted: Vec<i64> = app.store.list(count).await?;
    Ok(counted.first().and_then(|count| usize::try_from(*count).ok()).unwrap_or(0))
}

/// Works out the folded names that an earlier version did not store; returns how many.
///
/// # Errors
/// A fault of the store; what was done stays.
///
/// # Cost
/// One look at an index, and a batch for every few hundred names.
pub async fn fold_names(app: &App) -> Result<usize, Failure> {
    let mut done = 0;
    while !app.stop.is_cancelled() {
        let found: Vec<Named> = app.store.list(user_list::unfolded(TASK_ROWS_MAX)).await?;
        if found.is_empty() {
            break;
        }
        done += found.len();
        let fold = |named: &Named| user_list::folded_set(named, &search::folded(&named.name));
        app.store.apply(found.iter().map(fold).collect()).await?;
    }
    Ok(done)
}
