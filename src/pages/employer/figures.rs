//! The charts of an organisation: visits, applications and saves, by the day.

use crate::app::{App, Failure};
use crate::base::calendar;
use crate::base::clock::Millis;
use crate::board::dashboard::{self, Span, Whose};
use crate::board::employer;
use crate::domain::figures::{DayFigures, Reading};
use crate::http::words::PageWords;
use crate::pages::chart::{Chart, Point, Shape, Unit, draw};

/// How many days the charts may show: a week, a month, a quarter, a year.
pub const PERIODS: [i64; 4] = [7, 30, 90, 365];

/// How many they show when nobody says.
pub const PERIOD_DEFAULT: i64 = 30;

/// Days of which each still has a column of its own.
const COLUMNS_MAX: i64 = 90;

const HOUR_MS: i64 = 3_600_000;

/// Reads a period; what is none is the usual one.
#[must_use]
pub fn period(asked: Option<&str>) -> i64 {
    let days = asked.and_then(|days| days.parse().ok());
    days.filter(|days| PERIODS.contains(days)).unwrap_or(PERIOD_DEFAULT)
}

/// Draws the last days of an organisation.
///
/// # Errors
/// A fault of the store.
pub async fn charts(
    app: &App,
    words: &PageWords<'_>,
    (id, days): (&str, i64),
    now: Millis,
) -> Result<Vec<Chart>, Failure> {
    let zone = &app.config.cron.timezone;
    let begins = calendar::days(now, days, zone);
    let (Some(first), Some(end)) = (begins.first().copied(), begins.last().copied()) else {
        return Ok(Vec::new());
    };
    let span = Span { from: calendar::day_of(first, zone), to: calendar::day_of(now, zone) };
    let stated = dashboard::days(app, Whose::Organization(id), span, now).await?;
    let hours = employer::saves_by_hour(app, id, (first, end)).await?;
    let at = |hour: i64| first.plus_ms(hour.saturating_mul(HOUR_MS));
    let of = |moment: Millis| calendar::short_day(words.locale(), moment, zone);
    let number = |value: fn(&Reading) -> i64| -> Vec<Point> {
        let days = begins.iter().zip(&stated);
        let point = |(moment, day): (&Millis, &DayFigures)| Point {
            of: of(*moment),
            value: value(&day.figures),
        };
        days.map(point).collect()
    };
    let saves = begins.iter().zip(begins.iter().skip(1)).map(|(begins, ends)| {
        let own = hours.iter().filter(|hour| at(hour.hour) >= *begins && at(hour.hour) < *ends);
        Point { of: of(*begins), value: own.map(|hour| hour.count).sum() }
    });
    Ok(vec![
        drawn(words, "employer-chart-views", &number(|figures| figures.unique_views), days),
        drawn(words, "employer-chart-applications", &number(|figures| figures.applications), days),
        drawn(words, "employer-chart-saves", &saves.collect::<Vec<_>>(), days),
    ])
}

fn drawn(words: &PageWords<'_>, title: &str, points: &[Point], days: i64) -> Chart {
    let total: i64 = points.iter().map(|point| point.value).sum();
    let heads = [words.text("console-day"), words.text("console-number")];
    let said = words.count("employer-chart-total", &total);
    let shape = if days > COLUMNS_MAX { Shape::Line } else { Shape::Bars };
    draw(words.text(title), said, heads, (points, shape, Unit::Count))
}
