//! The clock's door, under a clock that is moved by hand.

use antesala::domain::task::RunStatus;
use antesala::tasks::Task;

use super::instance::{FIRST, Instance, SECOND, block_on, clock_at, hang, nothing, panic, table};

#[test]
fn day_on_which_an_hour_is_skipped_leaves_nothing_out_and_repeats_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let clock = clock_at("2027-03-27T22:59:00Z");
    block_on(async {
        let instance =
            Instance::open(folder.path(), &clock, &[], table("30 2 * * *", nothing)).await;
        instance.start().await;
        // Two local days of Madrid, the first of 23 hours.
        instance.pass(&clock, 47.1, 300).await;
        assert_eq!(
            instance.started(RunStatus::Ok).await,
            ["2027-03-28T01:04:00.000Z", "2027-03-29T00:34:00.000Z"]
        );
        instance.end().await;
    });
}

#[test]
fn day_on_which_an_hour_comes_twice_leaves_nothing_out_and_repeats_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let clock = clock_at("2026-10-24T21:59:00Z");
    let tasks: &'static [Task] = Box::leak(Box::new([
        Task { name: FIRST, schedule: "30 2 * * *", work: nothing },
        Task { name: SECOND, schedule: "0 * * * *", work: nothing },
    ]));
    block_on(async {
        let instance = Instance::open(folder.path(), &clock, &[], tasks).await;
        instance.start().await;
        // The local day of 25 hours, and not its end.
        instance.pass(&clock, 25.0, 60).await;
        let runs = instance.runs().await;
        let of = |name: &str| runs.iter().filter(|run| run.task == name).collect::<Vec<_>>();
        assert_eq!(of(SECOND).len(), 25, "an hourly task runs in each hour that passes");
        let daily = of(FIRST);
        assert_eq!(daily.len(), 1, "{daily:?}");
        assert_eq!(daily[0].started_at.iso(), "2026-10-25T00:30:00.000Z");
        instance.end().await;
    });
}

#[test]
fn end_of_the_month_is_met_in_every_month_that_has_it() {
    let folder = tempfile::tempdir().unwrap();
    let clock = clock_at("2027-01-30T12:00:00Z");
    block_on(async {
        let instance =
            Instance::open(folder.path(), &clock, &[], table("0 5 L * *", nothing)).await;
        instance.start().await;
        instance.pass(&clock, 24.0 * 61.0, 3600).await;
        assert_eq!(
            instance.started(RunStatus::Ok).await,
            ["2027-01-31T04:00:00.000Z", "2027-02-28T04:00:00.000Z", "2027-03-31T03:00:00.000Z"]
        );
        instance.end().await;
    });
}

/// Plans a task, is away for `hours`, and tells what became of the runs meanwhile.
fn after_downtime(
    schedule: &'static str,
    hours: i64,
    environment: &[(&str, &str)],
) -> Vec<(RunStatus, String)> {
    let folder = tempfile::tempdir().unwrap();
    let clock = clock_at("2027-01-15T10:00:00Z");
    block_on(async {
        let before =
            Instance::open(folder.path(), &clock, environment, table(schedule, nothing)).await;
        before.start().await;
        assert_eq!(before.runs().await, []);
        before.end().await;
        clock.advance_s(hours * 3600);
        let after =
            Instance::open(folder.path(), &clock, environment, table(schedule, nothing)).await;
        after.start().await;
        let runs = after.runs().await;
        after.end().await;
        runs.into_iter().map(|run| (run.status, run.started_at.iso())).collect()
    })
}

#[test]
fn downtime_over_a_scheduled_minute_is_made_up_for_once() {
    let made_up = after_downtime("30 * * * *", 3, &[]);
    assert_eq!(made_up, [(RunStatus::Ok, "2027-01-15T13:00:00.000Z".to_owned())]);
    // Days away: only the last 24 hours count, and they have one run of a daily task.
    assert_eq!(after_downtime("0 12 * * *", 80, &[]).len(), 1);
}

#[test]
fn downtime_is_skipped_where_the_settings_say_so_or_it_is_too_long_ago() {
    let skip = [("ANTESALA_CRON__OPTIMIZE__MISSED", "skip")];
    let skipped = after_downtime("30 * * * *", 3, &skip);
    assert_eq!(skipped, [(RunStatus::Missed, "2027-01-15T10:30:00.000Z".to_owned())]);
    // Friday 13:00 in Madrid, seen again on Monday.
    let stale = after_downtime("0 13 * * FRI", 72, &[]);
    assert_eq!(stale, [(RunStatus::Missed, "2027-01-15T12:00:00.000Z".to_owned())]);
}

