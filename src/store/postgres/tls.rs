//! What TLS to a database server promises, with ring as the only provider.

use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_cert_signed_by_trust_anchor;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::address::{Authorities, Tls};
use crate::base::trust;
use crate::store::StoreError;

/// Makes what wraps a connection in TLS; where none is used it is never asked.
///
/// # Errors
/// `Engine` when the authorities cannot be read.
pub fn connector(tls: &Tls) -> Result<MakeRustlsConnect, StoreError> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(error.to_string()))?;
    let config = match tls {
        Tls::Off | Tls::Opportunistic | Tls::Encrypted => builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(AnyName(provider)))
            .with_no_client_auth(),
        Tls::Vouched(file) => builder
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(Voucher {
                roots: of_file(file)?,
                any_name: AnyName(provider),
            }))
            .with_no_client_auth(),
        Tls::Proven(authorities) => {
            let roots = match authorities {
                Authorities::Mozilla => trust::well_known(),
                Authorities::System => of_system()?,
                Authorities::File(file) => of_file(file)?,
            };
            builder.with_root_certificates(roots).with_no_client_auth()
        }
    };
    Ok(MakeRustlsConnect::new(config))
}

fn of_file(path: &Path) -> Result<RootCertStore, StoreError> {
    trust::of_file(path).map_err(|reason| {
        failed(format!("sslrootcert {} cannot be used: {reason}", path.display()))
    })
}

fn of_system() -> Result<RootCertStore, StoreError> {
    trust::of_system().map_err(|reason| {
        failed(format!(
            "sslrootcert=system: this machine has no authorities ({reason}); install the \
             package ca-certificates, or name a file"
        ))
    })
}

fn failed(reason: String) -> StoreError {
    StoreError::Engine { sql: "connect", source: reason.into() }
}

/// Takes any name that the roots vouch for: `sslmode=verify-ca`.
#[derive(Debug)]
struct Voucher {
    roots: RootCertStore,
    any_name: AnyName,
}

impl ServerCertVerifier for Voucher {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let certificate = ParsedCertificate::try_from(end_entity)?;
        let known = self.any_name.0.signature_verification_algorithms.all;
        verify_server_cert_signed_by_trust_anchor(
            &certificate,
            &self.roots,
            intermediates,
            now,
            known,
        )?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.any_name.verify_tls12_signature(message, certificate, signed)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.any_name.verify_tls13_signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.any_name.supported_verify_schemes()
    }
}

/// Takes any name: `sslmode=require` encrypts and proves nothing, as libpq has it.
/// The handshake's signatures are checked all the same.
#[derive(Debug)]
struct AnyName(Arc<CryptoProvider>);

impl ServerCertVerifier for AnyName {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signed, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.0.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signed, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
