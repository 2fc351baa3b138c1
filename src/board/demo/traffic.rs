//! Who has looked at offers, and the rows of past days that count them.

use super::offers::Offer;
use super::{DAY_S, DAYS, DemoError, Stage};
use crate::base::bounds::TASK_ROWS_MAX;
use crate::base::calendar;
use crate::board::jobs::views;
use crate::store::Statement;
use crate::store::board_figures::{self, Day, JobDay};
use crate::store::job_views::{self, Visit};

/// Most visitors of an offer on a day.
const VISITORS_MAX: i64 = 6;

/// Letters of a hash that stands for a visitor.
const VISITOR_LENGTH: usize = 16;

/// Returns the writes of everybody who has looked at an offer.
pub fn visits(stage: Stage<'_>, offers: &[Offer<'_>]) -> Vec<Statement> {
    let mut writes = Vec::new();
    for offer in offers {
        let Some(mut at) = offer.open_from else { continue };
        // Some offers are looked at more than others.
        let most = stage.dice.between(1, VISITORS_MAX);
        while at < offer.open_until {
            let day = views::day(stage.app, at);
            for _ in 0..stage.dice.between(0, most) {
                let visitor = stage.app.entropy.text(VISITOR_LENGTH);
                let visit = Visit { job_id: &offer.job.id, day: &day, visitor: &visitor };
                writes.extend([job_views::insert(&visit), job_views::count(&offer.job.id)]);
                if stage.dice.happens(25) {
                    writes.push(job_views::again(&visit));
                }
            }
            at = at.plus_s(DAY_S);
        }
    }
    writes
}

/// Writes the rows of the days before today, from what they count.
///
/// # Errors
/// `Store`; `Script` for a day that no calendar has, a defect.
pub async fn statistics(stage: Stage<'_>) -> Result<(), DemoError> {
    for age in (1..=DAYS).rev() {
        let day = day(stage, age)
            .ok_or_else(|| DemoError::Script(String::from("a day that no calendar has")))?;
        let mut after = String::new();
        loop {
            let read = board_figures::of_day(&day, &after, TASK_ROWS_MAX);
            let counted: Vec<JobDay> = stage.app.store.list(read).await?;
            let Some(last) = counted.last() else { break };
            after.clone_from(&last.job_id);
            let rows = counted.iter().map(|of| board_figures::write(&day.name, of)).collect();
            stage.app.store.apply(rows).await?;
        }
    }
    Ok(())
}

/// Returns the day some days ago, in the site's zone.
fn day(stage: Stage<'_>, age: i64) -> Option<Day> {
    let zone = &stage.app.config.cron.timezone;
    let day = calendar::days_later(calendar::day_of(stage.now, zone), -age)?;
    Some(Day {
        name: day.to_string(),
        begins: calendar::begins(day, zone)?,
        ends: calendar::begins(calendar::days_later(day, 1)?, zone)?,
    })
}
