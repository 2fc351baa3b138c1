//! Where a request comes from, and where a redirect may go.
//!
//! A target is resolved first and then checked, as a browser would read it; what
//! was checked is what is sent, to the letter. Source: contract section 5.

use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, header};
use serde_json::Value;
use url::Url;

use super::error::{ApiError, HttpRefusal};
use super::response::Response;
use crate::base::bounds::{REFERER_BYTES_MAX, TARGET_BYTES_MAX};
use crate::config::{Config, OriginPattern, Site};

/// The origins that may act here: the site's own and the configured ones.
#[derive(Debug)]
pub struct Trusted {
    site: Site,
    front_end: Option<Site>,
    patterns: Vec<OriginPattern>,
}

/// The header in which an app of Expo or React Native says what it is.
const EXPO_ORIGIN: header::HeaderName = header::HeaderName::from_static("expo-origin");

/// The fields of a body or a query that name a redirect target.
const TARGETS: [&str; 4] = ["callbackURL", "redirectTo", "errorCallbackURL", "newUserCallbackURL"];

impl Trusted {
    /// Compiles what the configuration trusts.
    #[must_use]
    pub fn of(config: &Config) -> Self {
        let front_end = config.server.frontend_url.clone();
        let named = config.auth.trusted_origins.iter().map(String::as_str);
        let named = named.chain(front_end.as_ref().map(Site::origin));
        let patterns = named.filter_map(OriginPattern::parse).collect();
        Self { site: config.server.public_url.clone(), front_end, patterns }
    }

    /// Tells whether an `Origin`, or the origin of a `Referer`, may act here.
    ///
    /// What is too long to be either is not looked at.
    #[must_use]
    pub fn allows(&self, origin: &str) -> bool {
        if origin.len() > REFERER_BYTES_MAX {
            return false;
        }
        let origin = origin.to_lowercase();
        let Some((scheme, rest)) = origin.split_once("://") else { return false };
        if !["http", "https"].contains(&scheme) {
            return self.patterns.iter().any(|pattern| pattern.matches_custom(scheme, rest));
        }
        let Ok(url) = Url::parse(&origin) else { return false };
        if !url.username().is_empty() || url.password().is_some() {
            return false;
        }
        let exact = url.origin().ascii_serialization();
        let authority = exact.split_once("://").map_or("", |(_, authority)| authority);
        exact == self.site.origin()
            || self.patterns.iter().any(|pattern| pattern.matches(scheme, authority))
    }

    /// Tells whether an `Origin`, or the origin of a `Referer`, is the site itself.
    #[must_use]
    pub fn is_site(&self, origin: &str) -> bool {
        if origin.len() > REFERER_BYTES_MAX {
            return false;
        }
        Url::parse(origin).is_ok_and(|url| {
            url.username().is_empty()
                && url.password().is_none()
                && url.origin().ascii_serialization() == self.site.origin()
        })
    }

    /// Returns the origin of a page that a browser shows at `target`, when it is trusted and
    /// not the site's own; `None` for apps.
    #[must_use]
    pub fn other_origin(&self, target: &str) -> Option<String> {
        let is_page = is_web(target) && !self.is_site(target) && self.allows_target(target);
        let url = Url::parse(target).ok().filter(|_url| is_page)?;
        Some(url.origin().ascii_serialization())
    }

    /// Tells whether a redirect may go to `target`, a path of our own.
    #[must_use]
    pub fn allows_path(&self, target: &str) -> bool {
        target.starts_with('/') && self.allows_target(target)
    }

    /// Tells whether a redirect may go to `target`; nowhere by one that is too long.
    #[must_use]
    pub fn allows_target(&self, target: &str) -> bool {
        if target.len() > TARGET_BYTES_MAX {
            return false;
        }
        if target.contains('\\') || target.chars().any(char::is_control) || target != target.trim()
        {
            return false;
        }
        if target.starts_with('/') { self.is_own_path(target) } else { self.is_trusted_url(target) }
    }

    fn is_own_path(&self, target: &str) -> bool {
        let path = target.split(['?', '#']).next().unwrap_or_default().to_lowercase();
        if target.starts_with("//") || path.contains("%2f") || path.contains("%5c") {
            return false;
        }
        let base = Url::parse(self.site.origin());
        let resolved = base.and_then(|base| base.join(target));
        // Dot segments may leave a path that a browser takes for another host.
        resolved.is_ok_and(|url| {
            url.origin().ascii_serialization() == self.site.origin()
                && !url.path().starts_with("//")
        })
    }

