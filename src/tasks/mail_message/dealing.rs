//! The mails that candidates and organisations get of each other.
//!
//! Titles and names are other people's text: they stand among the facts alone, without
//! what a mail program could take for an address.

use super::{Draft, Parts, draft, site_page};
use crate::app::App;
use crate::domain::dealing_mail::{AlertedJob, DealingMail, WeekOfBoard};

/// Most characters of other people's text that a mail shows.
const SHOWN_LENGTH_MAX: usize = 120;

/// Says what a mail says, and how to get no more of its kind.
pub(super) fn parts(app: &App, mail: DealingMail) -> Parts {
    let leave_url = mail.leaving().map(|leaving| app.leave_url(&leaving));
    Parts { leave_url, ..said(app, mail) }
}

fn said(app: &App, mail: DealingMail) -> Parts {
    match mail {
        DealingMail::ApplicationReceived { name, job_id, job_title, count, .. } => {
            let said = vec![("count", count.to_string())];
            let facts = vec![("offer", shown(&job_title)), ("applications", count.to_string())];
            let page = format!("/dashboard/ofertas/{job_id}/candidaturas");
            leading(app, name, &page, (draft("mail-application-received", said), facts))
        }
        DealingMail::ApplicationStatus { name, application_id, job_title, status, .. } => {
            let said = vec![("status", status)];
            let facts = vec![("offer", shown(&job_title))];
            let page = format!("/dashboard/candidaturas/{application_id}");
            leading(app, name, &page, (draft("mail-application-status", said), facts))
        }
        DealingMail::NewMessage { name, conversation_id, counterpart, job_title, .. } => {
            let facts = vec![("from", shown(&counterpart)), ("offer", shown(&job_title))];
            let page = format!("/dashboard/mensajes/{conversation_id}");
            leading(app, name, &page, (draft("mail-new-message", Vec::new()), facts))
        }
        DealingMail::JobAlert { name, alert_name, jobs, count, .. } => {
            let said = vec![("count", count.to_string())];
            let facts = std::iter::once(("alert", shown(&alert_name)));
            let facts = facts.chain(jobs.iter().map(|job| ("offer", line(job)))).collect();
            leading(app, name, "/dashboard/alertas", (draft("mail-job-alert", said), facts))
        }
        DealingMail::WeeklyReport { name, organization, week, .. } => {
            let facts = organization.iter().map(|name| ("organization", shown(name)));
            let facts = facts.chain(numbers(&week)).collect();
            leading(app, name, "/dashboard", (draft("mail-weekly-report", Vec::new()), facts))
        }
    }
}

type Stated = (Draft<'static>, Vec<(&'static str, String)>);

/// A mail whose button leads to a page of the site.
fn leading(app: &App, name: String, page: &str, (draft, facts): Stated) -> Parts {
    let page = Some(site_page(app, page));
    Parts { name, page, draft: Draft { facts, ..draft }, ..Parts::default() }
}

/// Says an offer in one line.
fn line(job: &AlertedJob) -> String {
    let parts = [&job.title, &job.organization, &job.place].map(|text| shown(text));
    let parts: Vec<&str> =
        parts.iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
    parts.join(" – ")
}

fn numbers(week: &WeekOfBoard) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        ("views", week.views.to_string()),
        ("applications", week.applications.to_string()),
        ("open-jobs", week.open_jobs.to_string()),
        ("answered", week.answered.to_string()),
    ];
    let waited =
        week.first_answer_min.map(|minutes| format!("{}:{:02} h", minutes / 60, minutes % 60));
    facts.extend(waited.map(|text| ("first-answer", text)));
    facts
}

/// Takes out of a text what makes an address of it.
fn shown(text: &str) -> String {
    let letters = text.chars().take(SHOWN_LENGTH_MAX);
    let is_harmless = |c: char| c.is_alphanumeric() || "-–—_ ,;()'’\"«»+&#%!¡?¿".contains(c);
    letters.map(|c| if is_harmless(c) { c } else { ' ' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_peoples_text_is_no_address() {
        assert_eq!(shown("Química (I+D), León"), "Química (I+D), León");
        assert_eq!(shown("https://evil.example/x@y"), "https   evil example x y");
        assert_eq!(shown("a\r\nBcc: b"), "a  Bcc  b");
        assert_eq!(shown(&"x".repeat(900)).len(), SHOWN_LENGTH_MAX);
    }
}
