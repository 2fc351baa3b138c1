//! The job board's mails: what they state and where their buttons lead.

use super::{Link, Parts, draft, lifetime, moment, opened, site_page};
use crate::app::{App, Failure, Fault};
use crate::base::bounds::INVITATION_TTL_S;
use crate::domain::mail::{MailContent, MailKind};
use crate::mail::letter::Draft;
use crate::store::outbox::OutboxMail;

/// Works out what a mail of the job board says.
///
/// # Errors
/// A fault: a token that cannot be opened; a mail that is none of the board's.
pub(super) fn parts(app: &App, mail: &OutboxMail, content: MailContent) -> Result<Parts, Failure> {
    if let MailContent::OrganizationInvite { inviter, organization } = content {
        let token = opened(app, mail)?;
        let url = site_page(app, &format!("/invitaciones/{token}"));
        let facts = vec![("organization", organization), ("inviter", inviter)];
        let lasts = lifetime(INVITATION_TTL_S);
        let draft = Draft { facts, ..draft("mail-organization-invite", lasts) };
        return Ok(Parts::linked(String::new(), Link { url, token }, draft));
    }
    if let MailContent::OfferExpiring { name, user_id, job_id, title, expires_at } = content {
        let facts = vec![("offer", title), ("ends", moment(expires_at))];
        return Ok(Parts {
            draft: Draft { facts, ..draft("mail-offer-expiring", Vec::new()) },
            page: Some(site_page(app, &format!("/dashboard/ofertas/{job_id}"))),
            leave_url: app.leave_kind_url(&user_id, MailKind::OfferExpiring),
            name,
            ..Parts::default()
        });
    }
    Err(Failure::Fault(Fault::Broken("a mail that is none of the job board's")))
}
