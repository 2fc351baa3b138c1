//! Talking to a provider: a code becomes tokens, a token a profile.
//!
//! What goes wrong is told to nobody but the log, without what was sent.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use form_urlencoded::{Serializer, byte_serialize};
use http::Method;
use http::header::CONTENT_TYPE;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::app::App;
use crate::base::bounds::{
    FOREIGN_TOKEN_BYTES_MAX, PROVIDER_ANSWER_BYTES_MAX, PROVIDER_CALL_TIMEOUT_S,
};
use crate::base::clock::Millis;
use crate::base::outbound::{Answer, Call};
use crate::config::{Provider, TokenAuth};
use crate::domain::social::{Grants, Stray, scope};

/// What a token endpoint answers. Source: RFC 6749 §5.1; `OpenID` Connect Core 1.0 §3.1.3.3.
///
/// Seconds come as text and with decimals too, and scopes as a list: neither is wrong
/// enough to send anybody away.
#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    refresh_token: Option<String>,
    id_token: Option<String>,
    expires_in: Option<Value>,
    refresh_token_expires_in: Option<Value>,
    scope: Option<Scopes>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Scopes {
    Text(String),
    List(Vec<String>),
}

/// What a provider says of a person.
#[derive(Debug)]
pub enum Profile {
    /// A JSON document.
    Plain(Value),
    /// A JWT that the provider signed.
    Signed(String),
}

impl Profile {
    /// Returns the document.
    ///
    /// # Errors
    /// `NoIdentity` when it is a JWT.
    pub fn json(self) -> Result<Value, Stray> {
        match self {
            Self::Plain(document) => Ok(document),
            Self::Signed(_) => Err(Stray::NoIdentity),
        }
    }

    /// Returns what a profile is: an object.
    ///
    /// # Errors
    /// `NoIdentity` when it is something else.
    pub fn object(self) -> Result<Map<String, Value>, Stray> {
        match self.json()? {
            Value::Object(profile) => Ok(profile),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::String(_)
            | Value::Array(_) => Err(Stray::NoIdentity),
        }
    }
}

/// Calls a provider within the bounds that calls to providers have.
///
/// # Errors
/// `Unavailable` when nothing comes back, or an error of the provider's own.
pub async fn call(app: &App, provider: &Provider, call: Call) -> Result<Answer, Stray> {
    let call = Call {
        timeout: Duration::from_secs(PROVIDER_CALL_TIMEOUT_S),
        answer_bytes_max: PROVIDER_ANSWER_BYTES_MAX,
        ..call.header("accept", "application/json")
    };
    let answer = app.outbound.call(call).await.map_err(|error| {
        tracing::warn!(provider = provider.name, %error, "provider out of reach");
        Stray::Unavailable
    })?;
    if answer.status >= 500 || answer.status == 429 {
        tracing::warn!(provider = provider.name, status = answer.status, "provider failed");
        return Err(Stray::Unavailable);
    }
    Ok(answer)
}

/// Asks a token endpoint; `asked` is the grant, without who we are.
///
/// # Errors
/// `InvalidCode` when the provider does not take it; `Unavailable`.
pub async fn tokens(
    app: &App,
    (provider, endpoint): (&Provider, &str),
    asked: &[(&str, &str)],
    now: Millis,
) -> Result<Grants, Stray> {
    let answer = call(app, provider, token_call(provider, endpoint, asked)).await?;
    // GitHub says no with 200 and an `error`: its answer has no token then.
    let is_made = [200, 201].contains(&answer.status);
    let said: Option<TokenAnswer> = if is_made { answer.json().ok() } else { None };
    let Some(said) = said.filter(is_short) else {
        tracing::warn!(provider = provider.name, status = answer.status, "code or token refused");
        return Err(Stray::InvalidCode);
    };
    let ends = |seconds: Option<&Value>| seconds.and_then(whole_s).map(|it| now.plus_s(it));
    Ok(Grants {
        access_token_expires_at: ends(said.expires_in.as_ref()),
        refresh_token_expires_at: ends(said.refresh_token_expires_in.as_ref()),
        access_token: Some(said.access_token),
        refresh_token: said.refresh_token,
        id_token: said.id_token,
        scope: said.scope.map(|granted| match granted {
            Scopes::Text(text) => scope(&text).into_owned(),
            Scopes::List(list) => list.join(","),
        }),
    })
}

/// Reads a life in seconds, from one to what 32 bits hold.
fn whole_s(value: &Value) -> Option<i64> {
    let number = match value {
        Value::Number(number) => number.as_f64()?,
        Value::String(text) => text.trim().parse().ok()?,
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    let is_life = (1.0..=f64::from(u32::MAX)).contains(&number);
    is_life.then(|| format!("{:.0}", number.floor()).parse().ok()).flatten()
}

fn token_call(provider: &Provider, endpoint: &str, asked: &[(&str, &str)]) -> Call {
    let mut form = Serializer::new(String::new());
    form.extend_pairs(asked);
    let mut request = Call::new(Method::POST, endpoint);
    match provider.token_auth {
        TokenAuth::Post => {
            form.append_pair("client_id", &provider.client_id);
            form.append_pair("client_secret", provider.client_secret.expose());
        }
        TokenAuth::Basic => request = request.header("authorization", basic(provider)),
    }
    request.body("application/x-www-form-urlencoded", form.finish().into_bytes())
}

/// Source: RFC 6749 §2.3.1: both parts are encoded before they are joined.
fn basic(provider: &Provider) -> String {
    let part = |text: &str| byte_serialize(text.as_bytes()).collect::<String>();
    let pair = [part(&provider.client_id), part(provider.client_secret.expose())].join(":");
    format!("Basic {}", STANDARD.encode(pair))
}

fn is_short(said: &TokenAnswer) -> bool {
    let tokens = [Some(&said.access_token), said.refresh_token.as_ref(), said.id_token.as_ref()];
    let scope_bytes = match &said.scope {
        None => 0,
        Some(Scopes::Text(text)) => text.len(),
        Some(Scopes::List(list)) => list.iter().map(|scope| scope.len() + 1).sum(),
    };
    let lengths = tokens.into_iter().flatten().map(String::len).chain([scope_bytes]);
    lengths.into_iter().all(|length| length <= FOREIGN_TOKEN_BYTES_MAX)
}

/// Asks for a profile with an access token.
///
/// # Errors
/// `NoIdentity` when the provider does not take the token or answers with something
/// else; `Unavailable`.
pub async fn profile(
    app: &App,
    (provider, endpoint): (&Provider, &str),
    access_token: &str,
) -> Result<Profile, Stray> {
    let request =
        Call::new(Method::GET, endpoint).header("authorization", format!("Bearer {access_token}"));
    let answer = call(app, provider, request).await?;
    let said = if answer.status == 200 { profile_of(&answer) } else { None };
    said.ok_or_else(|| {
        tracing::warn!(provider = provider.name, status = answer.status, "profile refused");
        Stray::NoIdentity
    })
}

/// Tells a signed profile by its media type. Source: `OpenID` Connect Core 1.0 §5.3.2.
fn profile_of(answer: &Answer) -> Option<Profile> {
    let media = answer.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media = media.and_then(|media| media.split(';').next()).unwrap_or_default();
    if media.trim().eq_ignore_ascii_case("application/jwt") {
        let token = std::str::from_utf8(&answer.body).ok()?;
        return Some(Profile::Signed(token.trim().to_owned()));
    }
    answer.json().ok().map(Profile::Plain)
}
