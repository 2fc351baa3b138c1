//! The way to a value of a body.

use std::fmt;

use crate::base::excerpt;

/// The way to a value, written down only when something is wrong with it. A key may be
/// the sender's own, and as long as the body.
pub(super) enum Path<'a> {
    Body,
    Field(&'a Path<'a>, &'a str),
    Item(&'a Path<'a>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Body => Ok(()),
            Self::Field(Self::Body, name) => f.write_str(&excerpt::of(name)),
            Self::Field(parent, name) => write!(f, "{parent}.{}", excerpt::of(name)),
            Self::Item(parent, index) => write!(f, "{parent}.{index}"),
        }
    }
}
