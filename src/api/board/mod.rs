//! The endpoints of the job board, one file a noun.

pub mod application_shape;
pub mod applications;
pub mod apply;
pub mod conversations;
pub mod notifications;
pub mod stream;
