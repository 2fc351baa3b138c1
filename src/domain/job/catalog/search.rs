//! Looking through the catalogue: pages in an order, totals, counts by field.

use super::{Catalog, Entry, Field, NOTHING};
use crate::base::bounds::RANKED_MAX;
use crate::base::clock::Millis;
use crate::domain::job::CURRENCY_DEFAULT;
use crate::domain::job::filters::Filters;
use crate::domain::job::words::Needle;
use crate::domain::search::folded;

/// The offers in whose text the words of a search stand, by place.
#[derive(Debug)]
pub struct Matches(Vec<bool>);

/// Filters as numbers; `None` in a field: nothing is asked.
struct Sieve<'a> {
    values: [Option<u32>; 8],
    salary: Option<i64>,
    since: Millis,
    matches: Option<&'a Matches>,
}

/// A page of offers, with what they are ordered by.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Key and id, in order; at most as many as were asked for.
    pub places: Vec<(i64, String)>,
    /// How many fulfil the filters; counted up to one more than `RANKED_MAX`.
    pub total: usize,
}

/// How many offers have each name of a field, the most first.
pub type Facets = Vec<(Field, Vec<(String, u64)>)>;

impl Sieve<'_> {
    fn passes(&self, place: u32, entry: &Entry) -> bool {
        let is_asked = |(asked, has): (&Option<u32>, &u32)| asked.is_none_or(|asked| asked == *has);
        entry.published_at >= self.since
            && self.values.iter().zip(&entry.values).all(is_asked)
            && self.salary.is_none_or(|least| entry.salary_yearly.is_some_and(|paid| paid >= least))
            && self.matches.is_none_or(|matches| matches.has(place))
    }
}

impl Matches {
    fn has(&self, place: u32) -> bool {
        let place = usize::try_from(place).unwrap_or(usize::MAX);
        self.0.get(place).copied().unwrap_or(false)
    }
}

impl Catalog {
    /// Marks the offers that have one of some numbers, which stand in order.
    #[must_use]
    pub fn matches(&self, numbers: &[i64]) -> Matches {
        let mut marks = vec![false; self.entries.len()];
        let mut numbers = numbers.iter().copied().peekable();
        for (entry, mark) in self.entries.iter().zip(&mut marks) {
            while numbers.next_if(|number| *number < entry.number).is_some() {}
            *mark = numbers.next_if_eq(&entry.number).is_some() && entry.is_live;
        }
        Matches(marks)
    }

    /// Lists the newest offers that fulfil filters, after one of them.
    ///
    /// # Cost
    /// At most one look at each offer, some nanoseconds.
    #[must_use]
    pub fn newest(
        &self,
        filters: &Filters,
        matches: Option<&Matches>,
        after: Option<(i64, &str)>,
        rows: usize,
    ) -> Found {
        let Some(sieve) = self.sieve(filters, matches) else { return Found::default() };
        let total = self.passing(&self.newest, &sieve).take(RANKED_MAX + 1).count();
        let begin = after.map_or(0, |(key, id)| {
            self.newest.partition_point(|place| {
                self.at(*place)
                    .is_some_and(|entry| (entry.published_at.0, &*entry.job_id) >= (key, id))
            })
        });
        let rest = self.newest.get(begin..).unwrap_or_default();
        let places = self.passing(rest, &sieve).take(rows);
        let places = places.map(|(_, entry)| (entry.published_at.0, entry.job_id.to_string()));
        Found { places: places.collect(), total }
    }

    /// Lists the best paid offers that fulfil filters, after one of them; those of which
    /// nothing is known in the filters' currency come last, with -1.
    ///
    /// # Cost
    /// As [`Catalog::newest`], and a choice among those that fulfil.
    #[must_use]
    pub fn best_paid(
        &self,
        filters: &Filters,
        matches: Option<&Matches>,
        after: Option<(i64, &str)>,
        rows: usize,
    ) -> Found {
        let Some(sieve) = self.sieve(filters, matches) else { return Found::default() };
        let currency = self.name(Field::Currency, currency(filters));
        let paid = |entry: &Entry| {
            let [.., own] = entry.values;
            entry.salary_yearly.filter(|_| currency == Some(own)).unwrap_or(-1)
        };
        let mut total = 0;
        let mut chosen: Vec<(i64, &str)> = self
            .passing(&self.newest, &sieve)
            .inspect(|_| total += 1)
            .map(|(_, entry)| (paid(entry), &*entry.job_id))
            .filter(|place| after.is_none_or(|after| *place < after))
            .collect();
        if chosen.len() > rows {
            chosen.select_nth_unstable_by(rows, |one, other| other.cmp(one));
            chosen.truncate(rows);
        }
        chosen.sort_unstable_by(|one, other| other.cmp(one));
        let places = chosen.into_iter().map(|(key, id)| (key, id.to_owned())).collect();
        Found { places, total: total.min(RANKED_MAX + 1) }
    }

