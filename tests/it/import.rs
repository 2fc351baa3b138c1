//! People who come from a Better Auth server: nobody notices but the operator.

mod better_auth;
mod confidential;
mod old;
mod postgres;
mod resume;
mod rotation;
mod unclear;
mod users;
