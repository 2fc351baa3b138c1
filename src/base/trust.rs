//! Whose certificates are believed: Mozilla's authorities, the machine's, or a file's.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};

/// Makes a client that believes these authorities and no others.
///
/// # Errors
/// When the library offers no version of TLS.
pub fn client(roots: RootCertStore) -> Result<ClientConfig, rustls::Error> {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

/// Mozilla's authorities, as they were when this binary was built.
#[must_use]
pub fn well_known() -> RootCertStore {
    RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() }
}

/// Reads the authorities of a file in PEM.
///
/// # Errors
/// What is wrong with it: unreadable, not a certificate, or none inside.
pub fn of_file(path: &Path) -> Result<RootCertStore, String> {
    let pem = fs::read(path).map_err(|error| error.to_string())?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|error| error.to_string())?;
        roots.add(certificate).map_err(|error| error.to_string())?;
    }
    if roots.is_empty() {
        return Err(String::from("it holds no certificates in PEM"));
    }
    Ok(roots)
}

/// The authorities that the machine trusts; those that cannot be read are left out.
///
/// # Errors
/// Why there are none.
pub fn of_system() -> Result<RootCertStore, String> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        let reasons: Vec<String> = found.errors.iter().map(ToString::to_string).collect();
        return Err(reasons.join("; "));
    }
    Ok(roots)
}
