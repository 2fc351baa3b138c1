//! When tasks are due: the table's schedules under what the settings say.

use super::{BACKUP, Task};
use crate::app::App;
use crate::base::bounds::TASK_MISSED_S_MAX;
use crate::base::clock::Millis;
use crate::base::schedule::Schedule;
use crate::config::{Config, Cron, Missed};
use crate::domain::task::TaskPlan;
use crate::store::{StoreError, tasks};

/// What is in force for a task.
pub struct Settled {
    /// When it runs by itself; `None`: it does not.
    pub schedule: Option<Schedule>,
    /// What becomes of a run that downtime swallowed.
    pub missed: Missed,
    /// Seconds after which a run is cancelled.
    pub deadline_s: i64,
}

impl Settled {
    /// Lays the settings over the table. A server's database has its own backup.
    #[must_use]
    pub fn of(task: &Task, config: &Config) -> Self {
        let cron = &config.cron;
        let is_offered = task.name != BACKUP || config.database_file().is_some();
        let own = cron.tasks.get(task.name).cloned().unwrap_or_default();
        let schedule =
            || own.schedule.clone().or_else(|| Schedule::parse(task.schedule, &cron.timezone).ok());
        Self {
            schedule: if own.is_enabled && is_offered { schedule() } else { None },
            missed: own.missed,
            deadline_s: own.deadline_s,
        }
    }

    /// Returns when the task runs next after `moment`.
    #[must_use]
    pub fn next_after(&self, moment: Millis) -> Option<Millis> {
        self.schedule.as_ref()?.next_after(moment)
    }

    /// Tells whether a run that was swallowed before `now` is still to be made up for.
    #[must_use]
    pub fn is_made_up_for(&self, now: Millis) -> bool {
        let oldest = self.next_after(now.plus_s(-TASK_MISSED_S_MAX));
        self.missed == Missed::RunOnce && oldest.is_some_and(|moment| moment <= now)
    }

    /// Writes the schedule down as the database keeps it: another one is planned anew.
    fn text(&self, cron: &Cron) -> String {
        let zone = cron.timezone.iana_name().unwrap_or("UTC");
        let text = self.schedule.as_ref().map(Schedule::text);
        text.map_or_else(|| String::from("off"), |text| format!("{text} {zone}"))
    }
}

/// Returns how a task is planned by the settings as they are.
#[must_use]
pub fn planned(app: &App, task: &Task, now: Millis) -> TaskPlan {
    let settled = Settled::of(task, &app.config);
    TaskPlan {
        name: task.name.to_owned(),
        schedule: settled.text(&app.config.cron),
        next_run_at: settled.next_after(now),
    }
}

/// Lists what is planned of some tasks, as the database has it.
///
/// # Errors
/// As `Store::list`.
pub async fn all(
    app: &App,
    table: &'static [Task],
) -> Result<Vec<(&'static Task, TaskPlan)>, StoreError> {
    let plans: Vec<TaskPlan> = app.store.list(tasks::list()).await?;
    let known = plans.into_iter().filter_map(|plan| {
        let task = table.iter().find(|task| task.name == plan.name)?;
        Some((task, plan))
    });
    Ok(known.collect())
}

/// Lists what of some tasks is due, with the moment since when.
///
/// # Errors
/// As `Store::list`.
pub async fn due(
    app: &App,
    table: &'static [Task],
    now: Millis,
) -> Result<Vec<(&'static Task, Millis)>, StoreError> {
    let plans = all(app, table).await?.into_iter();
    let due = plans.filter_map(|(task, plan)| Some((task, plan.next_run_at?)));
    Ok(due.filter(|(_task, at)| *at <= now).collect())
}

/// Writes down how some tasks are planned, where that has changed.
///
/// # Errors
/// As `Store::apply`.
pub async fn sync(app: &App, table: &'static [Task], now: Millis) -> Result<(), StoreError> {
    let batch = table.iter().map(|task| tasks::plan(&planned(app, task, now))).collect();
    app.store.apply(batch).await.map(|_affected| ())
}
