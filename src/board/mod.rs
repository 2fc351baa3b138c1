//! The science job board: who may do what with offers and all that hangs on them.
//!
//! Rules without HTTP and without SQL. Whoever acts comes from the session alone, and
//! every statement compares the owner itself: what is not yours to see is not found.

pub mod application;
pub mod apply;
pub mod conversation;
pub mod dashboard;
pub mod live;
pub mod mail_wishes;
pub mod notification;
pub mod owed;
pub mod profile;
pub mod told;
