//! Talking to a provider: a code becomes tokens, a token a profile.
//!
//! What goes wrong is told to nobody but the log, without what was sent.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use form_urlencoded::{Serializer, byte_serialize};
use http::Method;
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
#[derive(Deserialize)]
struct TokenAnswer {
    access_token: String,
    refresh_token: Option<String>,
    id_token: Option<String>,
    expires_in: Option<i64>,
    refresh_token_expires_in: Option<i64>,
    scope: Option<String>,
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
    let said: Option<TokenAnswer> = if answer.status == 200 { answer.json().ok() } else { None };
    let Some(said) = said.filter(is_short) else {
        tracing::warn!(provider = provider.name, status = answer.status, "code or token refused");
        return Err(Stray::InvalidCode);
    };
    let ends = |seconds: Option<i64>| {
        seconds
            .filter(|seconds| (1..=i64::from(u32::MAX)).contains(seconds))
            .map(|it| now.plus_s(it))
    };
    Ok(Grants {
        access_token_expires_at: ends(said.expires_in),
        refresh_token_expires_at: ends(said.refresh_token_expires_in),
        access_token: Some(said.access_token),
        refresh_token: said.refresh_token,
        id_token: said.id_token,
        scope: said.scope.map(|granted| scope(&granted).into_owned()),
    })
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
    let rest = said.scope.as_ref();
    tokens.into_iter().chain([rest]).flatten().all(|it| it.len() <= FOREIGN_TOKEN_BYTES_MAX)
}

/// Asks for a JSON document with an access token.
///
/// # Errors
/// `NoIdentity` when the provider does not take the token or answers with something
/// else; `Unavailable`.
pub async fn profile(
    app: &App,
    (provider, endpoint): (&Provider, &str),
    access_token: &str,
) -> Result<Value, Stray> {
    let request =
        Call::new(Method::GET, endpoint).header("authorization", format!("Bearer {access_token}"));
    let answer = call(app, provider, request).await?;
    let said = (answer.status == 200).then(|| answer.json().ok()).flatten();
    said.ok_or_else(|| {
        tracing::warn!(provider = provider.name, status = answer.status, "profile refused");
        Stray::NoIdentity
    })
}

/// Asks for what a profile is: an object.
///
/// # Errors
/// As [`profile`].
pub async fn profile_object(
    app: &App,
    asked: (&Provider, &str),
    access_token: &str,
) -> Result<Map<String, Value>, Stray> {
    match profile(app, asked, access_token).await? {
        Value::Object(profile) => Ok(profile),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
            Err(Stray::NoIdentity)
        }
    }
}
