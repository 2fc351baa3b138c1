//! `[cron]`: who may start tasks, when they start by themselves, who is told.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;

use super::key::{Key, Kind, Use};
use super::values::Values;
use crate::base::schedule::Schedule;
use crate::base::secret::Secret;

const fn now(path: &'static str, kind: Kind, default: &'static str) -> Key {
    Key { path, kind, default, use_: Use::Now }
}

const fn of_task(path: &'static str, kind: Kind, default: &'static str) -> Key {
    Key { path, kind, default, use_: Use::NowIn(&TASKS) }
}

/// The keys of the section.
pub const KEYS: &[Key] = &[
    now("cron.secret", Kind::Secret, ""),
    now("cron.timezone", Kind::TimeZone, "\"Europe/Madrid\""),
    now("cron.ping_url", Kind::SecretAddress, ""),
    of_task("cron.*.schedule", Kind::Schedule, ""),
    of_task("cron.*.enabled", Kind::Flag, "true"),
    of_task("cron.*.missed", Kind::Choice(&["run_once", "skip"]), "\"run_once\""),
    of_task("cron.*.deadline_s", Kind::Integer(1, 86_400), "3600"),
];

/// The tasks of this version.
pub const TASKS: [&str; 11] = [
    "clean_sessions",
    "mail_outbox",
    "backup",
    "optimize",
    "expire_jobs",
    "job_alerts_daily",
    "job_alerts_weekly",
    "waitlist_digest",
    "job_statistics",
    "weekly_reports",
    "archive_applications",
];

/// Tasks of later versions: a file may name them already.
pub const TASKS_LATER: [&str; 0] = [];

/// `[cron]`
#[derive(Clone, Debug)]
pub struct Cron {
    /// Opens `/api/cron`; `None` until `secrets::resolve` has made one.
    pub secret: Option<Secret<String>>,
    /// The zone in which schedules are read.
    pub timezone: TimeZone,
    /// Who is told that a task started, succeeded or failed; `{task}` becomes its name.
    pub ping_url: Option<String>,
    /// What was set for single tasks, by name.
    pub tasks: BTreeMap<String, TaskSettings>,
}

/// What is set for a task; by default, what the keys say.
#[derive(Clone, Debug)]
pub struct TaskSettings {
    /// When the task runs by itself; `None`: as the task itself says.
    pub schedule: Option<Schedule>,
    /// Whether it runs by itself at all.
    pub is_enabled: bool,
    /// What becomes of a run that downtime swallowed.
    pub missed: Missed,
    /// Seconds after which a run is cancelled.
    pub deadline_s: i64,
}

impl Default for TaskSettings {
    fn default() -> Self {
        Self { schedule: None, is_enabled: true, missed: Missed::RunOnce, deadline_s: 3600 }
    }
}

/// What becomes of a run that downtime swallowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Missed {
    /// It is made up for, once, when it is not older than a day.
    RunOnce,
    /// It is not made up for.
    Skip,
}

impl Cron {
    pub(super) fn read(values: &Values) -> Self {
        let timezone = TimeZone::get(&values.text("cron.timezone")).unwrap_or(TimeZone::UTC);
        let named = values.iter().filter_map(|(path, _held)| {
            let (task, _key) = path.strip_prefix("cron.")?.split_once('.')?;
            Some((task.to_owned(), TaskSettings::read(values, task, &timezone)))
        });
        Self {
            secret: values.text_or_none("cron.secret").map(Secret::new),
            ping_url: values.text_or_none("cron.ping_url"),
            tasks: named.collect(),
            timezone,
        }
    }
}

impl TaskSettings {
    fn read(values: &Values, task: &str, timezone: &TimeZone) -> Self {
        let path = |key: &str| format!("cron.{task}.{key}");
        let [enabled, deadline_s] = [path("enabled"), path("deadline_s")];
        let schedule = values.text_or_none(&path("schedule"));
        let by_default = Self::default();
        Self {
            schedule: schedule.and_then(|text| Schedule::parse(&text, timezone).ok()),
            is_enabled: !values.is_set(&enabled) || values.flag(&enabled),
            missed: match values.text(&path("missed")).as_str() {
                "skip" => Missed::Skip,
                _ => by_default.missed,
            },
            deadline_s: if values.is_set(&deadline_s) {
                values.integer(&deadline_s)
            } else {
                by_default.deadline_s
            },
        }
    }
}
