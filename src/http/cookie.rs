//! The contract's cookies: names, attributes, signatures.
//!
//! A value is `encodeURIComponent(token + "." + base64(HMAC-SHA256(secret, token)))`.
//! A bad signature is no cookie at all. Source: contract section 2.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderValue, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use super::request::Request;
use crate::account::awaited;
use crate::account::session::Live;
use crate::app::App;
use crate::base::bounds::{COOKIE_NAMESAKES_MAX, COOKIES_MAX, SOCIAL_COOKIE_S};
use crate::config::{Auth, SameSite};
use crate::domain::email::Email;
use crate::domain::session::Remember;
use crate::domain::token::Token;

/// What `encodeURIComponent` leaves as it is.
const UNRESERVED: AsciiSet = NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// Name of the cookie by which a browser is known, after the prefix.
const DEVICE: &str = "device";

/// Name of the cookie of a browser that waits for an address to be proven, after the
/// prefix.
const VERIFICATION: &str = "verification";

/// Name of the cookie that binds a sign-in by a provider to its browser, after the prefix.
const STATE: &str = "state";

/// Life of the device's cookie in seconds: 400 days, the longest that browsers keep one.
pub const DEVICE_TTL_S: i64 = 400 * 86_400;

/// Name of the cookie in which an administrator's own session waits, after the prefix.
const ADMIN_SESSION: &str = "admin_session";

/// Longest cookie value that is looked at, in bytes.
const VALUE_BYTES_MAX: usize = 1024;

/// A `Set-Cookie` line.
#[derive(Debug)]
pub struct Cookie(String);

impl Cookie {
    pub(super) fn into_header(self) -> HeaderValue {
        // Names are checked settings and values are percent-encoded: always a header.
        HeaderValue::try_from(self.0).unwrap_or_else(|_impossible| HeaderValue::from_static(""))
    }
}

/// How long a browser keeps a cookie.
#[derive(Clone, Copy)]
enum Life {
    /// Seconds; 0 clears.
    Seconds(i64),
    /// Until the browser closes.
    Browser,
}

/// Reads the session token of a request; `None`: none, or not signed by us.
///
/// Of several cookies with the name, the first well-signed one counts.
#[must_use]
pub fn session_token(app: &App, headers: &HeaderMap) -> Option<Token> {
    values(headers, &app.config.auth.session_cookie)
        .find_map(|value| unsigned(app, value))
        .map(Token::presented)
}

/// Reads a cookie that is not signed: a choice of the visitor, which proves nothing.
#[must_use]
pub fn plain<'a>(headers: &'a HeaderMap, name: &'a str) -> Option<&'a str> {
    values(headers, name).next()
}

/// Makes the cookie of a choice, kept as long as browsers keep one.
#[must_use]
pub fn choice_cookie(app: &App, name: &str, value: &'static str) -> Cookie {
    let auth = &app.config.auth;
    line_for(auth, &auth.cookie(name), value, Life::Seconds(DEVICE_TTL_S), SameSite::Lax)
}

/// Reads what the browser is known by; `None`: nothing, or not signed by us.
#[must_use]
pub fn device_token(app: &App, headers: &HeaderMap) -> Option<Token> {
    let name = app.config.auth.cookie(DEVICE);
    values(headers, &name).find_map(|value| unsigned(app, value)).map(Token::presented)
}

/// Makes the cookie by which the browser is known from now on.
#[must_use]
pub fn device_cookie(app: &App, device: &Token) -> Cookie {
    let auth = &app.config.auth;
    let value = signed(app, device.expose());
    line(auth, &auth.cookie(DEVICE), &value, Life::Seconds(DEVICE_TTL_S))
}

/// Reads which address the browser waits to have proven; `None`: none, or not signed by us.
#[must_use]
pub fn awaited(app: &App, headers: &HeaderMap) -> Option<String> {
    let name = app.config.auth.cookie(VERIFICATION);
    values(headers, &name).find_map(|value| unsigned(app, value))
}

/// Makes the cookie of a browser that waits for an address to be proven, where the proof
/// will sign in; the same for every address, whoever has it.
#[must_use]
pub fn verification_cookie(app: &App, request: &Request, email: &Email) -> Option<Cookie> {
    let before = awaited(app, &request.head.headers);
    let value = signed(app, &awaited::mark(app, before.as_deref(), email, request.now)?);
    Some(from_elsewhere(app, VERIFICATION, &value, Life::Seconds(awaited::TTL_S)))
}

