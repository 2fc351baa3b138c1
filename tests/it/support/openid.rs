//! An `OpenID` provider as its clients see it: honest, until a test says how it is not.

use std::collections::BTreeMap;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use url::Url;

use super::client::Client;

pub const CLIENT_ID: &str = "antesala-en-acme";
pub const CLIENT_SECRET: &str = "el-secreto-de-acme-Zk3vT9qLx0aW";

/// The moment at which tokens are issued, in Unix seconds: when every server's clock starts.
const ISSUED_S: i64 = 1_800_007_200;

/// How the provider is not what it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Twist {
    None,
    WrongAudience,
    WrongIssuer,
    WrongNonce,
    /// Another key under the same name.
    WrongSignature,
    AlgNone,
    /// HS256, with the published key as the secret.
    PublicKeyAsSecret,
    Expired,
    NoExpiry,
    FromTheFuture,
    NoIdToken,
    /// `/token` answers 500.
    TokenFails,
    /// `/token` answers a page.
    TokenIsAPage,
    /// `/jwks` answers 500.
    KeysFail,
    /// Connections are closed without a word.
    Silent,
    /// `/token` answers 201.
    TokenIsCreated,
    /// `/userinfo` answers a JWT.
    SignedProfile,
    /// The same, by another key under the same name.
    ForgedProfile,
}

/// The provider; it ends with the tests.
pub struct Provider {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

struct State {
    issuer: String,
    key: EcdsaKeyPair,
    kid: String,
    twist: Twist,
    codes: BTreeMap<String, Grant>,
    /// How many codes there ever were: none comes twice.
    agreed: u32,
    profiles: BTreeMap<String, Value>,
    emails: Value,
    asked: Vec<String>,
    issued: u32,
    /// What answers say otherwise, by path; `null` leaves a field out.
    otherwise: BTreeMap<String, Value>,
}

/// What a code stands for.
struct Grant {
    claims: Value,
    challenge: String,
    nonce: Option<String>,
}

fn key() -> EcdsaKeyPair {
    let random = SystemRandom::new();
    let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &random).unwrap();
    EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &random).unwrap()
}

