//! What a list of people is asked for: conditions, order, page.
//!
//! Only what an index answers can be asked. A text is compared in its folded form,
//! so that "maria" finds María; addresses are stored folded already.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::email::Email;
use super::user::User;
use crate::base::clock::Millis;

/// Fewest characters of a text that is searched for: the index holds runs of three.
pub const NEEDLE_LENGTH_MIN: usize = 3;

/// Returns a name without case and accents; empty only for an empty one.
#[must_use]
pub fn folded(name: &str) -> String {
    let bare: String = name.nfkd().filter(|letter| !is_combining_mark(*letter)).collect();
    let bare = bare.to_lowercase();
    if bare.is_empty() { name.to_owned() } else { bare }
}

/// A text that can be searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextField {
    /// The address.
    Email,
    /// The name, folded.
    Name,
}

/// Where in a text the needle must stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Anywhere.
    Inside,
    /// At the beginning.
    Start,
    /// At the end.
    End,
}

impl Place {
    /// Returns the contract's name of the operator.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Inside => "contains",
            Self::Start => "starts_with",
            Self::End => "ends_with",
        }
    }

    /// Reads the contract's name of an operator.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Inside, Self::Start, Self::End].into_iter().find(|place| place.name() == name)
    }
}

/// What people must fulfil to be listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// A text holds another, folded, of at least [`NEEDLE_LENGTH_MIN`] characters.
    Text(TextField, Place, String),
    /// The roles, joined by `,`, are exactly these.
    Role(String),
    /// A ban stands on the account, or none.
    Banned(bool),
    /// The address is proven, or not.
    EmailVerified(bool),
    /// The account was made from the first moment on and before the second.
    Created(Millis, Millis),
    /// The id is this one.
    Id(String),
    /// The address is this one.
    Email(Email),
}

impl Condition {
    /// Tells whether somebody fulfils it.
    #[must_use]
    pub fn holds(&self, user: &User) -> bool {
        match self {
            Self::Text(TextField::Email, place, needle) => {
                is_placed(user.email.as_str(), *place, needle)
            }
            Self::Text(TextField::Name, place, needle) => {
                is_placed(&folded(&user.name), *place, needle)
            }
            Self::Role(role) => user.role == *role,
            Self::Banned(banned) => user.ban.is_some() == *banned,
            Self::EmailVerified(verified) => user.email_verified == *verified,
            Self::Created(from, before) => user.created_at >= *from && user.created_at < *before,
            Self::Id(id) => user.id == *id,
            Self::Email(email) => user.email == *email,
        }
    }
}

fn is_placed(text: &str, place: Place, needle: &str) -> bool {
    match place {
        Place::Inside => text.contains(needle),
        Place::Start => text.starts_with(needle),
        Place::End => text.ends_with(needle),
    }
}

/// By what a list is sorted; equals stand in the order of their ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SortField {
    /// When the account was made.
    CreatedAt,
    /// The address, by its bytes.
    Email,
    /// The folded name, by its bytes.
    Name,
}

/// Which end of the order comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The least.
    Ascending,
    /// The greatest.
    Descending,
}

impl Direction {
    /// Returns the other end.
    #[must_use]
    pub const fn reversed(self) -> Self {
        match self {
            Self::Ascending => Self::Descending,
            Self::Descending => Self::Ascending,
        }
    }
}

/// A page of a list.
#[derive(Clone, Debug)]
pub struct Listing {
    /// All of them must hold.
    pub conditions: Vec<Condition>,
    /// The order.
    pub sort: (SortField, Direction),
    /// Most people of the page.
    pub limit: usize,
    /// How many come before it.
    pub offset: usize,
}

impl Listing {
    /// Sorts people as the list is.
    pub fn arrange(&self, people: &mut [User]) {
        let (field, direction) = self.sort;
        match field {
            SortField::CreatedAt => {
                people.sort_by_cached_key(|user| (user.created_at, user.id.clone()));
            }
            SortField::Email => people.sort_by_cached_key(|user| user.email.as_str().to_owned()),
            SortField::Name => {
                people.sort_by_cached_key(|user| (folded(&user.name), user.id.clone()));
            }
        }
        if direction == Direction::Descending {
            people.reverse();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_case_and_accents_and_never_everything() {
        for (name, expected) in [
            ("María José", "maria jose"),
            ("Núñez", "nunez"),
            ("ÅNGSTRÖM", "angstrom"),
            ("ﬁna", "fina"),
            ("Ångström 東京", "angstrom 東京"),
            ("", ""),
            ("\u{301}", "\u{301}"),
        ] {
            assert_eq!(folded(name), expected, "{name}");
        }
        assert_eq!(folded(&folded("Ñandú")), folded("Ñandú"));
    }

    #[test]
    fn places_are_told_apart() {
        assert!(is_placed("ana@ejemplo.es", Place::Inside, "@ej"));
        assert!(is_placed("ana@ejemplo.es", Place::Start, "ana@"));
        assert!(!is_placed("ana@ejemplo.es", Place::Start, "ejem"));
        assert!(is_placed("ana@ejemplo.es", Place::End, ".es"));
        assert!(!is_placed("ana@ejemplo.es", Place::End, "ana"));
    }
}
