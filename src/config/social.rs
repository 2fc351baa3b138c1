//! `[social.NAME]`: who else may say who somebody is.
//!
//! Google and GitHub need no addresses. Any other provider is found by its issuer
//! (`OpenID` discovery) or by its addresses. A section without `client_id` is off.

use std::collections::BTreeMap;

use url::Url;

use super::check::is_safe;
use super::key::{Key, Kind, Use};
use super::values::Values;
use crate::base::secret::Secret;

const fn now(path: &'static str, kind: Kind, default: &'static str) -> Key {
    Key { path, kind, default, use_: Use::Now }
}

/// The keys of these sections.
pub const KEYS: &[Key] = &[
    now("social.*.client_id", Kind::Text, ""),
    now("social.*.client_secret", Kind::Secret, ""),
    now("social.*.issuer", Kind::Address, ""),
    now("social.*.authorization_url", Kind::Address, ""),
    now("social.*.token_url", Kind::Address, ""),
    now("social.*.userinfo_url", Kind::Address, ""),
    now("social.*.jwks_url", Kind::Address, ""),
    now("social.*.scopes", Kind::List, "[]"),
    now("social.*.token_auth", Kind::Choice(&["post", "basic"]), "\"post\""),
];

/// The addresses of a section; what people type codes and secrets into, or what is believed.
const ADDRESSES: [&str; 5] =
    ["issuer", "authorization_url", "token_url", "userinfo_url", "jwks_url"];

/// What accounts call the way in by a password; no provider may be called so.
const PASSWORD: &str = "credential";

/// Providers by name.
pub type Social = BTreeMap<String, Provider>;

/// `[social.NAME]`
#[derive(Clone, Debug)]
pub struct Provider {
    /// The name after `social.`, and in `/callback/NAME`.
    pub name: String,
    /// What is known of it without a setting.
    pub kind: ProviderKind,
    /// Who we are to it; also the audience of its ID tokens.
    pub client_id: String,
    /// How we prove that.
    pub client_secret: Secret<String>,
    /// Where discovery begins, and what its ID tokens must name.
    pub issuer: Option<String>,
    /// Where browsers are sent.
    pub authorization_url: Option<String>,
    /// Where codes become tokens.
    pub token_url: Option<String>,
    /// Where an access token becomes a profile.
    pub userinfo_url: Option<String>,
    /// Where its keys are.
    pub jwks_url: Option<String>,
    /// What is asked for; empty: what its kind asks for.
    pub scopes: Vec<String>,
    /// Where the secret stands in a call.
    pub token_auth: TokenAuth,
}

/// What is known of a provider without a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProviderKind {
    /// Google as the contract has it: its addresses, and the parameters of its address.
    Google,
    /// GitHub, which speaks OAuth and no `OpenID`.
    GitHub,
    /// Nothing: the settings say it all.
    Other,
}

/// Where the secret stands in a call. Source: RFC 6749 §2.3.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenAuth {
    /// In the body.
    Post,
    /// In the header.
    Basic,
}

/// Reads every provider that is on.
pub(super) fn read(values: &Values) -> Social {
    let on =
        names(values).into_iter().filter_map(|name| Some((Provider::read(values, &name)?, name)));
    on.map(|(provider, name)| (name, provider)).collect()
}

impl Provider {
    fn read(values: &Values, name: &str) -> Option<Self> {
        let text = |key: &str| values.text_or_none(&format!("social.{name}.{key}"));
        let issuer = text("issuer");
        Some(Self {
            kind: kind(name, issuer.is_some()),
            client_id: text("client_id")?,
            client_secret: Secret::new(text("client_secret").unwrap_or_default()),
            issuer,
            authorization_url: text("authorization_url"),
            token_url: text("token_url"),
            userinfo_url: text("userinfo_url"),
            jwks_url: text("jwks_url"),
            scopes: values.list(&format!("social.{name}.scopes")),
            token_auth: match text("token_auth").as_deref() {
                Some("basic") => TokenAuth::Basic,
                _ => TokenAuth::Post,
            },
            name: name.to_owned(),
        })
    }
}

/// A name stands for what everybody means by it, unless an issuer says otherwise.
fn kind(name: &str, has_issuer: bool) -> ProviderKind {
    match (name, has_issuer) {
        ("google", false) => ProviderKind::Google,
        ("github", false) => ProviderKind::GitHub,
        _ => ProviderKind::Other,
    }
}

/// Lists the names of the sections in which anything is set.
fn names(values: &Values) -> Vec<String> {
    let mut names: Vec<String> = values
        .iter()
        .filter_map(|(path, _held)| path.strip_prefix("social.")?.split_once('.'))
        .map(|(name, _key)| name.to_owned())
        .collect();
    names.dedup();
    names
}

/// Says what must be true of the providers and is not.
pub(super) fn check(values: &Values, report: &mut impl FnMut(&str, String)) {
    for name in names(values) {
        let path = |key: &str| format!("social.{name}.{key}");
        let has = |key: &str| values.text_or_none(&path(key)).is_some();
        for key in ADDRESSES {
            let url = Url::parse(&values.text(&path(key)));
            if url.is_ok_and(|url| !is_safe(&url)) {
                let allowed = "an https address; http is for this machine alone";
                report(&path(key), allowed.to_owned());
            }
        }
        if !has("client_id") {
            continue;
        }
        if name == PASSWORD {
            report(&path("client_id"), format!("under another name: {name} means a password"));
        }
        if !has("client_secret") {
            report(&path("client_id"), format!("beside {}", path("client_secret")));
        }
        let is_known = kind(&name, false) != ProviderKind::Other || has("issuer");
        let is_whole = has("authorization_url")
            && has("token_url")
            && (has("userinfo_url") || has("jwks_url"));
        if !is_known && !is_whole {
            let allowed = format!(
                "beside {}, or beside authorization_url, token_url and one of userinfo_url and \
                 jwks_url",
                path("issuer")
            );
            report(&path("client_id"), allowed);
        }
    }
}
