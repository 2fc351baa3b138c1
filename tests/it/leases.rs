//! Leases: one holder at a time, and a fence that tells a late one apart.

use antesala::base::clock::Millis;
use antesala::store::leases::{self, Lease};
use antesala::store::{Statement, StoreError};

use crate::support::Opened;
use crate::support::opened::all;

const WORK: &str = "task.clean";

fn take(store: &Opened, holder: &str, until: i64, now: i64) -> Option<Lease> {
    let taken = vec![leases::take(WORK, (holder, "i"), Millis(until), Millis(now))];
    store.apply(taken).unwrap()[0].first().unwrap()
}

fn rows(store: &Opened, statement: Statement) -> u64 {
    store.apply(vec![statement]).unwrap()[0].rows
}

#[test]
fn lease_is_refused_until_it_runs_out_and_its_fence_grows() {
    let store = Opened::new();
    let first = take(&store, "a", 100, 0).unwrap();
    assert_eq!((first.holder.as_str(), first.until, first.fence), ("a", Millis(100), 1));
    assert_eq!(take(&store, "b", 200, 100), None, "the last moment still is the holder's");
    let second = take(&store, "b", 200, 101).unwrap();
    assert_eq!((second.holder.as_str(), second.fence), ("b", 2));
    assert_eq!(take(&store, "b", 300, 102).unwrap().fence, 3, "its own lease may be taken again");
}

#[test]
fn lease_is_renewed_and_released_only_by_whoever_holds_it() {
    let store = Opened::new();
    let first = take(&store, "a", 100, 0).unwrap();
    assert_eq!(rows(&store, leases::renew(&first, Millis(500))), 1);
    assert_eq!(take(&store, "b", 200, 400), None);
    assert_eq!(rows(&store, leases::release(&first)), 1);
    let second = take(&store, "b", 900, 401).unwrap();
    assert_eq!(second.fence, 2, "a release keeps the fence");
    assert_eq!(rows(&store, leases::renew(&first, Millis(990))), 0);
    assert_eq!(rows(&store, leases::release(&first)), 0);
    assert_eq!(take(&store, "a", 990, 402), None);
}

#[test]
fn late_holder_writes_nothing_behind_its_guard() {
    let store = Opened::new();
    let first = take(&store, "a", 100, 0).unwrap();
    let late = |lease: &Lease| {
        vec![leases::guard(lease), leases::take("other", ("a", "i"), Millis(1), Millis(0))]
    };
    store.apply(late(&first)).unwrap();
    take(&store, "b", 900, 101).unwrap();
    let refused = store.apply(late(&first));
    assert!(matches!(refused, Err(StoreError::Unexpected { got: 0, .. })), "{refused:?}");
    let other = vec![leases::take("other", ("a", "i"), Millis(1), Millis(0))];
    let other: Lease = store.apply(other).unwrap()[0].first().unwrap().unwrap();
    assert_eq!(other.fence, 2, "what stood behind the guard was undone");
}

#[test]
fn of_many_that_take_a_lease_at_once_one_gets_it() {
    let store = Opened::new();
    let take = |n| vec![leases::take(WORK, (&format!("h{n}"), "i"), Millis(100), Millis(0))];
    let taken = store.wait(all((0..50).map(|n| store.store.apply(take(n))).collect()));
    let won = taken.into_iter().filter(|outcome| {
        let lease: Option<Lease> = outcome.as_ref().unwrap()[0].first().unwrap();
        lease.is_some()
    });
    assert_eq!(won.count(), 1);
}
