//! The job board, over the wire: people, organisations, offers, profiles.

mod alerts;
mod calendar;
mod commands;
mod cv;
mod delegation;
mod disk;
mod editions;
mod export;
mod feeds;
mod hostile;
mod mail_wishes;
mod offers;
mod organizations;
mod people;
mod portrait;
mod profile;
mod profile_lists;
mod saved;
mod search;
mod seed;
mod states;
mod strangers;
mod sweep;
mod uploads;
mod views;
mod visibility;
