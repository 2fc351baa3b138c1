//! Layer 4: the waitlist: joining, confirming, position, invitations, and what an
//! operator does with it.

mod confirm;
mod invite;
mod join;
mod operate;
mod position;
mod welcome;

pub use confirm::{confirm, to_confirm, to_unsubscribe, unsubscribe, unsubscribe_url};
pub use invite::{by_email as to_invite, campaign, invite, next as next_to_invite};
pub use join::{Join, Joined, join};
pub use operate::{
    Confirmation, ImportEntry, Imported, find, import, page, remove, sources, stats,
};
pub use position::{Position, count, position, referral_url};
pub use welcome::pay_welcomes;
