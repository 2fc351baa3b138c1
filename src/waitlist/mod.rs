//! Layer 4: the waitlist: joining, position, and what an operator does with it.

mod join;
mod operate;
mod position;

pub use join::{Join, Joined, join};
pub use operate::{ImportEntry, Imported, import, page, remove, sources, stats};
pub use position::{Position, count, position};
