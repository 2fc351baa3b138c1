//! `/dashboard/cuenta/correo`: which mails one wants beside those that one cannot do without.

use askama::Template;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::app::App;
use crate::board::mail_wishes;
use crate::domain::user::UserKind;
use crate::http::error::{ApiError, rendered};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;
use crate::pages::next;

/// The boxes that are ticked come by the names of their kinds; this one says that the form
/// was there, because a form without a tick sends nothing else.
#[derive(Debug, Default, Deserialize, JsonSchema)]
pub struct WishesForm {
    /// The kinds that the form asked about, with spaces between.
    #[schemars(length(max = 200))]
    asked: Option<String>,
}

#[derive(Template)]
#[template(path = "pages/dashboard/wishes.html", config = ".askama.toml")]
struct Page<'a> {
    words: PageWords<'a>,
    wishes: Vec<Wish>,
    asked: String,
}

/// A kind of mail.
struct Wish {
    kind: &'static str,
    label: String,
    is_wanted: bool,
}

/// What those who look for work are never sent, and what those who offer it are not.
const OF_ORGANIZATIONS: [&str; 3] = ["application-received", "weekly-report", "offer-expiring"];
const OF_PROFESSIONALS: [&str; 2] = ["job-alert", "application-status"];

/// Shows which mails one gets.
///
/// # Errors
/// A fault of the store.
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    let user = &request.live()?.user;
    let words = PageWords::of(app, &request);
    let is_other = |kind: &str| match user.kind {
        // The week of the whole site goes to administrators, whatever else they are.
        UserKind::Professional => {
            OF_ORGANIZATIONS.contains(&kind) && !(user.is_admin() && kind == "weekly-report")
        }
        UserKind::Organization => OF_PROFESSIONALS.contains(&kind),
    };
    let wishes = mail_wishes::of(app, user).await?.into_iter();
    let wishes: Vec<Wish> = wishes
        .filter(|(kind, _wants)| !is_other(kind))
        .map(|(kind, is_wanted)| {
            let label = words.text(&format!("wishes-{kind}"));
            Wish { kind, label, is_wanted }
        })
        .collect();
    let asked = wishes.iter().map(|wish| wish.kind).collect::<Vec<_>>().join(" ");
    let page = Page { words, wishes, asked };
    Ok(Response::html(200, rendered(page.render())?).no_store())
}

/// Writes which mails one wants, of those that the form asked about.
///
/// # Errors
/// A fault of the store.
pub async fn submit(app: &App, request: Request) -> Result<Response, ApiError> {
    let typed: WishesForm = request.body_or_default()?;
    let user = &request.live()?.user;
    let asked = typed.asked.unwrap_or_default();
    let known = mail_wishes::of(app, user).await?;
    let wishes: Vec<(&str, bool)> = known
        .into_iter()
        .filter(|(kind, _wants)| asked.split(' ').any(|name| name == *kind))
        .map(|(kind, _wants)| (kind, request.has_field(kind)))
        .collect();
    if !wishes.is_empty() {
        mail_wishes::set(app, user, &wishes, request.now).await?;
    }
    Ok(next::to("/dashboard/cuenta/correo?done=wishes-saved"))
}
