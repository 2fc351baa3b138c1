//! A person with a browser: a cookie jar, an origin, an address of their own.

use std::collections::BTreeMap;

use serde_json::Value;
use ureq::config::ConfigBuilder;
use ureq::http::{Method, Request};
use ureq::typestate::AgentScope;

/// Somebody who talks to a server. Each has an own client address.
pub struct Client {
    agent: ureq::Agent,
    base: String,
    headers: BTreeMap<String, String>,
    jar: BTreeMap<String, String>,
}

/// What the server answered.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    /// Header names in lower case; several of one name in order.
    pub headers: Vec<(String, String)>,
    pub text: String,
    /// The body as it came; `text` shows what of it is UTF-8.
    pub bytes: Vec<u8>,
}

/// Returns settings with which every answer is an answer: no redirect is followed.
pub fn quiet() -> ConfigBuilder<AgentScope> {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .allow_non_standard_methods(true)
}

impl Client {
    /// Makes a person who talks to `base` and sends the site's own origin.
    pub fn new(base: &str, origin: &str) -> Self {
        Self::with_agent(quiet().build().into(), base, origin)
    }

    /// As [`Self::new`], with an agent that was made from [`quiet`].
    pub fn with_agent(agent: ureq::Agent, base: &str, origin: &str) -> Self {
        let mut client =
            Self { agent, base: base.to_owned(), headers: BTreeMap::new(), jar: BTreeMap::new() };
        client.set("origin", origin);
        client
    }

    /// Returns the same person, cookies and all, at another instance.
    pub fn at(&self, base: &str) -> Self {
        Self { jar: self.jar.clone(), headers: self.headers.clone(), ..Self::new(base, "") }
    }

    /// Sends a header with every request from now on.
    pub fn set(&mut self, name: &str, value: &str) {
        self.headers.insert(name.to_owned(), value.to_owned());
    }

    /// Stops sending a header.
    pub fn unset(&mut self, name: &str) {
        self.headers.remove(name);
    }

    /// Returns the value of a cookie in the jar.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.jar.get(name).map(String::as_str)
    }

    /// Puts a cookie into the jar.
    pub fn put_cookie(&mut self, name: &str, value: &str) {
        self.jar.insert(name.to_owned(), value.to_owned());
    }

    pub fn get(&mut self, path: &str) -> Reply {
        self.send("GET", path, None)
    }

    /// Reads a whole figure from the metrics; 0 while there is none of that name.
    pub fn metric(&mut self, name: &str) -> u64 {
        let text = self.get("/metrics").expect(200).text;
        let figure = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        figure.map_or(0, |figure| figure.trim_end_matches(".0").parse().unwrap())
    }

    /// Posts a JSON body.
    #[expect(clippy::needless_pass_by_value, reason = "reads better where it is called")]
    pub fn post(&mut self, path: &str, body: Value) -> Reply {
        self.send("POST", path, Some(("application/json", body.to_string().as_bytes())))
    }

    /// Sends any method with any body.
    pub fn send(&mut self, method: &str, path: &str, body: Option<(&str, &[u8])>) -> Reply {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if !self.jar.is_empty() && !self.headers.contains_key("cookie") {
            let pairs: Vec<_> =
                self.jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header("cookie", pairs.join("; "));
        }
        let answer = match body {
            Some((kind, bytes)) => {
                if !kind.is_empty() {
                    request = request.header("content-type", kind);
                }
                self.agent.run(request.body(bytes).unwrap())
            }
            None => self.agent.run(request.body(()).unwrap()),
        };
        let reply = Reply::read(answer.unwrap());
        self.keep_cookies(&reply);
        reply
    }

    fn keep_cookies(&mut self, reply: &Reply) {
        for cookie in reply.all("set-cookie") {
            let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
            let (name, value) = pair.split_once('=').unwrap();
            if attributes.to_lowercase().contains("max-age=0") {
                self.jar.remove(name);
            } else {
                self.jar.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

impl Reply {
    fn read(mut answer: ureq::http::Response<ureq::Body>) -> Self {
        let headers = answer
            .headers()
            .iter()
            .map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                (name.as_str().to_owned(), value)
            })
            .collect();
        let bytes = answer.body_mut().read_to_vec().unwrap();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Self { status: answer.status().as_u16(), headers, text, bytes }
    }

    /// Returns the first header of a name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// Returns every header of a name.
    pub fn all<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        let name = name.to_owned();
        self.headers.iter().filter(move |(each, _)| *each == name).map(|(_, value)| value.as_str())
    }

    /// Returns the body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text)
            .unwrap_or_else(|error| panic!("{error} in {}: {:?}", self.status, self.text))
    }

    /// Returns the `code` of an error.
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// Asserts the status and returns itself.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text);
        self
    }

    /// Asserts status and error code.
    #[track_caller]
    pub fn refused(self, status: u16, code: &str) -> Self {
        let reply = self.expect(status);
        assert_eq!(reply.code(), code, "{}", reply.text);
        reply
    }

    /// Returns the whole `Set-Cookie` line of a cookie.
    pub fn set_cookie(&self, name: &str) -> Option<&str> {
        self.all("set-cookie").find(|line| line.starts_with(&format!("{name}=")))
    }
}
