//! `/lista-de-espera/{code}`: where somebody stands, and the link that moves them up.

use askama::Template;

use crate::app::App;
use crate::domain::refusal::Refusal;
use crate::http::error::{ApiError, rendered};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::PageWords;
use crate::waitlist;

#[derive(Template)]
#[template(path = "pages/place.html", config = ".askama.toml")]
struct Place<'a> {
    words: PageWords<'a>,
    position: i64,
    referrals: i64,
    bonus: i64,
    link: String,
}

/// Shows the place.
///
/// # Errors
/// `WAITLIST_NOT_FOUND`, also while there is no waitlist.
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    if !app.config.waitlist.enabled {
        return Err(Refusal::WaitlistNotFound.into());
    }
    let code = request.param("code");
    let found = waitlist::position(app, code).await?;
    let page = Place {
        words: PageWords::of(app, &request),
        position: found.position,
        referrals: found.referrals,
        bonus: app.config.waitlist.referral_bonus,
        link: waitlist::referral_url(app, code),
    };
    Ok(Response::html(200, rendered(page.render())?).no_store().own_referrer())
}
