//! Signing in by a provider's word.

mod accounts;
mod app;
mod by_token;
mod grants;
mod hostile;
mod linking;
mod sign_in;
mod tolerance;

use crate::support::Server;
use crate::support::openid::{CLIENT_ID, CLIENT_SECRET, Provider};

/// Starts a server that knows the provider by its issuer, with more variables.
fn server(provider: &Provider, more: &[(&str, &str)]) -> Server {
    let issuer = provider.issuer();
    let mut environment = vec![
        ("ANTESALA_SOCIAL__ACME__CLIENT_ID", CLIENT_ID),
        ("ANTESALA_SOCIAL__ACME__CLIENT_SECRET", CLIENT_SECRET),
        ("ANTESALA_SOCIAL__ACME__ISSUER", issuer.as_str()),
        ("ANTESALA_RATE_LIMIT__ENABLED", "false"),
    ];
    environment.extend(more);
    Server::with(&environment)
}