#[test]
fn two_schedulers_on_one_database_run_each_task_once() {
    let folder = tempfile::tempdir().unwrap();
    let clock = clock_at("2027-01-15T10:00:00Z");
    let tasks: &'static [Task] = Box::leak(Box::new([
        Task { name: FIRST, schedule: "*/20 * * * *", work: nothing },
        Task { name: SECOND, schedule: "*/30 * * * *", work: nothing },
    ]));
    block_on(async {
        let one = Instance::open(folder.path(), &clock, &[], tasks).await;
        let two = Instance::open(folder.path(), &clock, &[], tasks).await;
        one.start().await;
        two.start().await;
        for _ in 0..36 {
            clock.advance_s(600);
            one.settle().await;
            // Both have looked at this moment.
            let now = one.app.clock.now();
            let is_seen = async |instance: &Instance| instance.app.scheduler_seen_at() == now;
            one.until("the first", is_seen).await;
            two.until("the second", is_seen).await;
            two.settle().await;
        }
        let runs = one.runs().await;
        let count = |name: &str| runs.iter().filter(|run| run.task == name).count();
        assert_eq!((count(FIRST), count(SECOND)), (18, 12));
        assert!(runs.iter().all(|run| run.status == RunStatus::Ok), "{runs:?}");
        one.end().await;
        two.end().await;
    });
}

#[test]
fn task_that_panics_fails_alone_and_runs_again() {
    let folder = tempfile::tempdir().unwrap();
    let clock = clock_at("2027-01-15T10:00:00Z");
    let tasks: &'static [Task] = Box::leak(Box::new([
        Task { name: FIRST, schedule: "*/10 * * * *", work: panic },
        Task { name: SECOND, schedule: "*/10 * * * *", work: nothing },
    ]));
    block_on(async {
        let instance = Instance::open(folder.path(), &clock, &[], tasks).await;
        instance.start().await;
        instance.pass(&clock, 0.5, 600).await;
        let runs = instance.runs().await;
        let of = |name: &str, status: RunStatus| {
            runs.iter().filter(|run| run.task == name && run.status == status).count()
        };
        assert_eq!(of(FIRST, RunStatus::Failed), 3, "{runs:?}");
        assert_eq!(of(SECOND, RunStatus::Ok), 3, "{runs:?}");
        let failed = runs.iter().find(|run| run.task == FIRST).unwrap();
        assert!(failed.detail.contains("panicked"), "{}", failed.detail);
        instance.end().await;
    });
}

#[test]
fn task_that_hangs_is_cancelled_at_its_deadline_and_runs_again() {
    let folder = tempfile::tempdir().unwrap();
    let clock = clock_at("2027-01-15T10:00:00Z");
    let deadline = [("ANTESALA_CRON__OPTIMIZE__DEADLINE_S", "90")];
    block_on(async {
        let instance =
            Instance::open(folder.path(), &clock, &deadline, table("*/10 * * * *", hang)).await;
        instance.start().await;
        let is_running = async |instance: &Instance| {
            instance.runs().await.iter().any(|run| run.status == RunStatus::Running)
        };
        for round in 1..=2 {
            clock.advance_s(if round == 1 { 600 } else { 510 });
            instance.until("the run", is_running).await;
            clock.advance_s(89);
            tokio::task::yield_now().await;
            assert!(is_running(&instance).await, "it has a second left");
            clock.advance_s(1);
            instance.settle().await;
            let late = instance.started(RunStatus::TimedOut).await;
            assert_eq!(late.len(), round, "{late:?}");
        }
        let run = instance.runs().await.remove(0);
        assert_eq!(run.duration_ms(), Some(90_000));
        instance.end().await;
    });
}

#[test]
fn program_that_ends_leaves_its_run_interrupted_and_due() {
    let folder = tempfile::tempdir().unwrap();
    let clock = clock_at("2027-01-15T10:00:00Z");
    block_on(async {
        let before = Instance::open(folder.path(), &clock, &[], table("0 * * * *", hang)).await;
        before.start().await;
        clock.advance_s(3600);
        before.until("the run", async |i| !i.runs().await.is_empty()).await;
        before.end().await;
        clock.advance_s(1);
        let after = Instance::open(folder.path(), &clock, &[], table("0 * * * *", nothing)).await;
        after.start().await;
        let runs = after.runs().await;
        let statuses: Vec<_> = runs.iter().map(|run| run.status).collect();
        assert_eq!(statuses, [RunStatus::Interrupted, RunStatus::Ok]);
        after.end().await;
    });
}

#[test]
fn schedule_of_the_settings_wins_and_a_changed_one_is_planned_anew() {
    let folder = tempfile::tempdir().unwrap();
    let clock = clock_at("2027-01-15T10:00:00Z");
    let runs_with = |environment: &'static [(&str, &str)]| {
        block_on(async {
            let instance =
                Instance::open(folder.path(), &clock, environment, table("0 0 1 1 *", nothing))
                    .await;
            instance.start().await;
            instance.pass(&clock, 1.0, 60).await;
            let count = instance.runs().await.len();
            instance.end().await;
            count
        })
    };
    assert_eq!(runs_with(&[]), 0);
    assert_eq!(runs_with(&[("ANTESALA_CRON__OPTIMIZE__SCHEDULE", "30 */10 * * * *")]), 6);
    let off = [
        ("ANTESALA_CRON__OPTIMIZE__SCHEDULE", "30 */10 * * * *"),
        ("ANTESALA_CRON__OPTIMIZE__ENABLED", "false"),
    ];
    assert_eq!(runs_with(Box::leak(Box::new(off))), 6);
}
