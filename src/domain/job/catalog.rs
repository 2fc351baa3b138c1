//! Published offers in memory: what filters, orders and counts need, and no more.
//!
//! A search looks at every offer that there is, a hundred thousand of them within a
//! millisecond, so no combination of filters is slow. The catalogue follows the table
//! of listings by its numbers, which only grow: what has a greater number is newer and
//! takes the place of what was known of its offer. Descriptions are not here: which
//! offers hold the words of a search the store tells, by number ([`Matches`]).

mod search;

use std::cmp::Ordering;
use std::collections::HashMap;

pub use search::{Facets, Found, Matches};

use crate::base::bounds::CATALOG_DEAD_MIN;
use crate::base::clock::Millis;
use crate::domain::search::folded;

/// What the table of listings says of an offer.
#[derive(Clone, Debug)]
pub struct Listing {
    /// Greater than that of everything that was written before.
    pub number: i64,
    /// The offer.
    pub job_id: String,
    /// What it is listed by; `None`: it is listed no more.
    pub traits: Option<Traits>,
}

/// What a listed offer is found by.
#[derive(Clone, Debug)]
pub struct Traits {
    /// The organisation's id.
    pub organization_id: String,
    /// The field.
    pub category: String,
    /// The province or region.
    pub state: Option<String>,
    /// ISO 3166.
    pub country: Option<String>,
    /// How often one must be there.
    pub mode: String,
    /// The kind of contract.
    pub employment_type: String,
    /// How experienced one must be.
    pub experience_level: Option<String>,
    /// ISO 4217.
    pub currency: Option<String>,
    /// What is paid in a year at most.
    pub salary_yearly: Option<i64>,
    /// When it was published.
    pub published_at: Millis,
    /// The words of title, skills and organisation, a line each.
    pub words: Box<str>,
}

/// Every published offer.
#[derive(Debug, Default)]
pub struct Catalog {
    /// The greatest number that was read.
    number: i64,
    /// In the order of their numbers; replaced ones stay until there are many.
    entries: Vec<Entry>,
    /// Places in `entries`, the newest offer first.
    newest: Vec<u32>,
    by_id: HashMap<Box<str>, u32>,
    /// A kind of name a field, in the order of [`Field`].
    names: [Names; 8],
}

#[derive(Debug)]
struct Entry {
    number: i64,
    job_id: Box<str>,
    is_live: bool,
    published_at: Millis,
    salary_yearly: Option<i64>,
    words: Box<str>,
    /// A name a field.
    values: [u32; 8],
}

/// What an offer has no name for.
const NOTHING: u32 = u32::MAX;

/// What offers are told apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The field of science.
    Category,
    /// The province or region.
    State,
    /// How often one must be there.
    Mode,
    /// The kind of contract.
    EmploymentType,
    /// The country.
    Country,
    /// How experienced one must be.
    ExperienceLevel,
    /// Whose it is.
    Organization,
    /// In what is paid.
    Currency,
}

impl Field {
    /// Those that facets count.
    pub const FACETS: [Self; 4] = [Self::Category, Self::State, Self::Mode, Self::EmploymentType];

    /// Returns its name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Category => "category",
            Self::State => "state",
            Self::Mode => "mode",
            Self::EmploymentType => "employmentType",
            Self::Country => "country",
            Self::ExperienceLevel => "experienceLevel",
            Self::Organization => "organization",
            Self::Currency => "currency",
        }
    }

    const fn index(self) -> usize {
        match self {
            Self::Category => 0,
            Self::State => 1,
            Self::Mode => 2,
            Self::EmploymentType => 3,
            Self::Country => 4,
            Self::ExperienceLevel => 5,
            Self::Organization => 6,
            Self::Currency => 7,
        }
    }
}

/// Names, each with a number; found whatever their case and accents.
#[derive(Debug, Default)]
struct Names {
    shown: Vec<String>,
    numbers: HashMap<String, u32>,
}

impl Names {
    fn number(&mut self, name: &str) -> u32 {
        let key = folded(name);
        if let Some(number) = self.numbers.get(&key) {
            return *number;
        }
        let number = u32::try_from(self.shown.len()).unwrap_or(NOTHING);
        self.shown.push(name.to_owned());
        self.numbers.insert(key, number);
        number
    }
}

