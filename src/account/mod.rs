//! Layer 4: the account rules, without HTTP and without SQL text.
//!
//! Each file is one verb. A rule takes the moment and the caller as arguments,
//! reads, decides, and writes with one `apply`; it answers with a value, a
//! refusal or a fault.

pub mod admin;
pub mod audit;
pub mod change_email;
pub mod delete;
mod device;
pub mod export;
pub mod invitation;
pub mod operate;
pub mod password;
pub mod profile;
pub mod reset;
pub mod session;
pub mod setup;
pub mod sign_in;
pub mod sign_up;
pub mod social;
mod throttle;
pub mod verify;

use std::net::IpAddr;

use crate::app::{Failure, Post};
use crate::base::locale::Locale;
use crate::domain::audit::COMMAND_LINE;
use crate::domain::mail::MailContent;
use crate::domain::refusal::Refusal;
use crate::domain::token::Token;
use crate::domain::user::User;
use crate::store::StoreError;

/// Who asks, as far as the wire tells.
#[derive(Clone, Debug)]
pub struct Caller {
    /// The client's address, when it is known.
    pub address: Option<IpAddr>,
    /// `User-Agent`, cut to its bound; empty when it was not sent.
    pub user_agent: String,
    /// The language of the request, else the site's.
    pub locale: Locale,
    /// What the browser's device cookie holds, if we signed it.
    pub device: Option<Token>,
    /// Whose session asks, the administrator's where one acts as somebody; the command
    /// line; `None`: nobody is signed in.
    pub actor_id: Option<String>,
    /// Names the request in the log; empty on the command line.
    pub request_id: String,
}

impl Caller {
    /// Returns who types commands on the machine.
    #[must_use]
    pub fn operator(locale: Locale) -> Self {
        Self {
            address: None,
            user_agent: String::new(),
            locale,
            device: None,
            actor_id: Some(COMMAND_LINE.to_owned()),
            request_id: String::new(),
        }
    }

    /// Returns the address as text; empty when unknown.
    #[must_use]
    pub fn address_text(&self) -> String {
        self.address.map_or_else(String::new, |address| address.to_string())
    }

    /// Addresses a mail to `user`, in their language or else the request's.
    fn post_to<'a>(
        &self,
        user: &'a User,
        content: MailContent,
        token: Option<&'a Token>,
    ) -> Post<'a> {
        let locale = user.locale.unwrap_or(self.locale);
        Post { to: &user.email, locale, content, token, user_id: Some(&user.id) }
    }
}

/// Reads a guarded write that found no row as `refusal`: somebody was faster.
fn raced(refusal: Refusal) -> impl FnOnce(StoreError) -> Failure {
    move |error| match error {
        StoreError::Unexpected { .. } => refusal.into(),
        other @ (StoreError::Duplicate { .. }
        | StoreError::Decode { .. }
        | StoreError::Busy
        | StoreError::Unavailable { .. }
        | StoreError::Engine { .. }) => other.into(),
    }
}
