//! Somebody who waits, and where in the line.

use super::email::Email;
use crate::base::clock::Millis;

/// What a person on the list is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitlistRole {
    /// A person who looks for work.
    Professional,
    /// A company that offers it.
    Empresa,
}

impl WaitlistRole {
    /// Returns the wire name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Professional => "professional",
            Self::Empresa => "empresa",
        }
    }

    /// Reads a wire name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Professional, Self::Empresa].into_iter().find(|role| role.name() == name)
    }
}

/// One row of `waitlist`.
#[derive(Clone, Debug)]
pub struct WaitlistEntry {
    /// The referral code, which is also the row's id.
    pub id: String,
    /// Unique, in normal form.
    pub email: Email,
    /// What the person is.
    pub role: WaitlistRole,
    /// The name, if it was given.
    pub name: Option<String>,
    /// A professional's field.
    pub field: Option<String>,
    /// An empresa's name.
    pub company: Option<String>,
    /// Where the person came from.
    pub source: Option<String>,
    /// Id of the entry whose code was used.
    pub referred_by: Option<String>,
    /// Place in the order of joining, from 1; never reused.
    pub sequence: i64,
    /// How many joined with this entry's code and count.
    pub referrals: i64,
    /// Language of the person's mails.
    pub locale: String,
    /// When the person joined.
    pub created_at: Millis,
    /// When the address was confirmed; at joining without double opt-in.
    pub confirmed_at: Option<Millis>,
    /// When an invitation went out.
    pub invited_at: Option<Millis>,
    /// Whether a welcome is owed since joining.
    pub welcome: bool,
    /// When the person asked for no more mail.
    pub unsubscribed_at: Option<Millis>,
}

impl WaitlistEntry {
    /// Returns the place in the line: joining order, moved up by referrals, at least 1.
    #[must_use]
    pub fn position(&self, referral_bonus: i64) -> i64 {
        let gained = referral_bonus.saturating_mul(self.referrals);
        self.sequence.saturating_sub(gained).max(1)
    }
}