    fn is_trusted_url(&self, target: &str) -> bool {
        let trusted = match target.split_once(":/") {
            // An app's address may leave out the host, and the strokes before it.
            Some((scheme, path)) if !path.starts_with('/') && !is_web_scheme(scheme) => {
                self.allows(&format!("{scheme}:///{path}"))
            }
            Some((_, path)) => path.starts_with('/') && self.allows(target),
            None => false,
        };
        trusted && Url::parse(target).is_ok()
    }
}

/// Takes the origin that an app names in a header of its own, where there is no other: its
/// requests have none, and no browser's page may send this header to another site unasked.
pub fn take_apps(headers: &mut HeaderMap) {
    if headers.contains_key(header::ORIGIN) {
        return;
    }
    if let Some(origin) = headers.get(EXPO_ORIGIN).cloned() {
        headers.insert(header::ORIGIN, origin);
    }
}

/// Checks a change that carries a cookie: it must come from a trusted origin.
///
/// # Errors
/// `MissingOrNullOrigin`, `InvalidOrigin`.
pub fn check_change(trusted: &Trusted, head: &Parts) -> Result<(), HttpRefusal> {
    let changes = !matches!(head.method, Method::GET | Method::HEAD | Method::OPTIONS);
    if changes && head.headers.contains_key(header::COOKIE) {
        return check_origin(trusted, &head.headers);
    }
    Ok(())
}

/// Checks a sign-in that carries no cookie: browsers must say where they come from.
///
/// # Errors
/// `CrossSiteNavigation`, `MissingOrNullOrigin`, `InvalidOrigin`.
pub fn check_sign_in(trusted: &Trusted, headers: &HeaderMap) -> Result<(), HttpRefusal> {
    if headers.contains_key(header::COOKIE) {
        // The check of every change has looked already.
        return Ok(());
    }
    let fetch = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    let (site, mode) = (fetch("sec-fetch-site"), fetch("sec-fetch-mode"));
    if site == Some("cross-site") && mode == Some("navigate") {
        return Err(HttpRefusal::CrossSiteNavigation);
    }
    let is_browser = site.is_some() || mode.is_some() || headers.contains_key("sec-fetch-dest");
    let is_told = headers.contains_key(header::ORIGIN) || headers.contains_key(header::REFERER);
    if is_browser || is_told { check_origin(trusted, headers) } else { Ok(()) }
}

/// Checks a form of our own pages: it comes from this site and from no other.
///
/// Browsers say so by `Sec-Fetch-Site` where the page is safe to ask, and by `Origin` or
/// `Referer` everywhere. Whoever says nothing and carries no cookie is no browser.
///
/// # Errors
/// `CrossSiteNavigation`, `MissingOrNullOrigin`, `InvalidOrigin`.
pub fn check_own_page(trusted: &Trusted, head: &Parts) -> Result<(), HttpRefusal> {
    if matches!(head.method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(());
    }
    let text = |name| head.headers.get(name).and_then(|value| value.to_str().ok());
    let site = text(header::HeaderName::from_static("sec-fetch-site"));
    let from = text(header::ORIGIN).or_else(|| text(header::REFERER));
    match (site, from) {
        (Some("same-origin") | None, Some(from)) if trusted.is_site(from) => Ok(()),
        (Some("same-origin"), Some("null")) => Ok(()),
        (Some("same-origin") | None, Some(from)) if !["", "null"].contains(&from) => {
            Err(HttpRefusal::InvalidOrigin)
        }
        (None, None) if !head.headers.contains_key(header::COOKIE) => Ok(()),
        (Some("same-origin") | None, _) => Err(HttpRefusal::MissingOrNullOrigin),
        (Some(_elsewhere), Some(from)) if !trusted.is_site(from) => Err(HttpRefusal::InvalidOrigin),
        (Some(_elsewhere), _) => Err(HttpRefusal::CrossSiteNavigation),
    }
}

fn check_origin(trusted: &Trusted, headers: &HeaderMap) -> Result<(), HttpRefusal> {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let is_same_origin =
        text(header::HeaderName::from_static("sec-fetch-site")) == Some("same-origin");
    match text(header::ORIGIN).or_else(|| text(header::REFERER)) {
        Some("null") if is_same_origin => Ok(()),
        None | Some("null" | "") => Err(HttpRefusal::MissingOrNullOrigin),
        Some(origin) if trusted.allows(origin) => Ok(()),
        Some(_) => Err(HttpRefusal::InvalidOrigin),
    }
}