/// Makes the line that clears it.
#[must_use]
pub fn clear_verification_cookie(app: &App) -> Cookie {
    from_elsewhere(app, VERIFICATION, "", Life::Seconds(0))
}

/// Reads the state of the sign-in that the browser began; `None`: none, or not signed by us.
#[must_use]
pub fn state_token(app: &App, headers: &HeaderMap) -> Option<Token> {
    let name = app.config.auth.cookie(STATE);
    values(headers, &name).find_map(|value| unsigned(app, value)).map(Token::presented)
}

/// Makes the cookie that binds a sign-in by a provider to its browser.
#[must_use]
pub fn state_cookie(app: &App, state: &Token) -> Cookie {
    from_elsewhere(app, STATE, &signed(app, state.expose()), Life::Seconds(SOCIAL_COOKIE_S))
}

/// Makes the line that clears it.
#[must_use]
pub fn clear_state_cookie(app: &App) -> Cookie {
    from_elsewhere(app, STATE, "", Life::Seconds(0))
}

/// Whoever comes back comes from the provider or from their mail, and a strict cookie
/// would stay at home.
fn from_elsewhere(app: &App, name: &str, value: &str, life: Life) -> Cookie {
    let auth = &app.config.auth;
    let same_site = match auth.cookie_same_site {
        SameSite::Strict => SameSite::Lax,
        kept @ (SameSite::Lax | SameSite::None) => kept,
    };
    line_for(auth, &auth.cookie(name), value, life, same_site)
}

/// Tells whether the browser asked not to be remembered.
#[must_use]
pub fn is_unremembered(app: &App, headers: &HeaderMap) -> bool {
    let name = app.config.auth.cookie("dont_remember");
    values(headers, &name).any(|value| unsigned(app, value).as_deref() == Some("true"))
}

/// Makes the cookies of a new session.
#[must_use]
pub fn session_cookies(
    app: &App,
    request: &Request,
    token: &Token,
    remember: Remember,
) -> Vec<Cookie> {
    let auth = &app.config.auth;
    let forget = auth.cookie("dont_remember");
    match remember {
        Remember::Yes => {
            let life = Life::Seconds(auth.session_ttl_s);
            let mut cookies =
                vec![line(auth, &auth.session_cookie, &signed(app, token.expose()), life)];
            if values(&request.head.headers, &forget).next().is_some() {
                cookies.push(line(auth, &forget, "", Life::Seconds(0)));
            }
            cookies
        }
        Remember::No => vec![
            line(auth, &auth.session_cookie, &signed(app, token.expose()), Life::Browser),
            line(auth, &forget, &signed(app, "true"), Life::Browser),
        ],
    }
}

/// Makes the cookies of a session in which an administrator acts as somebody else: it
/// ends with the browser, and the administrator's own waits in a cookie of its own.
/// Source: contract 2, `admin_session` is signed `token:dontRemember`.
#[must_use]
pub fn impersonation_cookies(app: &App, request: &Request, token: &Token) -> Vec<Cookie> {
    let auth = &app.config.auth;
    let own = session_token(app, &request.head.headers);
    let forgotten = if is_unremembered(app, &request.head.headers) { "true" } else { "" };
    let waiting = own.map(|own| {
        let value = signed(app, &format!("{}:{forgotten}", own.expose()));
        line(auth, &auth.cookie(ADMIN_SESSION), &value, Life::Seconds(auth.session_ttl_s))
    });
    let mut cookies = session_cookies(app, request, token, Remember::No);
    cookies.extend(waiting);
    cookies.push(line(auth, &auth.cookie("session_data"), "", Life::Seconds(0)));
    cookies
}

/// Reads the administrator's own session that waits, and whether it was to be remembered.
#[must_use]
pub fn admin_session(app: &App, headers: &HeaderMap) -> Option<(Token, Remember)> {
    let name = app.config.auth.cookie(ADMIN_SESSION);
    let value = values(headers, &name).find_map(|value| unsigned(app, value))?;
    let (token, forgotten) = value.split_once(':')?;
    let remember = if forgotten.is_empty() { Remember::Yes } else { Remember::No };
    Some((Token::presented(token), remember))
}

/// Makes the line that clears what [`admin_session`] reads.
#[must_use]
pub fn clear_admin_session(app: &App) -> Cookie {
    let auth = &app.config.auth;
    line(auth, &auth.cookie(ADMIN_SESSION), "", Life::Seconds(0))
}

