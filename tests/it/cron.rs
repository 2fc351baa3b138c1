//! Tasks: on the clock, by every door, once each, and never forgotten.

mod clock;
mod command;
mod digest;
mod door;
mod instance;
mod lease;
mod ping;

use antesala::config;
use antesala::tasks::TASKS;

#[test]
fn settings_know_every_task_and_no_other() {
    let mut known: Vec<&str> = config::TASKS.to_vec();
    let mut there: Vec<&str> = TASKS.iter().map(|task| task.name).collect();
    known.sort_unstable();
    there.sort_unstable();
    assert_eq!(known, there);
}
