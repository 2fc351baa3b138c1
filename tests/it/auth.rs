//! Accounts and sessions, as people live them.

mod cookies;
mod current_password;
mod delete;
mod device;
mod email;
mod front_end;
mod links;
mod other_site;
mod overtaken;
mod password_cost;
mod passwords;
mod picture;
mod races;
mod reset;
mod sessions;
mod sign_in;
mod sign_up;
mod spelling;
mod stolen;
mod throttle;
mod user;
mod verify;
mod verify_browser;
