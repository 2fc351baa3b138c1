//! A page of people among a million.
//!
//! Are those who fulfil one condition few, they are fetched by its index, held against
//! the other and sorted here. Are they many, everybody is looked at where that is
//! cheapest: along an index for the total, in two halves at once; then, of few, the
//! halves are walked to them, and of many the order, from its nearer end, to the page.
//! So the work is bounded whatever is asked.

use futures_util::future::try_join;

use super::permit;
use crate::account::session::Live;
use crate::app::{App, Failure};
use crate::base::bounds::{LISTED_BY_FETCHING_MAX, TASK_ROWS_MAX};
use crate::base::clock::Millis;
use crate::domain::refusal::Refusal;
use crate::domain::search::{self, Condition, Direction, Listing, SortField};
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
/// Two to six reads on the reader threads; at most two looks at everybody.
pub async fn page(app: &App, live: &Live, listing: &Listing) -> Result<Page, Failure> {
    permit(live, Refusal::MayNotListUsers)?;
    for condition in &listing.conditions {
        let some = match user_list::some(condition, count_of(LISTED_BY_FETCHING_MAX + 1)) {
            Some(some) => number(app, some).await?,
            None => 1,
        };
        if some <= LISTED_BY_FETCHING_MAX {
            return fetched(app, listing, condition).await;
        }
    }
    let all = number(app, user_list::count_all()).await?;
    let halves = counted(app, listing, all).await?;
    let total = halves.0 + halves.1;
    let is_search = listing.conditions.iter().any(|each| matches!(each, Condition::Text(..)));
    if is_search && total <= LISTED_BY_FETCHING_MAX {
        scattered(app, listing, halves).await
    } else {
        walked(app, listing, total).await
    }
}

/// Takes a page of few whom no index could tell from many, of the counts of both halves.
async fn scattered(app: &App, listing: &Listing, halves: (usize, usize)) -> Result<Page, Failure> {
    // The oldest of the one half and the newest of the other: neither way leaves its half.
    let by_age = Listing { sort: (SortField::CreatedAt, Direction::Ascending), ..listing.clone() };
    let walk = async |direction, count| {
        if count == 0 {
            return Ok(Vec::new());
        }
        app.store.list::<User>(user_list::walk(&by_age, direction, (count, 0))).await
    };
    let (mut people, newer) =
        try_join(walk(Direction::Ascending, halves.0), walk(Direction::Descending, halves.1))
            .await?;
    people.extend(newer);
    // Who left a half since it was counted made the way longer by one of the other.
    people.sort_unstable_by(|one, other| one.id.cmp(&other.id));
    people.dedup_by(|one, other| one.id == other.id);
    Ok(arranged(listing, people))
}

async fn fetched(app: &App, listing: &Listing, by: &Condition) -> Result<Page, Failure> {
    // Some may have come since they were counted: those are left for the next look.
    let limit = count_of(LISTED_BY_FETCHING_MAX);
    let mut people: Vec<User> = app.store.list(user_list::rows(by, limit)).await?;
    people.retain(|user| listing.conditions.iter().all(|condition| condition.holds(user)));
    Ok(arranged(listing, people))
}

/// Sorts everybody who fulfils the conditions and takes the page.
fn arranged(listing: &Listing, mut people: Vec<User>) -> Page {
    listing.arrange(&mut people);
    let total = people.len();
    let people = people.into_iter().skip(listing.offset).take(listing.limit).collect();
    Page { people, total }
}

/// Counts who fulfils every condition, of `all` that there are: the older half and the
/// newer, or everybody in the first where halves gain nothing.
async fn counted(app: &App, listing: &Listing, all: usize) -> Result<(usize, usize), Failure> {
    let (mut text, mut other) = (None, None);
    let mut between = (Millis(i64::MIN), Millis(i64::MAX));
    for condition in &listing.conditions {
        match condition {
            Condition::Text(field, place, needle) => text = Some((*field, *place, needle.as_str())),
            Condition::Created(from, before) => between = (*from, *before),
            Condition::Role(_)
            | Condition::Banned(_)
            | Condition::EmailVerified(_)
            | Condition::Id(_)
            | Condition::Email(_) => other = Some(condition),
        }
    }
    let Some(text) = text else {
        let counts = listing.conditions.first().and_then(user_list::count);
        let total = match counts {
            Some(count) => number(app, count).await?,
            None => all,
        };
        return Ok((total, 0));
    };
    let look = |between| number(app, user_list::count_by_looking(between, text, other));
    if !app.store.gains_by_halves() {
        return Ok((look(between).await?, 0));
    }
    let pivots: Vec<Millis> = app.store.list(user_list::pivot(all / 2)).await?;
    let pivot = pivots.first().map_or(between.1, |pivot| (*pivot).clamp(between.0, between.1));
    Ok(try_join(look((between.0, pivot)), look((pivot, between.1))).await?)
}

/// Takes a page of whom there are `total`, walking to it from the nearer end.
async fn walked(app: &App, listing: &Listing, total: usize) -> Result<Page, Failure> {
    // Behind the last one there is nothing to walk to.
    let Some(left) = total.checked_sub(listing.offset).filter(|left| *left > 0) else {
        return Ok(Page { people: Vec::new(), total });
    };
    let limit = listing.limit.min(left);
    let direction = listing.sort.1;
    if listing.offset <= total / 2 {
        let walk = user_list::walk(listing, direction, (limit, listing.offset));
        return Ok(Page { people: app.store.list(walk).await?, total });
    }
    let walk = user_list::walk(listing, direction.reversed(), (limit, left - limit));
    let mut people: Vec<User> = app.store.list(walk).await?;
    people.reverse();
    Ok(Page { people, total })
}

fn count_of(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
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
