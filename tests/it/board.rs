//! The job board: people and their organisations, offers, what is found and shown of them.

mod calendar;
mod commands;
mod feeds;
mod offers;
mod organizations;
mod people;
mod saved;
mod search;
mod states;
mod views;
