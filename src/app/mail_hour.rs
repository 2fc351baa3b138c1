//! How the mail hour is shared out, and when what waits in it will have gone.
//!
//! `mail.hourly_max` is what a provider lets through. A part of it bulk mail never touches
//! (`mail.reserve_percent`), and of that part some is for notices alone; each cause has a
//! share of the hour.

use super::post::campaign_key;
use super::{App, Failure};
use crate::base::bounds::{MAIL_RESERVE_OF_NOTICES, MAIL_RESERVE_OF_TRANSACTIONAL, MAIL_SHARE_MIN};
use crate::base::clock::Millis;
use crate::config::Mail;
use crate::domain::mail::Lane;
use crate::store::mail_quota::{self, Hour};
use crate::store::outbox::{self, Depth};
use crate::store::outbox_posts::Bounds;

/// What somebody wants to know the end of.
#[derive(Clone, Copy, Debug)]
pub enum Ahead<'a> {
    /// All that waits.
    All,
    /// A campaign whose mails are in the outbox.
    Campaign(&'a str),
    /// A campaign of so many mails that would be posted now.
    Planned(i64),
}

/// When mails will have gone, at the present `mail.hourly_max`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forecast {
    /// How many mails wait, of all causes.
    pub waiting: i64,
    /// When the last one goes; now when none is left.
    pub through_at: Millis,
}

impl App {
    /// Returns how many mails of an hour may go to an address and of a cause.
    pub(super) fn mail_bounds(&self) -> Bounds {
        let mail = &self.config.mail;
        Bounds {
            address: mail.per_address_hourly_max,
            notices: mail.notice_hourly_max,
            client: share(mail, mail.client_share_percent),
            person: share(mail, mail.person_share_percent),
            campaign: share(mail, mail.campaign_share_percent),
        }
    }

    /// Returns how many mails of an hour may have gone when one of a lane goes.
    #[must_use]
    pub fn mail_ceiling(&self, lane: Lane) -> i64 {
        ceiling(&self.config.mail, lane)
    }

    /// Counts the mails of a campaign that still have to go.
    ///
    /// # Errors
    /// A fault of the store.
    pub async fn mails_waiting_of(&self, campaign: &str) -> Result<i64, Failure> {
        let rows: Vec<i64> =
            self.store.list(outbox::waiting_of_campaign(&campaign_key(campaign))).await?;
        Ok(rows.first().copied().unwrap_or(0))
    }

    /// Foretells when mails will have gone if nobody causes any more.
    ///
    /// # Errors
    /// A fault of the store.
    ///
    /// # Cost
    /// A count of what waits, and two point reads.
    pub async fn mail_forecast(&self, ahead: Ahead<'_>, now: Millis) -> Result<Forecast, Failure> {
        let depth: Vec<Depth> = self.store.list(outbox::depth(now)).await?;
        let waiting = depth.first().map_or(0, |depth| depth.mails);
        let hour: Option<Hour> = self.store.find(mail_quota::hour()).await?;
        let (last, more) = match ahead {
            Ahead::All => (self.store.find(outbox::last(now)).await?, 0),
            Ahead::Campaign(name) => {
                (self.store.find(outbox::last_of_campaign(&campaign_key(name))).await?, 0)
            }
            Ahead::Planned(mails) => {
                let share = share(&self.config.mail, self.config.mail.campaign_share_percent);
                let hours = (mails - 1).max(0).div_euclid(share);
                (Some(now.plus_s(hours * 3600)), mails)
            }
        };
        let through = self.passed_at(waiting + more, hour, now);
        // Of a campaign that is through nothing waits, whatever else does.
        let is_through = matches!(ahead, Ahead::Campaign(_)) && last.is_none();
        let through_at = if is_through { now } else { last.unwrap_or(now).max(through) };
        Ok(Forecast { waiting: waiting + more, through_at })
    }

    /// Returns when so many mails have passed, one hour's after the other.
    fn passed_at(&self, mails: i64, hour: Option<Hour>, now: Millis) -> Millis {
        let an_hour = self.mail_ceiling(Lane::Bulk);
        let taken = hour.map_or(0, |hour| hour.taken(now));
        let over = mails - (an_hour - taken).max(0);
        if over <= 0 {
            return now;
        }
        let reopens_at = hour.map_or(now, Hour::reopens_at).max(now);
        // An hour that nobody has begun begins now.
        let next = if taken == 0 { now.plus_s(3600) } else { reopens_at };
        next.plus_s((over - 1).div_euclid(an_hour) * 3600)
    }
}

fn ceiling(mail: &Mail, lane: Lane) -> i64 {
    // Rounded to the nearest mail.
    let reserve = (mail.hourly_max * mail.reserve_percent + 50).div_euclid(100);
    let kept = match lane {
        Lane::Notice => 0,
        Lane::Asked => reserve.div_euclid(MAIL_RESERVE_OF_NOTICES),
        Lane::Transactional => reserve.div_euclid(MAIL_RESERVE_OF_TRANSACTIONAL),
        Lane::Bulk => reserve,
    };
    (mail.hourly_max - kept).max(1)
}

fn share(mail: &Mail, percent: i64) -> i64 {
    (mail.hourly_max * percent).div_euclid(100).max(MAIL_SHARE_MIN)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Carrier;

    fn settings(hourly_max: i64) -> Mail {
        Mail {
            carrier: Carrier::File("mail.jsonl".into()),
            from: None,
            reply_to: None,
            retry_schedule_s: Vec::new(),
            per_address_hourly_max: 5,
            notice_hourly_max: 5,
            hourly_max,
            reserve_percent: 20,
            client_share_percent: 10,
            person_share_percent: 10,
            campaign_share_percent: 50,
        }
    }

    #[test]
    fn bulk_leaves_the_reserve_and_only_notices_use_all_of_it() {
        for (hourly_max, ceilings) in [
            (500, [475, 500, 450, 400]),
            (20, [19, 20, 18, 16]),
            (10, [10, 10, 9, 8]),
            (2, [2, 2, 2, 2]),
            (1, [1, 1, 1, 1]),
        ] {
            let mail = settings(hourly_max);
            assert_eq!(Lane::ALL.map(|lane| ceiling(&mail, lane)), ceilings, "{hourly_max}");
        }
    }

    #[test]
    fn share_is_a_part_of_the_hour_and_never_nothing() {
        assert_eq!((share(&settings(500), 10), share(&settings(500), 50)), (50, 250));
        assert_eq!(share(&settings(1), 10), MAIL_SHARE_MIN);
    }
}