/// Checks the redirect targets of a body.
///
/// # Errors
/// `InvalidTarget`, `TargetNotText`.
pub fn check_body_targets(trusted: &Trusted, body: Option<&Value>) -> Result<(), ApiError> {
    for name in TARGETS {
        match body.and_then(|body| body.get(name)) {
            None | Some(Value::Null | Value::Bool(false)) => {}
            Some(Value::Number(number)) if number.as_f64() == Some(0.0) => {}
            Some(Value::String(target)) => check_target(trusted, name, target)?,
            Some(Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
                return Err(HttpRefusal::TargetNotText.into());
            }
        }
    }
    Ok(())
}

/// Puts the front end before the redirect targets of a body that are paths; what calls the
/// API means its own pages by them, and what was checked is at one of the trusted origins.
///
/// The answers and mails of the call then name the whole address. Our own pages call no API
/// but the rules behind it, so their links stay here.
pub fn lead_to_front_end(trusted: &Trusted, headers: &HeaderMap, body: Option<&mut Value>) {
    let Some(front_end) = &trusted.front_end else { return };
    let Some(body) = body.and_then(Value::as_object_mut) else { return };
    let from = headers.get(header::ORIGIN).and_then(|value| value.to_str().ok());
    // Another front end that is trusted means its own pages.
    let from = from.filter(|from| is_web(from) && !trusted.is_site(from) && trusted.allows(from));
    for name in TARGETS {
        if let Some(Value::String(target)) = body.get_mut(name)
            && target.starts_with('/')
        {
            *target = format!("{}{target}", from.unwrap_or(front_end.origin()));
        }
    }
}

fn is_web(origin: &str) -> bool {
    origin.starts_with("https://") || origin.starts_with("http://")
}

fn is_web_scheme(scheme: &str) -> bool {
    ["http", "https"].iter().any(|web| scheme.eq_ignore_ascii_case(web))
}

/// Tells whether a checked target opens an app instead of a page.
#[must_use]
pub fn is_apps(target: &str) -> bool {
    target.split_once(":/").is_some_and(|(scheme, _)| !scheme.is_empty() && !is_web_scheme(scheme))
        && !target.starts_with('/')
}

/// Sets a parameter of a checked target of an app, whatever it held before.
fn with_parameter_alone(target: &str, name: &str, value: &str) -> String {
    let Ok(mut url) = Url::parse(target) else { return target.to_owned() };
    let others: Vec<_> = url.query_pairs().filter(|(key, _)| key != name).collect();
    let mut query = form_urlencoded::Serializer::new(String::new());
    let query = query.extend_pairs(others).append_pair(name, value).finish();
    url.set_query(Some(&query));
    url.into()
}

/// Puts the cookies of an answer that leads to an app into the address as well: the app
/// keeps cookies of its own, apart from those of the browser that it opened.
#[must_use]
pub fn with_cookies_for_apps(mut response: Response) -> Response {
    let text = |value: &HeaderValue| value.to_str().ok().map(str::to_owned);
    let location = response.headers.get(header::LOCATION).and_then(text);
    let lines: Vec<_> = response.headers.get_all(header::SET_COOKIE).iter().collect();
    let lines: Vec<String> = lines.into_iter().filter_map(text).collect();
    let Some(target) = location.filter(|target| is_apps(target) && !lines.is_empty()) else {
        return response;
    };
    let onward = with_parameter_alone(&target, "cookie", &lines.join(", "));
    if let Ok(onward) = HeaderValue::try_from(onward) {
        response.headers.insert(header::LOCATION, onward);
    }
    response
}

/// Checks the redirect targets of a query.
///
/// # Errors
/// `InvalidTarget`.
pub fn check_query_targets(trusted: &Trusted, query: &[(String, String)]) -> Result<(), ApiError> {
    for name in TARGETS {
        for (_, target) in query.iter().filter(|(key, _)| key == name) {
            check_target(trusted, name, target)?;
        }
    }
    Ok(())
}

fn check_target(trusted: &Trusted, name: &'static str, target: &str) -> Result<(), ApiError> {
    if target.is_empty() || trusted.allows_target(target) {
        return Ok(());
    }
    Err(HttpRefusal::InvalidTarget(name).into())
}

/// Adds `error=CODE` to a checked target, keeping its query and fragment.
#[must_use]
pub fn with_error(target: &str, code: &str) -> String {
    with_parameter(target, "error", code)
}

/// Adds a parameter to a checked target, keeping its query and fragment.
#[must_use]
pub fn with_parameter(target: &str, name: &str, value: &str) -> String {
    let pair = form_urlencoded::Serializer::new(String::new()).append_pair(name, value).finish();
    let (before, fragment) = match target.split_once('#') {
        Some((before, fragment)) => (before, format!("#{fragment}")),
        None => (target, String::new()),
    };
    let joint = if before.contains('?') { '&' } else { '?' };
    format!("{before}{joint}{pair}{fragment}")
}
