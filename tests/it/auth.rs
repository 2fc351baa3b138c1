//! Accounts and sessions, as people live them.

mod cookies;
mod delete;
mod device;
mod email;
mod passwords;
mod races;
mod reset;
mod sessions;
mod sign_in;
mod sign_up;
mod stolen;
mod throttle;
mod user;
mod verify;
