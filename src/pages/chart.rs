//! Charts as SVG, drawn here and coloured by the style sheet, each with its table.
//!
//! Whole numbers all the way: a chart is for eyes, and the table beside it is exact.

use crate::base::locale::Locale;

/// Where the drawing begins and ends, in units of the view box.
const LEFT: i64 = 44;
const WIDTH: i64 = 396;
const TOP: i64 = 10;
const HEIGHT: i64 = 140;

/// Labels under a chart that fit beside each other.
const LABELS_MAX: usize = 4;

/// A chart with the table that says the same.
#[derive(Debug)]
pub struct Chart {
    /// What is counted.
    pub title: String,
    /// What it comes to.
    pub total: String,
    /// Columns.
    pub bars: Vec<Bar>,
    /// A line, and the ground under it, as paths.
    pub line: Option<(String, String)>,
    /// Lines across, with their values.
    pub ticks: Vec<(i64, String)>,
    /// What stands under the columns: where, which end of the text is there, and what.
    pub labels: Vec<(i64, &'static str, String)>,
    /// The table's heads.
    pub heads: Vec<String>,
    /// The table.
    pub rows: Vec<Vec<String>>,
}

/// A column.
#[derive(Debug)]
pub struct Bar {
    /// From the left.
    pub x: i64,
    /// From the top.
    pub y: i64,
    /// How wide.
    pub width: i64,
    /// How high.
    pub height: i64,
    /// What it says under the pointer.
    pub said: String,
}

/// A value with what it is of.
#[derive(Debug)]
pub struct Point {
    /// Of what: a day, an hour.
    pub of: String,
    /// How many.
    pub value: i64,
}

/// How values are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A column each.
    Bars,
    /// A line through all of them.
    Line,
}

/// What values are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Things that are counted.
    Count,
    /// Microseconds, said as milliseconds in a language.
    Micros(Locale),
}

impl Unit {
    /// Says a value.
    #[must_use]
    pub fn said(self, value: i64) -> String {
        match self {
            Self::Count => value.to_string(),
            Self::Micros(locale) => milliseconds(value, locale),
        }
    }

    /// The least that the axis reaches, so that nothing at all is not drawn as a lot.
    const fn least(self) -> i64 {
        match self {
            Self::Count => 1,
            Self::Micros(_) => 1_000,
        }
    }
}

/// Writes microseconds as milliseconds, with as many digits as tell anything.
fn milliseconds(micros: i64, locale: Locale) -> String {
    // In hundredths: two digits below 10 ms, one below 100, none above.
    let step = match micros {
        ..10_000 => 1,
        10_000..100_000 => 10,
        _ => 100,
    };
    let hundredths = (micros + 5 * step) / (10 * step) * step;
    let (whole, rest) = (hundredths / 100, hundredths % 100);
    let text = format!("{whole}.{rest:02}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    match locale {
        Locale::Es => text.replace('.', ","),
        Locale::En => text.to_owned(),
    }
}

/// Draws points; `heads` name the two columns of the table.
#[must_use]
pub fn draw(
    title: String,
    total: String,
    heads: [String; 2],
    (points, shape, unit): (&[Point], Shape, Unit),
) -> Chart {
    let highest = points.iter().map(|point| point.value).max().unwrap_or(0);
    let most = ceiling(highest.max(unit.least()));
    let count = i64::try_from(points.len()).unwrap_or(1).max(1);
    let x = |place: usize| LEFT + i64::try_from(place).unwrap_or(0) * WIDTH / count;
    let height = |value: i64| value.max(0) * HEIGHT / most;
    let bars = match shape {
        Shape::Bars => points
            .iter()
            .enumerate()
            .map(|(place, point)| Bar {
                x: x(place),
                y: TOP + HEIGHT - height(point.value),
                width: (x(place + 1) - x(place) - 2).max(1),
                height: height(point.value),
                said: format!("{}: {}", point.of, unit.said(point.value)),
            })
            .collect(),
        Shape::Line => Vec::new(),
    };
    let line = (shape == Shape::Line && !points.is_empty()).then(|| {
        let half = WIDTH / count / 2;
        let drawn: Vec<_> = points
            .iter()
            .enumerate()
            .map(|(place, point)| {
                format!("{} {}", x(place) + half, TOP + HEIGHT - height(point.value))
            })
            .collect();
        let path = format!("M{}", drawn.join("L"));
        let floor = TOP + HEIGHT;
        let area = format!("{path}V{floor}H{}Z", LEFT + half);
        (path, area)
    });
    Chart {
        title,
        total,
        bars,
        line,
        ticks: ticks(most, unit),
        labels: labels(points, x),
        heads: heads.into(),
        rows: points.iter().map(|point| vec![point.of.clone(), unit.said(point.value)]).collect(),
    }
}

