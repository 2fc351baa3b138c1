//! Accounts and sessions, as people live them.

mod cookies;
mod passwords;
mod sessions;
mod sign_in;
mod sign_up;
mod throttle;
mod user;
mod verify;
