//! Candidates and organisations: applications, messages, what both are told.

mod apply;
mod barred;
mod numbers;
mod repeats;
mod stage;
mod steps;
mod stream;
mod talk;
mod tasks;
mod unread;
