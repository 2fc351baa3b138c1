//! HTTP to the outside: the one place that calls other machines.
//!
//! Every call has a deadline for the whole of it and a limit on what comes back;
//! plain http goes to this machine only. A redirect is an answer like any other:
//! following it would carry headers and bodies to a host that nobody named. The
//! environment's proxy variables are not read.

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, Method};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::sync::Semaphore;
use url::Url;

use super::bounds::{OUTBOUND_ANSWER_BYTES_MAX, OUTBOUND_CALLS_MAX, OUTBOUND_TIMEOUT_S};
use super::loopback::is_loopback;

/// Calls other machines. Clones share connections and the limit on calls.
#[derive(Clone, Debug)]
pub struct Outbound {
    agent: ureq::Agent,
    calls: Arc<Semaphore>,
}

/// One call. It has no `Debug`: its headers may hold secrets.
#[derive(Clone)]
pub struct Call {
    /// GET, POST, …
    pub method: Method,
    /// The whole address.
    pub url: String,
    /// Names and values.
    pub headers: Vec<(&'static str, String)>,
    /// The body; empty: none is sent.
    pub body: Vec<u8>,
    /// For the whole of it: name, connection, request and answer.
    pub timeout: Duration,
    /// Most bytes of the answer's body.
    pub answer_bytes_max: u64,
}

/// What came back, whatever its status.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

/// Why nothing came back. No message holds an address, a header or a body.
#[derive(Debug, thiserror::Error)]
pub enum OutboundError {
    /// Plain http to another machine.
    #[error("only https leaves this machine")]
    Insecure,
    /// An address or a header that cannot be sent; a defect or a wrong setting.
    #[error("the request cannot be written: {0}")]
    Malformed(&'static str),
    /// Too many calls at a time for as long as this one could wait.
    #[error("too many calls to the outside at a time")]
    Busy,
    /// The deadline passed.
    #[error("no answer in time")]
    TimedOut,
    /// More came back than was asked for.
    #[error("the answer is too large")]
    TooLarge,
    /// The other side cannot be reached or does not speak HTTP.
    #[error("no answer: {0}")]
    Unreachable(String),
    /// The program is stopping.
    #[error("the program is stopping")]
    Stopping,
}

impl Call {
    /// Makes a call without headers and body, with the usual limits.
    #[must_use]
    pub fn new(method: Method, url: impl Into<String>) -> Self {
        Self {
            method,
            url: url.into(),
            headers: Vec::new(),
            body: Vec::new(),
            timeout: Duration::from_secs(OUTBOUND_TIMEOUT_S),
            answer_bytes_max: OUTBOUND_ANSWER_BYTES_MAX,
        }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn body(mut self, media_type: &str, bytes: Vec<u8>) -> Self {
        self.body = bytes;
        self.header("content-type", media_type)
    }

    /// Sets a JSON body.
    ///
    /// # Errors
    /// When the value is no JSON, which is a defect.
    pub fn json(self, value: &impl Serialize) -> serde_json::Result<Self> {
        Ok(self.body("application/json", serde_json::to_vec(value)?))
    }
}

impl Answer {
    /// Returns the first header of a name, when it is text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Reads the body as JSON.
    ///
    /// # Errors
    /// When it is none, or of another shape.
    pub fn json<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_slice(&self.body)
    }
}

impl Outbound {
    /// Makes a client without connections.
    #[must_use]
    pub fn new() -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .user_agent(concat!("antesala/", env!("CARGO_PKG_VERSION")))
            .build()
            .into();
        Self { agent, calls: Arc::new(Semaphore::new(OUTBOUND_CALLS_MAX)) }
    }

    /// Calls from async code; the work happens on a thread of its own.
    ///
    /// Whoever drops the future abandons the answer; the call itself ends by its
    /// deadline and counts until then.
    ///
    /// # Errors
    /// [`OutboundError`]; a status is never one.
    ///
    /// # Cost
    /// A thread of the blocking pool until the answer is there.
    pub async fn call(&self, call: Call) -> Result<Answer, OutboundError> {
        let turn = Arc::clone(&self.calls).acquire_owned();
        let permit = tokio::time::timeout(call.timeout, turn)
            .await
            .map_err(|_elapsed| OutboundError::Busy)?
            .map_err(|_closed| OutboundError::Stopping)?;
        let client = self.clone();
        let answer = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            client.call_blocking(&call)
        });
        answer.await.map_err(|_stopped| OutboundError::Stopping)?
    }

    /// Calls and waits.
    ///
    /// # Errors
    /// [`OutboundError`]; a status is never one.
    ///
    /// # Cost
    /// Blocks its thread for as long as `call.timeout`.
    pub fn call_blocking(&self, call: &Call) -> Result<Answer, OutboundError> {
        let malformed = |_http| OutboundError::Malformed("a header");
        let mut request =
            http::Request::builder().method(&call.method).uri(checked(&call.url)?.as_str());
        for (name, value) in &call.headers {
            request = request.header(*name, value);
        }
        let timeout = Some(call.timeout);
        let answered = if call.body.is_empty() {
            let request = request.body(()).map_err(malformed)?;
            let request = self.agent.configure_request(request).timeout_global(timeout).build();
            self.agent.run(request)
        } else {
            let request = request.body(call.body.as_slice()).map_err(malformed)?;
            let request = self.agent.configure_request(request).timeout_global(timeout).build();
            self.agent.run(request)
        };
        let (head, mut body) = answered.map_err(OutboundError::from)?.into_parts();
        let body = body.with_config().limit(call.answer_bytes_max).read_to_vec()?;
        Ok(Answer { status: head.status.as_u16(), headers: head.headers, body })
    }
}

