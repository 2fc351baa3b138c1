//! Who asks: what a rule writes beside the act, and to whom it answers in which language.

use std::net::IpAddr;

use super::{Cause, Post};
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
    /// What the browser's cookie says of the address that it waits to have proven, if we
    /// signed it; read where a link is opened, and nowhere else.
    pub awaits: Option<String>,
    /// Whose session asks, the administrator's where one acts as somebody; the command
    /// line; `None`: nobody is signed in.
    pub actor_id: Option<String>,
    /// The session that asks; `None`: nobody is signed in, or it is the command line.
    pub session: Option<Asking>,
    /// Names the request in the log; empty on the command line.
    pub request_id: String,
}

/// The session that asks: what it does is done only while it lives.
#[derive(Clone, Debug)]
pub struct Asking {
    /// `ses_…`.
    pub id: String,
    /// Whose it is; where an administrator acts as somebody, theirs.
    pub user_id: String,
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
            awaits: None,
            actor_id: Some(COMMAND_LINE.to_owned()),
            session: None,
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
        &'a self,
        user: &'a User,
        content: MailContent,
        token: Option<&'a Token>,
    ) -> Post<'a> {
        let locale = user.locale.unwrap_or(self.locale);
        let (to, user_id, cause) = (&user.email, Some(user.id.as_str()), Cause::Caller(self));
        Post { to, locale, content, token, user_id, cause }
    }
}
