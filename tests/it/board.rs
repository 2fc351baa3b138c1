//! The job board, over the wire.

mod cv;
mod export;
mod mail_wishes;
mod portrait;
mod profile;
mod profile_lists;
mod sweep;
mod uploads;
mod visibility;
