//! A run whose process is gone, and one that wakes up too late.

use antesala::base::clock::Millis;
use antesala::domain::task::{Door, RunStatus, TaskRun};
use antesala::store::verifications::{self, Verification};
use antesala::store::{StoreError, task_runs};
use antesala::tasks::run::{self, Claim, Claimed};
use antesala::tasks::{Run, Work, scheduler};

use super::instance::{Instance, block_on, clock_at, nothing, table};

async fn claimed(instance: &Instance, table: &'static [antesala::tasks::Task]) -> Claimed {
    run::claim(&instance.app, &table[0], Door::Cli, None).await.unwrap()
}

fn ours(claimed: Claimed) -> Claim {
    match claimed {
        Claimed::Ours(claim) => *claim,
        Claimed::Busy | Claimed::Done => panic!("somebody else has it"),
    }
}

/// Runs a task by hand and returns how it ended.
pub async fn run_once(instance: &Instance, table: &'static [antesala::tasks::Task]) -> TaskRun {
    let claim = ours(claimed(instance, table).await);
    let mut ended = None;
    run::complete(&instance.app, claim, |run| ended = Some(run)).await;
    ended.unwrap()
}

async fn found(instance: &Instance, id: &str) -> TaskRun {
    instance.app.store.find(task_runs::by_id(id)).await.unwrap().unwrap()
}

#[test]
fn lost_run_is_interrupted_and_its_task_free_once_the_lease_has_run_out() {
    let folder = tempfile::tempdir().unwrap();
    let clock = clock_at("2027-01-15T10:00:00Z");
    let tasks = table("0 0 1 1 *", nothing);
    block_on(async {
        let dead = Instance::open(folder.path(), &clock, &[], tasks).await;
        let living = Instance::open(folder.path(), &clock, &[], tasks).await;
        let lost = ours(claimed(&dead, tasks).await);
        assert!(matches!(claimed(&living, tasks).await, Claimed::Busy));
        clock.advance_s(60);
        assert!(matches!(claimed(&living, tasks).await, Claimed::Busy), "the lease lives");
        scheduler::bury_orphans(&living.app, living.app.clock.now()).await.unwrap();
        assert_eq!(found(&living, &lost.run.id).await.status, RunStatus::Running);
        clock.advance_s(1);
        scheduler::bury_orphans(&living.app, living.app.clock.now()).await.unwrap();
        assert_eq!(found(&living, &lost.run.id).await.status, RunStatus::Interrupted);
        let again = ours(claimed(&living, tasks).await);
        run::complete(&living.app, again, |run| assert_eq!(run.status, RunStatus::Ok)).await;
        dead.end().await;
        living.end().await;
    });
}

#[test]
fn run_of_a_process_that_slept_past_its_lease_is_not_taken_for_lost_there() {
    let folder = tempfile::tempdir().unwrap();
    let clock = clock_at("2027-01-15T10:00:00Z");
    let tasks = table("0 0 1 1 *", nothing);
    block_on(async {
        let sleeper = Instance::open(folder.path(), &clock, &[], tasks).await;
        let other = Instance::open(folder.path(), &clock, &[], tasks).await;
        let run = ours(claimed(&sleeper, tasks).await);
        let id = run.run.id.clone();
        clock.advance_s(61);
        scheduler::bury_orphans(&sleeper.app, sleeper.app.clock.now()).await.unwrap();
        assert_eq!(found(&sleeper, &id).await.status, RunStatus::Running);
        // Another process cannot know, and what it wrote is put right at the end.
        scheduler::bury_orphans(&other.app, other.app.clock.now()).await.unwrap();
        assert_eq!(found(&sleeper, &id).await.status, RunStatus::Interrupted);
        run::complete(&sleeper.app, run, |_run| {}).await;
        assert_eq!(found(&sleeper, &id).await.status, RunStatus::Ok);
        sleeper.end().await;
        other.end().await;
    });
}

/// Writes one row, guarded by the lease.
fn write<'a>(run: &'a Run<'a>) -> Work<'a> {
    Box::pin(async {
        let row = Verification {
            id: String::from("ver_tarde"),
            identifier: String::from("tarde"),
            value: String::from("x"),
            subject: None,
            expires_at: Millis(1),
            created_at: Millis(0),
        };
        match run.apply(vec![verifications::insert(&row)]).await {
            Err(error @ StoreError::Unexpected { .. }) => Err(error.into()),
            other => panic!("the batch was not undone: {other:?}"),
        }
    })
}

#[test]
fn holder_that_wakes_up_too_late_writes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let clock = clock_at("2027-01-15T10:00:00Z");
    let (late, quick) = (table("0 0 1 1 *", write), table("0 0 1 1 *", nothing));
    block_on(async {
        let one = Instance::open(folder.path(), &clock, &[], late).await;
        let two = Instance::open(folder.path(), &clock, &[], quick).await;
        let slow = ours(claimed(&one, late).await);
        clock.advance_s(61);
        let other = ours(claimed(&two, quick).await);
        let (slow_id, other_id) = (slow.run.id.clone(), other.run.id.clone());
        run::complete(&one.app, slow, |_run| {}).await;
        assert_eq!(found(&one, &slow_id).await.status, RunStatus::Interrupted);
        assert_eq!(found(&one, &other_id).await.status, RunStatus::Running);
        assert!(matches!(claimed(&one, quick).await, Claimed::Busy), "the other's lease stands");
        run::complete(&two.app, other, |run| assert_eq!(run.status, RunStatus::Ok)).await;
        let written = verifications::by_identifier("tarde");
        assert!(one.app.store.find::<Verification>(written).await.unwrap().is_none());
        one.end().await;
        two.end().await;
    });
}

#[test]
fn process_that_slept_past_its_lease_goes_on_and_does_not_overtake_itself() {
    let folder = tempfile::tempdir().unwrap();
    let clock = clock_at("2027-01-15T10:00:00Z");
    let tasks = table("0 * * * *", super::instance::hang);
    block_on(async {
        let instance = Instance::open(folder.path(), &clock, &[], tasks).await;
        instance.start().await;
        clock.advance_s(3600);
        instance.until("the run", async |i| !i.runs().await.is_empty()).await;
        // Longer than any lease, and nobody else is there.
        clock.advance_s(600);
        let seen = instance.app.clock.now();
        instance.until("a look", async |i| i.app.scheduler_seen_at() == seen).await;
        let runs = instance.runs().await;
        assert_eq!(runs.len(), 1, "{runs:?}");
        instance.end().await;
    });
}
