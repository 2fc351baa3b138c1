//! One instance without a socket: a program, its scheduler and a clock.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use antesala::app::{App, Ports};
use antesala::base::clock::{Clock, ManualClock, Millis};
use antesala::base::entropy::Entropy;
use antesala::domain::task::{RunStatus, TaskRun};
use antesala::http::router::Router;
use antesala::serve::{open, tables};
use antesala::store::task_runs;
use antesala::tasks::{Run, Task, Work, plan, scheduler};

use crate::support::server::config;

/// Longest wait for something that happens by itself; reaching it fails the test.
const PATIENCE_S: u64 = 20;

/// Names that tasks of the tests take from real ones, so that settings are theirs too.
pub const FIRST: &str = "optimize";
pub const SECOND: &str = "clean_sessions";

/// Does nothing.
pub fn nothing<'a>(_run: &'a Run<'a>) -> Work<'a> {
    Box::pin(async { Ok(serde_json::json!({"done": 1})) })
}

/// Never ends.
pub fn hang<'a>(_run: &'a Run<'a>) -> Work<'a> {
    Box::pin(std::future::pending())
}

/// Panics.
pub fn panic<'a>(_run: &'a Run<'a>) -> Work<'a> {
    Box::pin(async { panic!("a task of the tests panics") })
}

/// Makes a table of one task.
pub fn table(schedule: &'static str, work: for<'a> fn(&'a Run<'a>) -> Work<'a>) -> &'static [Task] {
    Box::leak(Box::new([Task { name: FIRST, schedule, work }]))
}

pub fn at(iso: &str) -> Millis {
    Millis::parse_iso(iso).unwrap()
}

pub fn clock_at(iso: &str) -> ManualClock {
    ManualClock::at(at(iso))
}

pub fn block_on<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// An instance; several may share a folder and a clock.
pub struct Instance {
    pub app: Arc<App>,
    table: &'static [Task],
}

impl Instance {
    /// Opens the program in a folder; nothing runs yet.
    pub async fn open(
        folder: &Path,
        clock: &ManualClock,
        environment: &[(&str, &str)],
        table: &'static [Task],
    ) -> Self {
        let config = config(folder, environment);
        let router = Router::build(&tables(), &config.auth.base_path).unwrap();
        let ports = Ports { clock: Clock::Manual(clock.clone()), entropy: Entropy::System };
        let (app, _migrated) = open(config, ports, &router).await.unwrap_or_else(|e| panic!("{e}"));
        Self { app: Arc::new(app), table }
    }

    /// Starts the scheduler and waits until it has planned.
    pub async fn start(&self) {
        self.app.spawn(scheduler::run(Arc::clone(&self.app), self.table));
        self.until("plans", async |instance| {
            let now = instance.app.clock.now();
            let plans = plan::all(&instance.app, instance.table).await.unwrap();
            plans.len() == instance.table.len()
                && plans.iter().all(|(task, plan)| {
                    plan.schedule == plan::planned(&instance.app, task, now).schedule
                })
        })
        .await;
        self.settle().await;
    }

    /// Waits until nothing is due and nothing runs.
    pub async fn settle(&self) {
        self.until("quiet", async |instance| {
            let now = instance.app.clock.now();
            let due = plan::due(&instance.app, instance.table, now).await.unwrap();
            let runs = instance.runs().await;
            due.is_empty() && runs.iter().all(|run| run.status != RunStatus::Running)
        })
        .await;
    }

    /// Waits until `is_so`, letting others work.
    pub async fn until(&self, what: &str, is_so: impl AsyncFn(&Self) -> bool) {
        let started = Instant::now();
        while !is_so(self).await {
            assert!(started.elapsed().as_secs() < PATIENCE_S, "waited in vain for {what}");
            tokio::task::yield_now().await;
        }
    }

    /// Moves the clock in steps, and waits after each.
    pub async fn pass(&self, clock: &ManualClock, hours: f64, step_s: i64) {
        #[expect(clippy::cast_possible_truncation, reason = "a few days in seconds")]
        let count = (hours * 3600.0) as i64 / step_s;
        for _ in 0..count {
            clock.advance_s(step_s);
            self.settle().await;
        }
    }

    /// Lists every run, oldest first.
    pub async fn runs(&self) -> Vec<TaskRun> {
        let mut runs: Vec<TaskRun> = self.app.store.list(task_runs::page(10_000)).await.unwrap();
        runs.reverse();
        runs
    }

    /// Lists when each run of a status began.
    pub async fn started(&self, status: RunStatus) -> Vec<String> {
        let runs = self.runs().await.into_iter();
        runs.filter(|run| run.status == status).map(|run| run.started_at.iso()).collect()
    }

    /// Ends in order.
    pub async fn end(self) {
        self.app.stop.cancel();
        self.app.tasks.close();
        self.app.tasks.wait().await;
        self.app.store.close().await.unwrap();
    }
}
