//! Tasks, their leases, and who waits for them.

/// Time for which a task's lease is taken, in seconds: how long a killed process keeps
/// its task from running again.
pub const TASK_LEASE_S: i64 = 60;

/// Time between two renewals of a running task's lease, in seconds: two may fail.
pub const TASK_RENEW_S: i64 = 20;

/// Longest time between two looks of the scheduler at what is due, in seconds: how
/// late it notices what another instance planned, left or lost.
pub const SCHEDULER_IDLE_S: i64 = 15;

/// Lateness above which a run counts as missed, in seconds: longer than a lease, so
/// that taking over from a killed process is not a miss.
pub const TASK_LATE_S_MAX: i64 = 300;

/// Age above which a missed run is not made up for, in seconds.
pub const TASK_MISSED_S_MAX: i64 = 86_400;

/// Time for which runs are remembered, in seconds: 90 days.
pub const TASK_RUNS_KEPT_S: i64 = 90 * 86_400;

/// Most lost runs that one look of the scheduler buries.
pub const TASK_ORPHANS_MAX: i64 = 100;

/// Longest time that `/api/cron` waits for runs before it answers that they go on, in seconds.
pub const CRON_WAIT_S: i64 = 50;

/// Longest time of a request to `/api/cron`, in seconds: its wait, and time to answer.
pub const CRON_REQUEST_S: u64 = 60;

/// Most characters of an error that a run's detail keeps.
pub const TASK_ERROR_LENGTH_MAX: usize = 500;

/// Longest time of a ping, in seconds; nobody's answer depends on it.
pub const PING_TIMEOUT_S: u64 = 10;

/// Silence of the scheduler after which it counts as dead, in seconds: eight of its looks.
pub const SCHEDULER_SILENCE_S_MAX: i64 = 120;

/// Time between two looks for instances that are gone with something in their hands, in
/// seconds: what they held is free within three of them.
pub const INSTANCE_LOOK_S: i64 = 4;

/// Time for which an instance of a database server must be seen to be gone, in seconds:
/// two looks, so that one which lost its connection for a moment is back before.
pub const INSTANCE_GONE_S: i64 = 8;

/// Most instances that hold something at a time and are looked at.
pub const INSTANCES_HOLDING_MAX: i64 = 1_000;