/// Makes the session cookie of a request anew, for as long as it may live.
#[must_use]
pub fn session_cookie_again(app: &App, request: &Request, live: &Live) -> Cookie {
    let auth = &app.config.auth;
    let kept = if is_unremembered(app, &request.head.headers) {
        Life::Browser
    } else {
        let left_ms = live.session.expires_at.since_ms(request.now).max(0);
        Life::Seconds(left_ms.div_euclid(1000))
    };
    line(auth, &auth.session_cookie, &signed(app, live.token.expose()), kept)
}

/// Makes the lines that clear a session's cookies, and what waits behind it.
#[must_use]
pub fn clear_session_cookies(app: &App, headers: &HeaderMap) -> Vec<Cookie> {
    let auth = &app.config.auth;
    let clear = |name: &str| line(auth, name, "", Life::Seconds(0));
    let mut cookies = vec![
        clear(&auth.session_cookie),
        clear(&auth.cookie("session_data")),
        clear(&auth.cookie("dont_remember")),
    ];
    if values(headers, &auth.cookie(ADMIN_SESSION)).next().is_some() {
        cookies.push(clear_admin_session(app));
    }
    cookies
}

/// Reads the tokens of every session that a browser holds: the one that it acts in, and the
/// administrator's own that waits.
pub fn held_tokens(app: &App, headers: &HeaderMap) -> impl Iterator<Item = Token> {
    let waiting = admin_session(app, headers).map(|(token, _remember)| token);
    session_token(app, headers).into_iter().chain(waiting)
}

/// Writes name, value and attributes in upstream's order.
fn line(auth: &Auth, name: &str, value: &str, life: Life) -> Cookie {
    line_for(auth, name, value, life, auth.cookie_same_site)
}

fn line_for(auth: &Auth, name: &str, value: &str, life: Life, same_site: SameSite) -> Cookie {
    let mut text = format!("{name}={value}");
    // Writing to a String cannot fail.
    let _ = match life {
        Life::Seconds(seconds) => write!(text, "; Max-Age={seconds}"),
        Life::Browser => Ok(()),
    };
    if let Some(domain) = &auth.cookie_domain {
        let _ = write!(text, "; Domain={domain}");
    }
    text.push_str("; Path=/; HttpOnly");
    if auth.cookie_secure {
        text.push_str("; Secure");
    }
    text.push_str(match same_site {
        SameSite::Lax => "; SameSite=Lax",
        SameSite::Strict => "; SameSite=Strict",
        SameSite::None => "; SameSite=None",
    });
    if auth.cookie_partitioned {
        // A cookie is cleared in its own jar alone, so this stands on every line.
        text.push_str("; Partitioned");
    }
    Cookie(text)
}

fn signed(app: &App, value: &str) -> String {
    let signature = STANDARD.encode(app.keys.signing.sign(value.as_bytes()));
    utf8_percent_encode(&format!("{value}.{signature}"), &UNRESERVED).to_string()
}

fn unsigned(app: &App, cookie: &str) -> Option<String> {
    if cookie.len() > VALUE_BYTES_MAX {
        return None;
    }
    let decoded = percent_decode_str(cookie).decode_utf8().ok()?;
    let (value, signature) = decoded.rsplit_once('.')?;
    // Upstream's signatures have 44 characters; anything else is not worth decoding.
    let signature = Some(signature).filter(|text| text.len() == 44)?;
    // Three bytes for four letters, before the padding is taken off.
    let mut bytes = [0; 33];
    let length = STANDARD.decode_slice(signature, &mut bytes).ok()?;
    let is_ours = app.keys.signing.verify(value.as_bytes(), bytes.get(..length)?);
    is_ours.then(|| value.to_owned())
}

/// Walks over the values of the first cookies of a name. A neighbour that is no text hides
/// itself alone: other scripts of the site set what they like.
fn values<'a>(headers: &'a HeaderMap, name: &'a str) -> impl Iterator<Item = &'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b';'))
        .take(COOKIES_MAX)
        .filter_map(|pair| std::str::from_utf8(pair).ok())
        .filter_map(move |pair| pair.trim_start().strip_prefix(name)?.strip_prefix('='))
        .take(COOKIE_NAMESAKES_MAX)
        .map(|value| unquoted(value.trim_end()))
}

/// Takes the quotes off a value. Source: RFC 6265 §4.1.1, cookie-value.
fn unquoted(value: &str) -> &str {
    value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(value)
}