impl Provider {
    pub fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(Mutex::new(State {
            issuer: format!("http://{address}"),
            key: key(),
            kid: String::from("uno"),
            twist: Twist::None,
            codes: BTreeMap::new(),
            agreed: 0,
            profiles: BTreeMap::new(),
            emails: json!([]),
            asked: Vec::new(),
            issued: 0,
            otherwise: BTreeMap::new(),
        }));
        let serving = Arc::clone(&state);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let state = Arc::clone(&serving);
                thread::spawn(move || serve(stream, &state));
            }
        });
        Self { address, state }
    }

    pub fn issuer(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Does it wrong from now on.
    pub fn twist(&self, twist: Twist) {
        self.state().twist = twist;
    }

    /// Signs with another key from now on, under another name.
    pub fn rotate(&self) {
        let mut state = self.state();
        state.key = key();
        state.kid.push('x');
    }

    /// Lays fields over what a path answers; over an ID token's claims as `id_token`.
    pub fn says(&self, path: &str, fields: Value) {
        self.state().otherwise.insert(path.to_owned(), fields);
    }

    /// Says what GitHub's list of addresses holds.
    pub fn emails(&self, emails: Value) {
        self.state().emails = emails;
    }

    /// Counts the calls to a path.
    pub fn asked(&self, path: &str) -> usize {
        self.state().asked.iter().filter(|asked| *asked == path).count()
    }

    /// Signs a token for whoever brings it to us by themselves.
    pub fn id_token(&self, claims: &Value, nonce: Option<&str>) -> String {
        self.state().token(claims, nonce)
    }

    /// Lets somebody agree at `url`; returns where their browser is sent back to.
    pub fn consent(&self, url: &str, claims: Value) -> String {
        let asked = query(url);
        assert_eq!(asked["client_id"], CLIENT_ID);
        assert_eq!((&*asked["response_type"], &*asked["code_challenge_method"]), ("code", "S256"));
        let mut state = self.state();
        state.agreed += 1;
        let code = format!("code-{}", state.agreed);
        let grant = Grant {
            claims,
            challenge: asked["code_challenge"].clone(),
            nonce: asked.get("nonce").cloned(),
        };
        state.codes.insert(code.clone(), grant);
        let back = Url::parse(&asked["redirect_uri"]).unwrap();
        let back = back.path();
        format!("{back}?code={code}&state={}", asked["state"])
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

/// Reads the parameters of an address.
pub fn query(url: &str) -> BTreeMap<String, String> {
    Url::parse(url).unwrap().query_pairs().into_owned().collect()
}

/// Begins a sign-in and returns the provider's address.
pub fn depart(client: &mut Client, body: Value) -> String {
    let reply = client.post("/api/auth/sign-in/social", body).expect(200);
    reply.json()["url"].as_str().unwrap().to_owned()
}

/// Whom the provider names, with an address that it vouches for.
pub fn person(subject: &str, email: &str) -> Value {
    json!({"sub": subject, "email": email, "email_verified": true, "name": "Ana de Acme"})
}

impl State {
    fn token(&self, claims: &Value, nonce: Option<&str>) -> String {
        let mut claims = claims.clone();
        claims["iss"] = json!(self.issuer);
        claims["aud"] = json!(CLIENT_ID);
        claims["iat"] = json!(ISSUED_S);
        claims["exp"] = json!(ISSUED_S + 600);
        claims["nonce"] = json!(nonce);
        let twisted = [
            (Twist::WrongAudience, "aud", json!("otra-app")),
            (Twist::WrongIssuer, "iss", json!("https://accounts.google.com")),
            (Twist::WrongNonce, "nonce", json!("de otra vez")),
            (Twist::Expired, "exp", json!(ISSUED_S - 61)),
            (Twist::NoExpiry, "exp", Value::Null),
            (Twist::FromTheFuture, "iat", json!(ISSUED_S + 3600)),
        ];
        for (_, name, value) in twisted.into_iter().filter(|(twist, ..)| *twist == self.twist) {
            claims[name] = value;
        }
        self.lay_over("id_token", &mut claims);
        self.signed(&claims)
    }

    fn lay_over(&self, path: &str, answer: &mut Value) {
        let fields = self.otherwise.get(path).and_then(Value::as_object);
        for (name, value) in fields.into_iter().flatten() {
            if value.is_null() {
                answer.as_object_mut().unwrap().remove(name);
            } else {
                answer[name] = value.clone();
            }
        }
    }

    fn signed(&self, claims: &Value) -> String {
        let mut header = json!({"alg": "ES256", "kid": self.kid});
        if self.twist == Twist::AlgNone {
            header = json!({"alg": "none"});
        } else if self.twist == Twist::PublicKeyAsSecret {
            header["alg"] = json!("HS256");
        }
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&header), part(claims));
        let signature = self.signature(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn signature(&self, message: &[u8]) -> Vec<u8> {
        if self.twist == Twist::AlgNone {
            return Vec::new();
        }
        if self.twist == Twist::PublicKeyAsSecret {
            let public = self.key.public_key().as_ref();
            let mut mac = Hmac::<Sha256>::new_from_slice(public).unwrap();
            mac.update(message);
            return mac.finalize().into_bytes().to_vec();
        }
        let other = (self.twist == Twist::WrongSignature).then(key);
        let key = other.as_ref().unwrap_or(&self.key);
        key.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec()
    }

    /// Answers one call.
    fn answer(&mut self, path: &str, authorization: &str, body: &str) -> (u16, String) {
        self.asked.push(path.to_owned());
        let (status, mut body) = match path {
            place if place.ends_with("/.well-known/openid-configuration") => {
                (200, self.discovery())
            }
            "/jwks" if self.twist == Twist::KeysFail => (500, json!({})),
            "/jwks" => (200, self.keys()),
            "/token" if self.twist == Twist::TokenFails => (500, json!({})),
            "/token" if self.twist == Twist::TokenIsAPage => return (200, String::from("<html>")),
            "/token" => self.tokens(body),
            "/userinfo" | "/user" => match self.profiles.get(authorization) {
                Some(profile) => (200, profile.clone()),
                None => (401, json!({})),
            },
            "/user/emails" if self.profiles.contains_key(authorization) => {
                (200, self.emails.clone())
            }
            _ => (404, json!({})),
        };
        if body.is_object() {
            self.lay_over(path, &mut body);
        }
        match (path, self.twist) {
            ("/token", Twist::TokenIsCreated) => (201, body.to_string()),
            ("/userinfo", Twist::SignedProfile) => (status, self.signed(&body)),
            ("/userinfo", Twist::ForgedProfile) => {
                self.twist = Twist::WrongSignature;
                (status, self.signed(&body))
            }
            _ => (status, body.to_string()),
        }
    }

    fn discovery(&self) -> Value {
        let at = |path: &str| format!("{}{path}", self.issuer);
        json!({
            "issuer": self.issuer,
            "authorization_endpoint": at("/authorize"),
            "token_endpoint": at("/token"),
            "userinfo_endpoint": at("/userinfo"),
            "jwks_uri": at("/jwks"),
        })
    }

    fn keys(&self) -> Value {
        let point = self.key.public_key().as_ref();
        let part = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        let (x, y) = (part(&point[1..33]), part(&point[33..]));
        json!({"keys": [
            {"kty": "EC", "crv": "P-256", "use": "sig", "kid": self.kid, "x": x, "y": y},
        ]})
    }

    fn tokens(&mut self, body: &str) -> (u16, Value) {
        let form: BTreeMap<String, String> =
            form_urlencoded::parse(body.as_bytes()).into_owned().collect();
        let is_ours = form.get("client_id").is_some_and(|it| it == CLIENT_ID)
            && form.get("client_secret").is_some_and(|it| it == CLIENT_SECRET);
        if !is_ours {
            return (401, json!({"error": "invalid_client"}));
        }
        if form["grant_type"] == "refresh_token" {
            return self.renewed(&form["refresh_token"]);
        }
        // A code works once.
        let Some(grant) = self.codes.remove(&form["code"]) else {
            return (400, json!({"error": "invalid_grant"}));
        };
        let digest = Sha256::digest(form["code_verifier"].as_bytes());
        if URL_SAFE_NO_PAD.encode(digest) != grant.challenge {
            return (400, json!({"error": "invalid_grant"}));
        }
        self.issued += 1;
        let access_token = format!("acceso-{}", self.issued);
        self.profiles.insert(format!("Bearer {access_token}"), grant.claims.clone());
        let mut answer = json!({
            "access_token": access_token, "token_type": "Bearer", "expires_in": 3600,
            "refresh_token": format!("renueva-{}", self.issued), "scope": "openid email",
        });
        if self.twist != Twist::NoIdToken {
            answer["id_token"] = json!(self.token(&grant.claims, grant.nonce.as_deref()));
        }
        (200, answer)
    }

    fn renewed(&mut self, refresh_token: &str) -> (u16, Value) {
        if refresh_token != format!("renueva-{}", self.issued) {
            return (400, json!({"error": "invalid_grant"}));
        }
        self.issued += 1;
        let (access, refresh) =
            (format!("acceso-{}", self.issued), format!("renueva-{}", self.issued));
        (200, json!({"access_token": access, "refresh_token": refresh, "expires_in": 3600}))
    }
}

/// Answers calls on one connection until its client goes.
fn serve(stream: TcpStream, state: &Mutex<State>) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let mut writer = stream;
    while let Ok(Some((path, authorization, body))) = read(&mut reader) {
        let mut state = state.lock().unwrap();
        if state.twist == Twist::Silent {
            return;
        }
        let (status, body) = state.answer(&path, &authorization, &body);
        drop(state);
        let media = if body.starts_with("ey") { "jwt; charset=utf-8" } else { "json" };
        let head = format!("HTTP/1.1 {status} X\r\nContent-Type: application/{media}\r\n");
        let answer = format!("{head}Content-Length: {}\r\n\r\n{body}", body.len());
        if writer.write_all(answer.as_bytes()).is_err() {
            return;
        }
    }
}

/// Reads path, authorization and body of one call.
fn read(reader: &mut BufReader<TcpStream>) -> io::Result<Option<(String, String, String)>> {
    let mut first = String::new();
    if reader.read_line(&mut first)? == 0 {
        return Ok(None);
    }
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_lowercase(), value.to_owned());
    }
    let length = headers.get("content-length").and_then(|it| it.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let path = first.split(' ').nth(1).unwrap().to_owned();
    let authorization = headers.remove("authorization").unwrap_or_default();
    Ok(Some((path, authorization, String::from_utf8(body).unwrap())))
}