fn ticks(most: i64, unit: Unit) -> Vec<(i64, String)> {
    let values = if most % 2 == 0 { vec![0, most / 2, most] } else { vec![0, most] };
    values
        .into_iter()
        .map(|value| (TOP + HEIGHT - value * HEIGHT / most, unit.said(value)))
        .collect()
}

/// The first and the last stand at their ends, so that nothing hangs out.
fn labels(points: &[Point], x: impl Fn(usize) -> i64) -> Vec<(i64, &'static str, String)> {
    let last = points.len().saturating_sub(1);
    let step = points.len().div_ceil(LABELS_MAX).max(1);
    let named = points
        .iter()
        .enumerate()
        .filter(|(place, _)| *place == last || (place % step == 0 && place + step / 2 < last));
    named
        .map(|(place, point)| match place {
            0 => (x(0), "start", point.of.clone()),
            place if place == last => (LEFT + WIDTH, "end", point.of.clone()),
            place => (i64::midpoint(x(place), x(place + 1)), "middle", point.of.clone()),
        })
        .collect()
}

/// Returns the next round number: 1, 2 or 5 with noughts behind it.
fn ceiling(value: i64) -> i64 {
    let mut step: i64 = 1;
    while step.saturating_mul(10) < value {
        step = step.saturating_mul(10);
    }
    [1, 2, 5, 10]
        .into_iter()
        .map(|factor| step.saturating_mul(factor))
        .find(|round| *round >= value)
        .unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ceiling_is_round_and_high_enough() {
        for (value, expected) in [(0, 1), (1, 1), (3, 5), (7, 10), (10, 10), (11, 20), (4321, 5000)]
        {
            assert_eq!(ceiling(value), expected, "{value}");
        }
        assert!(ceiling(i64::MAX) == i64::MAX);
    }

    #[test]
    fn latency_is_said_in_milliseconds_with_the_digits_that_tell() {
        for (micros, es, en) in [
            (0, "0", "0"),
            (50, "0,05", "0.05"),
            (250, "0,25", "0.25"),
            (1_000, "1", "1"),
            (2_500, "2,5", "2.5"),
            (9_994, "9,99", "9.99"),
            (12_345, "12,3", "12.3"),
            (250_000, "250", "250"),
            (2_500_400, "2500", "2500"),
        ] {
            assert_eq!(Unit::Micros(Locale::Es).said(micros), es);
            assert_eq!(Unit::Micros(Locale::En).said(micros), en);
        }
        let none = [Point { of: String::from("9:00"), value: 0 }];
        let heads = [String::new(), String::new()];
        let drawn = (none.as_slice(), Shape::Line, Unit::Micros(Locale::En));
        let chart = draw(String::new(), String::new(), heads, drawn);
        let said: Vec<_> = chart.ticks.iter().map(|(_, text)| text.as_str()).collect();
        assert_eq!(said, ["0", "0.5", "1"]);
    }

    #[test]
    fn columns_stay_inside_and_are_as_high_as_their_values() {
        let points: Vec<_> =
            [0, 5, 10].iter().map(|value| Point { of: value.to_string(), value: *value }).collect();
        let heads = || [String::new(), String::new()];
        let chart =
            draw(String::new(), String::new(), heads(), (&points, Shape::Bars, Unit::Count));
        let heights: Vec<_> = chart.bars.iter().map(|bar| bar.height).collect();
        assert_eq!(heights, [0, HEIGHT / 2, HEIGHT]);
        assert!(chart.bars.iter().all(|bar| bar.x >= LEFT && bar.x + bar.width <= LEFT + WIDTH));
        assert_eq!(chart.rows, [["0", "0"], ["5", "5"], ["10", "10"]]);
        let line = draw(String::new(), String::new(), heads(), (&points, Shape::Line, Unit::Count));
        assert!(line.line.unwrap().0.starts_with('M') && line.bars.is_empty());
        assert!(
            draw(String::new(), String::new(), heads(), (&[], Shape::Line, Unit::Count))
                .line
                .is_none()
        );
    }
}
