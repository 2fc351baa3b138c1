//! The charts of the console: thirty days by the day, the last day by the half hour.

use crate::app::{App, Failure};
use crate::base::calendar;
use crate::base::clock::Millis;
use crate::base::metrics::Figures;
use crate::http::words::PageWords;
use crate::pages::chart::{Chart, Point, Shape, Unit, draw};
use crate::store::Statement;
use crate::store::figures::Hourly;

/// Days of a chart.
const DAYS: i64 = 30;

/// Windows of five minutes in a half hour.
const HALF_HOUR: usize = 6;

const HOUR_MS: i64 = 3_600_000;

/// Counts something by the day, over the last thirty.
///
/// # Errors
/// A fault of the store.
pub async fn daily(
    app: &App,
    words: &PageWords<'_>,
    now: Millis,
    count: fn(Millis, Millis) -> Statement,
) -> Result<Vec<Point>, Failure> {
    let zone = &app.config.cron.timezone;
    let days = calendar::days(now, DAYS, zone);
    let (Some(first), Some(end)) = (days.first().copied(), days.last().copied()) else {
        return Ok(Vec::new());
    };
    let hours: Vec<Hourly> = app.store.list(count(first, end)).await?;
    let at = |hour: &Hourly| first.plus_ms(hour.hour.saturating_mul(HOUR_MS));
    let points = days.iter().zip(days.iter().skip(1)).map(|(begins, ends)| {
        let own = hours.iter().filter(|hour| at(hour) >= *begins && at(hour) < *ends);
        let value = own.map(|hour| hour.count).sum();
        Point { of: calendar::short_day(words.locale(), *begins, zone), value }
    });
    Ok(points.collect())
}

/// Draws what was counted by the day.
#[must_use]
pub fn days(words: &PageWords<'_>, title: &str, points: &[Point]) -> Chart {
    let total: i64 = points.iter().map(|point| point.value).sum();
    let heads = [words.text("console-day"), words.text("console-number")];
    let said = words.count("console-in-thirty-days", &total);
    draw(words.text(title), said, heads, (points, Shape::Bars, Unit::Count))
}

/// Draws how many there are in all, day by day; `total` is how many there are now.
#[must_use]
pub fn growth(words: &PageWords<'_>, title: &str, (points, total): (&[Point], i64)) -> Chart {
    let recent: i64 = points.iter().map(|point| point.value).sum();
    let mut sum = total - recent;
    let grown: Vec<Point> = points
        .iter()
        .map(|point| {
            sum += point.value;
            Point { of: point.of.clone(), value: sum }
        })
        .collect();
    let heads = [words.text("console-day"), words.text("console-number")];
    let said = words.count("console-in-thirty-days", &recent);
    draw(words.text(title), said, heads, (&grown, Shape::Line, Unit::Count))
}

/// Draws requests and latency of the last 24 hours, as this process has seen them.
#[must_use]
pub fn last_day(app: &App, words: &PageWords<'_>, now: Millis) -> [Chart; 2] {
    let zone = &app.config.cron.timezone;
    let windows = app.metrics.day(now);
    let halves: Vec<Figures> = windows
        .chunks(HALF_HOUR)
        .map(|chunk| {
            let mut sum = chunk.first().copied().unwrap_or_default();
            for window in chunk.iter().skip(1) {
                sum.add(window);
            }
            sum
        })
        .collect();
    let number = |value: u64| i64::try_from(value).unwrap_or(i64::MAX);
    let points = |value: fn(&Figures) -> u64| -> Vec<Point> {
        let point = |half: &Figures| Point {
            of: calendar::hour(half.began_at, zone),
            value: number(value(half)),
        };
        halves.iter().map(point).collect()
    };
    let requests = points(|half| half.requests);
    let total: i64 = requests.iter().map(|point| point.value).sum();
    let faults: u64 = halves.iter().map(|half| half.faults).sum();
    let heads = |key: &str| [words.text("console-from"), words.text(key)];
    let said = words.format(
        "console-requests-total",
        &[("count", &total.to_string()), ("faults", &faults.to_string())],
    );
    let mut requests = draw(
        words.text("console-requests"),
        said,
        heads("console-number"),
        (&requests, Shape::Bars, Unit::Count),
    );
    let mut all = Figures::default();
    for half in &halves {
        all.add(half);
    }
    let unit = Unit::Micros(words.locale());
    let slowest = points(|half| half.latency_us(99));
    let said = words.format(
        "console-latency-total",
        &[
            ("half", &unit.said(number(all.latency_us(50)))),
            ("most", &unit.said(number(all.latency_us(99)))),
        ],
    );
    let mut latency = draw(
        words.text("console-latency"),
        said,
        heads("console-latency-99"),
        (&slowest, Shape::Line, unit),
    );
    requests.heads.push(words.text("console-faults"));
    latency.heads.push(words.text("console-latency-50"));
    for (half, (asked, slow)) in halves.iter().zip(requests.rows.iter_mut().zip(&mut latency.rows))
    {
        asked.push(half.faults.to_string());
        slow.push(unit.said(number(half.latency_us(50))));
    }
    [requests, latency]
}