    /// Lists the offers in which words stand best, after one of them: of the newest
    /// `RANKED_MAX` that fulfil filters, the newest first among equals.
    ///
    /// The order of two offers never changes, whatever else is published: a page goes on
    /// where the one before has ended.
    ///
    /// # Cost
    /// As [`Catalog::newest`], and the words of those that are ranked.
    #[must_use]
    pub fn most_relevant(
        &self,
        filters: &Filters,
        (needle, matches): (&Needle, &Matches),
        after: Option<(i64, &str)>,
        rows: usize,
    ) -> Found {
        let Some(sieve) = self.sieve(filters, Some(matches)) else { return Found::default() };
        let mut total = 0;
        let mut ranked: Vec<(i64, &str)> = self
            .passing(&self.newest, &sieve)
            .take(RANKED_MAX)
            .inspect(|_| total += 1)
            .map(|(_, entry)| (key(needle, entry), &*entry.job_id))
            .filter(|place| after.is_none_or(|after| *place < after))
            .collect();
        // The one beyond the ranked is counted and not ranked.
        total += usize::from(self.passing(&self.newest, &sieve).nth(RANKED_MAX).is_some());
        ranked.sort_unstable_by(|one, other| other.cmp(one));
        ranked.truncate(rows);
        let places = ranked.into_iter().map(|(key, id)| (key, id.to_owned())).collect();
        Found { places, total }
    }

    /// Counts the offers that fulfil filters, by each name of the facets' fields.
    ///
    /// # Cost
    /// One look at each offer.
    #[must_use]
    pub fn facets(&self, filters: &Filters, matches: Option<&Matches>) -> Facets {
        let sieve = self.sieve(filters, matches);
        let mut counts = Field::FACETS.map(|field| {
            let names = self.names.get(field.index()).map_or(0, |names| names.shown.len());
            vec![0_u64; names]
        });
        for (_, entry) in sieve.iter().flat_map(|sieve| self.passing(&self.newest, sieve)) {
            for (field, counts) in Field::FACETS.iter().zip(&mut counts) {
                let value = entry.values.get(field.index()).copied().unwrap_or(NOTHING);
                let slot = usize::try_from(value).ok().and_then(|value| counts.get_mut(value));
                if let Some(count) = slot {
                    *count += 1;
                }
            }
        }
        let named = |(field, counts): (Field, Vec<u64>)| {
            let names = self.names.get(field.index()).map_or(&[][..], |names| &names.shown);
            let mut counted: Vec<(String, u64)> = names.iter().cloned().zip(counts).collect();
            counted.retain(|(_, count)| *count > 0);
            counted.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
            (field, counted)
        };
        Field::FACETS.into_iter().zip(counts).map(named).collect()
    }

    /// Goes through offers in their order, past those that filters hold back.
    fn passing<'a>(
        &'a self,
        places: &'a [u32],
        sieve: &'a Sieve<'a>,
    ) -> impl Iterator<Item = (u32, &'a Entry)> {
        let entries = places.iter().filter_map(|place| Some((*place, self.at(*place)?)));
        entries.filter(|(place, entry)| sieve.passes(*place, entry))
    }

    /// Turns filters into numbers; `None` when a name is asked that no offer has.
    fn sieve<'a>(&self, filters: &Filters, matches: Option<&'a Matches>) -> Option<Sieve<'a>> {
        let asks_salary = filters.salary_min.is_some();
        let mut values = [None; 8];
        for (field, asked) in [
            (Field::Category, filters.category.map(super::super::Category::name)),
            (Field::State, filters.state.as_deref()),
            (Field::Mode, filters.mode.map(super::super::Mode::name)),
            (
                Field::EmploymentType,
                filters.employment_type.map(super::super::EmploymentType::name),
            ),
            (Field::Country, filters.country.as_deref()),
            (
                Field::ExperienceLevel,
                filters.experience_level.map(super::super::ExperienceLevel::name),
            ),
            (Field::Organization, filters.organization.as_deref()),
            (Field::Currency, asks_salary.then(|| currency(filters))),
        ] {
            let Some(asked) = asked else { continue };
            let number = self.name(field, asked)?;
            if let Some(value) = values.get_mut(field.index()) {
                *value = Some(number);
            }
        }
        let since = filters.since.unwrap_or(Millis(i64::MIN));
        Some(Sieve { values, salary: filters.salary_min, since, matches })
    }

    fn name(&self, field: Field, name: &str) -> Option<u32> {
        self.names.get(field.index())?.numbers.get(&folded(name)).copied()
    }
}

/// Returns by what an offer is ordered: where the words stand, then when it was published.
fn key(needle: &Needle, entry: &Entry) -> i64 {
    let mut lines = entry.words.split('\n');
    let mut line = || lines.next().unwrap_or_default();
    // A moment needs 41 bits until the year 2039, and 43 until long after.
    (needle.rank([line(), line(), line()]) << 44) + entry.published_at.0
}

fn currency(filters: &Filters) -> &str {
    filters.currency.as_deref().unwrap_or(CURRENCY_DEFAULT)
}
