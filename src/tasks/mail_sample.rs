//! Mails with made-up people in them, to be looked at and to test a transport.
//!
//! They go the road of real ones: the same templates, words and links. Their
//! tokens open nothing.

use super::mail_message::{self, Subject};
use crate::app::{App, Failure};
use crate::base::clock::Millis;
use crate::base::locale::Locale;
use crate::domain::dealing_mail::{AlertedJob, DealingMail, WeekOfBoard};
use crate::domain::email::Email;
use crate::domain::mail::{ChangeStep, MailContent, SourceShare, WaitlistWeek};
use crate::domain::waitlist::{WaitlistEntry, WaitlistRole};
use crate::mail::Message;
use crate::store::outbox::{self, OutboxMail};

/// Every template by name. A change of address has two mails.
pub const NAMES: [&str; 20] = [
    "verify-email",
    "reset-password",
    "change-email",
    "change-email-new",
    "delete-account",
    "existing-account",
    "password-changed",
    "email-changed",
    "new-device",
    "waitlist-welcome",
    "waitlist-confirm",
    "waitlist-invite",
    "waitlist-digest",
    "application-received",
    "application-status",
    "new-message",
    "job-alert",
    "weekly-report",
    "organization-invite",
    "offer-expiring",
];

/// Renders a template; `None` when no template has the name.
///
/// # Errors
/// A fault: a template that cannot be rendered.
pub fn of(app: &App, name: &str, to: &Email, locale: Locale) -> Result<Option<Message>, Failure> {
    let now = app.clock.now();
    let Some(content) = content(name, to, now) else { return Ok(None) };
    let id = app.entropy.id(outbox::ID_PREFIX, now);
    let mail = OutboxMail {
        kind: content.kind().name().to_owned(),
        to: to.clone(),
        locale: locale.tag().to_owned(),
        params: String::new(),
        secret: Some(app.seal_token("muestra", &id)),
        state: String::from("pending"),
        attempts: 0,
        next_attempt_at: now,
        last_error: None,
        provider_id: None,
        created_at: now,
        sent_at: None,
        id,
    };
    let entry = content.entry_id().map(|_id| entry(to, now));
    mail_message::render(app, &mail, Subject { content, entry }, now).map(Some)
}

fn content(template: &str, to: &Email, now: Millis) -> Option<MailContent> {
    let (name, user_id) = (String::from("Ana María"), String::from("usr_muestra"));
    let (callback_url, entry_id) = (None, String::from("muestra"));
    let changing = |step, name| MailContent::ChangeEmail {
        user_id: String::from("usr_muestra"),
        name,
        step,
        from: to.to_string(),
        to: String::from("nueva@example.com"),
        callback_url: None,
    };
    Some(match template {
        "verify-email" => MailContent::VerifyEmail { user_id, name, callback_url },
        "reset-password" => MailContent::ResetPassword { name, callback_url },
        "change-email" => changing(ChangeStep::ConfirmOld, name),
        "change-email-new" => changing(ChangeStep::ProveNew, name),
        "delete-account" => MailContent::DeleteAccount { name, callback_url },
        "existing-account" => MailContent::ExistingAccount { name },
        "password-changed" => MailContent::PasswordChanged { name, at: now.0 },
        "email-changed" => MailContent::EmailChanged { name, at: now.0 },
        "new-device" => MailContent::NewDevice {
            name,
            at: now.0,
            device: String::from("Firefox · Linux"),
            address: String::from("203.0.113.7"),
        },
        "waitlist-welcome" => MailContent::WaitlistWelcome { entry_id },
        "waitlist-confirm" => MailContent::WaitlistConfirm { entry_id },
        "waitlist-invite" => MailContent::WaitlistInvite { entry_id },
        "waitlist-digest" => MailContent::WaitlistDigest { name, week: week() },
        "organization-invite" => MailContent::OrganizationInvite {
            inviter: name,
            organization: String::from("Instituto de Biología"),
        },
        "offer-expiring" => MailContent::OfferExpiring {
            name,
            user_id,
            job_id: String::from("job_muestra"),
            title: String::from("Investigadora postdoctoral"),
            expires_at: now.plus_s(3 * 86_400).0,
        },
        other => return dealing(other, name, user_id).map(MailContent::Dealing),
    })
}

fn dealing(template: &str, name: String, user_id: String) -> Option<DealingMail> {
    let job_title = String::from("Bióloga molecular (I+D)");
    let sample = || String::from("muestra");
    Some(match template {
        "application-received" => DealingMail::ApplicationReceived {
            name,
            user_id,
            job_id: sample(),
            job_title,
            count: 3,
        },
        "application-status" => {
            let (application_id, status) = (sample(), String::from("entrevista"));
            DealingMail::ApplicationStatus { name, user_id, application_id, job_title, status }
        }
        "new-message" => {
            let (conversation_id, counterpart) = (sample(), String::from("Laboratorios Duero"));
            DealingMail::NewMessage { name, user_id, conversation_id, counterpart, job_title }
        }
        "job-alert" => DealingMail::JobAlert {
            name,
            user_id,
            alert_id: sample(),
            alert_name: String::from("Biología en León"),
            jobs: vec![AlertedJob {
                title: job_title,
                organization: String::from("Laboratorios Duero"),
                place: String::from("León"),
            }],
            count: 1,
        },
        "weekly-report" => {
            let organization = Some(String::from("Laboratorios Duero"));
            let week = WeekOfBoard {
                views: 412,
                applications: 37,
                open_jobs: 5,
                answered: 21,
                first_answer_min: Some(1_115),
            };
            DealingMail::WeeklyReport { name, user_id, organization, week }
        }
        _unknown => return None,
    })
}

fn week() -> WaitlistWeek {
    let share = |source: &str, count| SourceShare { source: source.to_owned(), count };
    WaitlistWeek {
        joined_7d: 84,
        total: 1270,
        confirmed: 1201,
        referrals: 316,
        invited: 200,
        top_sources: vec![share("boletín", 512), share("instagram", 248)],
    }
}

fn entry(to: &Email, now: Millis) -> WaitlistEntry {
    WaitlistEntry {
        id: String::from("0Muestra000000"),
        email: to.clone(),
        role: WaitlistRole::Professional,
        name: Some(String::from("Ana María")),
        field: None,
        company: None,
        source: None,
        referred_by: None,
        sequence: 42,
        referrals: 0,
        locale: String::new(),
        created_at: now,
        confirmed_at: Some(now),
        invited_at: None,
        welcome: true,
        unsubscribed_at: None,
    }
}
