//! A proxy that ends TLS in front of a server, as a deployment has one.
//!
//! One request a connection. It writes `X-Forwarded-For` itself and drops what the
//! client sent, and tells its clients' agents where the site's name leads.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use ureq::config::Config;
use ureq::http::Uri;
use ureq::tls::{Certificate, RootCerts, TlsConfig};
use ureq::unversioned::resolver::{ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::{DefaultConnector, NextTimeout};

use super::client::{Client, quiet};
use super::tls::Identity;

/// The address that the proxy gives its clients.
pub const CLIENT: &str = "203.0.113.77";

/// The proxy; it ends with the tests.
pub struct HttpsProxy {
    address: SocketAddr,
    site: String,
    pem: String,
}

impl HttpsProxy {
    /// Stands for `host` in front of `server`.
    pub fn start(host: &str, server: SocketAddr) -> Self {
        let identity = Identity::of(host);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let tls = Arc::clone(&identity.server);
                // A client that leaves early is no failure of a test.
                thread::spawn(move || drop(pass_on(client, tls, server)));
            }
        });
        Self { address, site: format!("https://{host}"), pem: identity.pem }
    }

    /// Returns a browser that trusts the proxy's certificate and finds its name,
    /// on a page of `origin`.
    pub fn browser(&self, origin: &str) -> Client {
        let root = Certificate::from_pem(self.pem.as_bytes()).unwrap();
        let tls = TlsConfig::builder().root_certs(RootCerts::new_with_certs(&[root])).build();
        let config = quiet().https_only(true).tls_config(tls).build();
        let agent =
            ureq::Agent::with_parts(config, DefaultConnector::default(), Name(self.address));
        Client::with_agent(agent, &self.site, origin)
    }
}

/// Passes one request on and its answer back.
fn pass_on(client: TcpStream, tls: Arc<ServerConfig>, server: SocketAddr) -> io::Result<()> {
    let mut client = StreamOwned::new(ServerConnection::new(tls).unwrap(), client);
    let head = head(&mut client)?;
    let mut body = vec![0; length(&head)];
    client.read_exact(&mut body)?;
    let mut server = TcpStream::connect(server)?;
    server.write_all(forwarded(&head).as_bytes())?;
    server.write_all(&body)?;
    io::copy(&mut server, &mut client)?;
    client.conn.send_close_notify();
    client.flush()
}

fn head(client: &mut impl Read) -> io::Result<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        client.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    Ok(String::from_utf8(head).unwrap())
}

fn length(head: &str) -> usize {
    let mut lines = head.lines().filter_map(|line| line.split_once(": "));
    let found = lines.find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
    found.map_or(0, |(_, value)| value.parse().unwrap())
}

fn forwarded(head: &str) -> String {
    let own = ["x-forwarded-for:", "connection:"];
    let kept = head.lines().filter(|line| {
        !line.is_empty() && !own.iter().any(|name| line.to_lowercase().starts_with(name))
    });
    let kept: String = kept.flat_map(|line| [line, "\r\n"]).collect();
    format!("{kept}X-Forwarded-For: {CLIENT}\r\nConnection: close\r\n\r\n")
}

/// Finds the proxy under every name.
#[derive(Debug)]
struct Name(SocketAddr);

impl Resolver for Name {
    fn resolve(
        &self,
        _uri: &Uri,
        _config: &Config,
        _timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let nowhere = SocketAddr::new(IpAddr::V4(Ipv4Addr::UNSPECIFIED), 0);
        let mut found = ResolvedSocketAddrs::from_fn(|_| nowhere);
        found.push(self.0);
        Ok(found)
    }
}
