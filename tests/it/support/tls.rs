//! Certificates of the tests' own, and what servers and clients make of them.

use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// A server's certificate, signed by itself.
pub struct Identity {
    pub server: Arc<ServerConfig>,
    /// The certificate that clients have to trust, as PEM.
    pub pem: String,
}

impl Identity {
    /// Draws a key and makes it out to `host`.
    pub fn of(host: &str) -> Self {
        let own = rcgen::generate_simple_self_signed(vec![host.to_owned()]).unwrap();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(own.signing_key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let server = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![own.cert.der().clone()], key)
            .unwrap();
        Self { server: Arc::new(server), pem: own.cert.pem() }
    }
}
