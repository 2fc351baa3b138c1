//! x
pub const ALL: &[&super::Sql] = &[];
