//! Text on a card: from any Unicode to outlines that fit a box.
//!
//! [`clean`] turns a text into clusters that the embedded [`fonts`] can draw,
//! [`shape`] sets them to glyphs word by word, [`wrap`] finds the largest size at
//! which the words fit and where lines break, and [`outline`] makes a path of them.
//! Nothing here fails: what cannot be drawn has a mark in its place.

pub mod clean;
pub mod fonts;
pub mod outline;
pub mod shape;
pub mod wrap;
