//! Who asks: what a rule writes beside the act, and to whom it answers in which language.

use std::net::IpAddr;

use super::Post;
use crate::base::locale::Locale;
use crate::domain::audit::COMMAND_LINE;
use crate::domain::mail::MailContent;
use crate::domain::token::Token;
use crate::domain::user::User;

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
    #[must_use]
    pub fn post_to<'a>(
        &self,
        user: &'a User,
        content: MailContent,
        token: Option<&'a Token>,
    ) -> Post<'a> {
        let locale = user.locale.unwrap_or(self.locale);
        Post { to: &user.email, locale, content, token, user_id: Some(&user.id) }
    }
}
