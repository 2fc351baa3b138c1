//! `/dashboard/cuenta/seguridad`: the password, and where one is signed in.

use askama::Template;

use super::{Section, password};
use crate::account::{profile, session};
use crate::app::App;
use crate::base::clock::Millis;
use crate::domain::account::PROVIDER_CREDENTIAL;
use crate::domain::browser;
use crate::domain::session::Session;
use crate::http::error::{ApiError, rendered};
use crate::http::request::Request;
use crate::http::response::Response;
use crate::http::words::{Heading, PageWords};
use crate::pages::form::{Kind, Told};

#[derive(Template)]
#[template(path = "pages/dashboard/security.html", config = ".askama.toml")]
struct Security<'a> {
    words: PageWords<'a>,
    section: Option<Section>,
    sessions: Vec<Device>,
}

/// A session as its owner knows it.
#[derive(Debug)]
pub struct Device {
    /// The handle by which it is ended.
    pub id: String,
    /// Browser and system; empty when neither is known.
    pub browser: String,
    /// From which address.
    pub address: String,
    /// Since when.
    pub created_at: Millis,
    /// Until when, unless it slides.
    pub expires_at: Millis,
    /// Whether it is the one that asks.
    pub is_own: bool,
}

impl Device {
    /// Shows a session; `own` is the id of the one that asks.
    #[must_use]
    pub fn of(session: &Session, own: &str) -> Self {
        Self {
            id: session.id.clone(),
            browser: browser::name(&session.user_agent),
            address: session.ip_address.clone(),
            created_at: session.created_at,
            expires_at: session.expires_at,
            is_own: session.id == own,
        }
    }
}

/// Shows the page.
///
/// # Errors
/// A fault of the store.
pub async fn page(app: &App, request: Request) -> Result<Response, ApiError> {
    show(app, &request, None).await
}

/// Shows the page, perhaps with the form as it comes back.
///
/// # Errors
/// A fault of the store.
pub async fn show(app: &App, request: &Request, told: Option<Told>) -> Result<Response, ApiError> {
    let live = request.live()?;
    let words = PageWords::of(app, request).back_to("/dashboard/cuenta/seguridad");
    let status = told.as_ref().map_or(200, |told| told.status);
    let ways = profile::accounts(app, live).await?;
    let has_password = ways.iter().any(|way| way.provider_id == PROVIDER_CREDENTIAL);
    let section = has_password.then(|| {
        let form = told.map_or_else(|| password::blank(app, &words), |told| told.form);
        Section::new(&words, Heading("password"), form)
    });
    let own = &live.session.id;
    let sessions = session::list_own(app, &live.user.id, request.now).await?;
    let mut sessions: Vec<_> = sessions.iter().map(|each| Device::of(each, own)).collect();
    // One's own first, then the newest.
    sessions.reverse();
    sessions.sort_by_key(|device| !device.is_own);
    let page = Security { words, section, sessions };
    Ok(Response::html(status, rendered(page.render())?).no_store())
}