impl Default for Outbound {
    fn default() -> Self {
        Self::new()
    }
}

/// Reads an address; refuses plain http to other machines.
fn checked(url: &str) -> Result<Url, OutboundError> {
    let url = Url::parse(url).map_err(|_syntax| OutboundError::Malformed("the address"))?;
    let is_own = url.host_str().is_some_and(is_loopback);
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_own => Ok(url),
        _ => Err(OutboundError::Insecure),
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the enum is another crate's and open")]
impl From<ureq::Error> for OutboundError {
    fn from(error: ureq::Error) -> Self {
        match error {
            ureq::Error::Timeout(_) => Self::TimedOut,
            ureq::Error::BodyExceedsLimit(_) | ureq::Error::LargeResponseHeader(..) => {
                Self::TooLarge
            }
            ureq::Error::BadUri(_) => Self::Malformed("the address"),
            ureq::Error::Http(_) => Self::Malformed("a header"),
            ureq::Error::Io(error) => Self::Unreachable(error.to_string()),
            ureq::Error::HostNotFound => Self::Unreachable("no such host".to_owned()),
            ureq::Error::Rustls(error) => Self::Unreachable(error.to_string()),
            _ => Self::Unreachable("the connection broke off".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::{TcpListener, TcpStream};
    use std::thread;

    use super::*;

    /// Serves one connection and returns where.
    fn server(talk: impl FnOnce(TcpStream) + Send + 'static) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        thread::spawn(move || talk(listener.accept().unwrap().0));
        format!("http://{address}/")
    }

    /// Answers whatever is asked.
    fn answering(answer: &'static str) -> String {
        server(move |mut stream| {
            let mut asked = [0; 4096];
            assert!(stream.read(&mut asked).unwrap() > 0);
            stream.write_all(answer.as_bytes()).unwrap();
        })
    }

    fn get(url: &str) -> Result<Answer, OutboundError> {
        Outbound::new().call_blocking(&Call::new(Method::GET, url))
    }

    #[test]
    fn refusals_and_redirects_are_answers() {
        let refused =
            get(&answering("HTTP/1.1 500 No\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\nno"));
        let refused = refused.unwrap();
        assert_eq!((refused.status, refused.header("retry-after")), (500, Some("7")));
        assert_eq!(refused.body, b"no");
        let moved = answering(
            "HTTP/1.1 307 Go\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
        );
        assert_eq!(get(&moved).unwrap().status, 307);
    }

    #[test]
    fn plain_http_stays_on_this_machine() {
        for url in ["http://example.com/", "ftp://127.0.0.1/", "http://127.0.0.1.example.com/"] {
            assert!(matches!(get(url), Err(OutboundError::Insecure)), "{url}");
        }
        assert!(matches!(get("no address"), Err(OutboundError::Malformed(_))));
    }

    #[test]
    fn header_with_a_line_break_is_not_sent() {
        let call = Call::new(Method::GET, "http://127.0.0.1:1/").header("x-name", "a\r\nB: c");
        let error = Outbound::new().call_blocking(&call).unwrap_err();
        assert!(matches!(error, OutboundError::Malformed("a header")), "{error}");
    }

    #[test]
    fn answer_beyond_its_limit_is_refused() {
        let url = answering("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n123456789");
        let call = Call { answer_bytes_max: 8, ..Call::new(Method::GET, url) };
        let error = Outbound::new().call_blocking(&call).unwrap_err();
        assert!(matches!(error, OutboundError::TooLarge), "{error}");
    }

    #[tokio::test]
    async fn silent_server_is_left_at_the_deadline() {
        let (told, over) = std::sync::mpsc::channel::<()>();
        let url = server(move |_stream| assert!(over.recv().is_err()));
        let call = Call { timeout: Duration::from_millis(50), ..Call::new(Method::GET, url) };
        let error = Outbound::new().call(call).await.unwrap_err();
        assert!(matches!(error, OutboundError::TimedOut), "{error}");
        drop(told);
    }
}
