//! The endpoints of the job board, one file a noun.

pub mod feeds;
mod field;
pub mod jobs;
pub mod members;
pub mod organizations;