impl Catalog {
    /// Returns the greatest number that was read.
    #[must_use]
    pub const fn number(&self) -> i64 {
        self.number
    }

    /// Returns how many offers are listed.
    #[must_use]
    pub fn len(&self) -> usize {
        self.newest.len()
    }

    /// Tells whether no offer is listed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.newest.is_empty()
    }

    /// Takes over what was written since, in the order of the numbers; what is known
    /// already is left out.
    pub fn follow(&mut self, listings: Vec<Listing>) {
        let known = self.number;
        let fresh: Vec<_> = listings.into_iter().filter(|each| each.number > known).collect();
        let is_bulk = fresh.len() > self.newest.len() / 8;
        for listing in fresh {
            self.number = self.number.max(listing.number);
            self.forget(&listing.job_id, is_bulk);
            if let Some(traits) = listing.traits {
                self.add(listing.number, listing.job_id, traits, is_bulk);
            }
        }
        let dead = self.entries.len().saturating_sub(self.by_id.len());
        if dead > CATALOG_DEAD_MIN && dead > self.by_id.len() {
            self.compact();
        } else if is_bulk {
            self.order();
        }
    }

    fn forget(&mut self, job_id: &str, is_bulk: bool) {
        let Some(place) = self.by_id.remove(job_id) else { return };
        if !is_bulk && let Ok(rank) = self.rank(place) {
            self.newest.remove(rank);
        }
        if let Some(entry) = self.at_mut(place) {
            entry.is_live = false;
        }
    }

    fn add(&mut self, number: i64, job_id: String, traits: Traits, is_bulk: bool) {
        let Ok(place) = u32::try_from(self.entries.len()) else { return };
        let mut values = [NOTHING; 8];
        for (field, name) in [
            (Field::Category, Some(&traits.category)),
            (Field::State, traits.state.as_ref()),
            (Field::Mode, Some(&traits.mode)),
            (Field::EmploymentType, Some(&traits.employment_type)),
            (Field::Country, traits.country.as_ref()),
            (Field::ExperienceLevel, traits.experience_level.as_ref()),
            (Field::Organization, Some(&traits.organization_id)),
            (Field::Currency, traits.currency.as_ref()),
        ] {
            let names = self.names.get_mut(field.index());
            if let (Some(name), Some(names), Some(value)) =
                (name, names, values.get_mut(field.index()))
            {
                *value = names.number(name);
            }
        }
        let job_id = job_id.into_boxed_str();
        self.by_id.insert(job_id.clone(), place);
        self.entries.push(Entry {
            number,
            job_id,
            is_live: true,
            published_at: traits.published_at,
            salary_yearly: traits.salary_yearly,
            words: traits.words,
            values,
        });
        if !is_bulk && let Err(rank) = self.rank(place) {
            self.newest.insert(rank, place);
        }
    }

    /// Finds where an offer stands among the newest, or where it would.
    fn rank(&self, place: u32) -> Result<usize, usize> {
        self.newest.binary_search_by(|other| self.compare(*other, place))
    }

    /// Orders two offers as the newest come: the later first, then the greater id.
    fn compare(&self, one: u32, other: u32) -> Ordering {
        let key = |place| self.at(place).map(|entry| (entry.published_at, &entry.job_id));
        key(other).cmp(&key(one))
    }

    fn at(&self, place: u32) -> Option<&Entry> {
        self.entries.get(usize::try_from(place).ok()?)
    }

    fn at_mut(&mut self, place: u32) -> Option<&mut Entry> {
        self.entries.get_mut(usize::try_from(place).ok()?)
    }

    /// Sorts everything anew: cheaper than finding a place for each of many.
    fn order(&mut self) {
        let mut newest: Vec<u32> = self.by_id.values().copied().collect();
        newest.sort_unstable_by(|one, other| self.compare(*one, *other));
        self.newest = newest;
    }

    /// Throws replaced entries away.
    fn compact(&mut self) {
        self.entries.retain(|entry| entry.is_live);
        let places = (0..).zip(&self.entries);
        self.by_id = places.map(|(place, entry)| (entry.job_id.clone(), place)).collect();
        self.order();
    }
}

#[cfg(test)]
mod tests;
