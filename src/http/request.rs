//! A request as handlers see it: owned, checked, with nothing left to parse.

use std::net::IpAddr;

use http::HeaderValue;
use http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::OwnedSemaphorePermit;

use super::asked::wants_page;
use super::error::ApiError;
use super::idempotency::IdempotencyKey;
use super::preferences::Preferences;
use super::schema::{FieldFault, Violation};
use super::session::SessionState;
use super::unread::Unread;
use super::upload::Upload;
use super::{body, cookie};
use crate::account::Caller;
use crate::account::session::Live;
use crate::app::{App, Asking};
use crate::base::bounds::{QUERY_PAIRS_MAX, USER_AGENT_LENGTH_MAX};
use crate::base::clock::Millis;
use crate::base::locale::Locale;
use crate::domain::refusal::Refusal;

/// One request.
pub struct Request {
    /// Method, target and headers.
    pub head: Parts,
    /// Names the request in answers and in the log.
    pub id: HeaderValue,
    /// Where the connection comes from.
    pub peer: IpAddr,
    /// The client's address: the peer's, or what a trusted proxy says.
    pub client: IpAddr,
    /// The moment of the request; every rule of it sees the same.
    pub now: Millis,
    /// The language of the answer's messages.
    pub locale: Locale,
    /// The language of mails that the request causes: the caller's, else the site's.
    pub mail_locale: Locale,
    /// What the visitor of a page chose to read in.
    pub preferences: Preferences,
    /// The session, where the endpoint wants to know.
    pub session: SessionState,
    /// The body, checked against its schema; `None` when there was none.
    pub json: Option<Value>,
    /// The place among large bodies that its body takes.
    pub room: Option<OwnedSemaphorePermit>,
    /// The file that the request brought, where its row takes one.
    pub upload: Option<Upload>,
    /// Why the file that a form of ours brought was not taken: its page says so.
    pub unfit: Option<ApiError>,
    /// What the viewer has not seen yet, where a page's frame says it.
    pub unread: Unread,
    /// The query, decoded.
    pub query: Vec<(String, String)>,
    /// Under which key the answer is to be kept, where the endpoint keeps answers.
    pub key: Option<Box<IdempotencyKey>>,
    /// The path's parameters.
    pub params: Vec<(String, String)>,
}

impl Request {
    /// Reads the body as `T`, whose schema has checked it.
    ///
    /// # Errors
    /// `Invalid`, naming the field, for what the schema allows and the type does not.
    pub fn body<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        let body = self.json.as_ref().unwrap_or(&Value::Null);
        // Keeping track of the path costs more than reading: only for what is wrong.
        T::deserialize(body).or_else(|_pathless| {
            serde_path_to_error::deserialize(body).map_err(|error| {
                let field = error.path().to_string();
                let violation = Violation { field, fault: FieldFault::Shape };
                ApiError::Invalid { place: "body", violations: vec![violation] }
            })
        })
    }

    /// Reads the body as `T`, or its default when there was none.
    ///
    /// # Errors
    /// As [`Request::body`].
    pub fn body_or_default<T: DeserializeOwned + Default>(&self) -> Result<T, ApiError> {
        if self.json.is_some() { self.body() } else { Ok(T::default()) }
    }

    /// Tells whether the body has a key, whatever it holds.
    #[must_use]
    pub fn has_field(&self, name: &str) -> bool {
        self.json.as_ref().is_some_and(|body| body.get(name).is_some())
    }

    /// Returns the first parameter of the query with this name.
    #[must_use]
    pub fn query(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Returns a parameter of the path; empty when the path has none such.
    #[must_use]
    pub fn param(&self, name: &str) -> &str {
        self.params.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// Tells whether the request must change nothing: it is a HEAD.
    #[must_use]
    pub fn is_head(&self) -> bool {
        self.head.method == http::Method::HEAD
    }

    /// Tells whether a browser asks: an answer for people is a page then.
    #[must_use]
    pub fn wants_page(&self) -> bool {
        wants_page(&self.head.headers)
    }

    /// Returns the live session.
    ///
    /// # Errors
    /// `Unauthorized` when there is none.
    pub fn live(&self) -> Result<&Live, ApiError> {
        match &self.session {
            SessionState::Live(live) => Ok(live),
            SessionState::Absent | SessionState::Dead => Err(Refusal::Unauthorized.into()),
        }
    }

    /// Returns a header as text.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Returns path and query, as they were sent.
    #[must_use]
    pub fn target(&self) -> &str {
        self.head.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str)
    }

    /// Returns the live session, when there is one.
    #[must_use]
    pub fn viewer(&self) -> Option<&Live> {
        match &self.session {
            SessionState::Live(live) => Some(live),
            SessionState::Absent | SessionState::Dead => None,
        }
    }

    /// Returns whose session asks; the administrator's where one acts as somebody.
    fn actor_id(&self) -> Option<String> {
        match &self.session {
            SessionState::Live(live) => {
                let session = &live.session;
                Some(session.impersonated_by.as_ref().unwrap_or(&session.user_id).clone())
            }
            SessionState::Absent | SessionState::Dead => None,
        }
    }

    /// Returns who asks, for the rules.
    #[must_use]
    pub fn caller(&self, app: &App) -> Caller {
        let agent = self.head.headers.get(http::header::USER_AGENT);
        let agent = agent.map(|agent| String::from_utf8_lossy(agent.as_bytes()));
        let user_agent = agent.unwrap_or_default().chars().take(USER_AGENT_LENGTH_MAX).collect();
        Caller {
            address: Some(self.client),
            user_agent,
            locale: self.mail_locale,
            device: cookie::device_token(app, &self.head.headers),
            awaits: None,
            actor_id: self.actor_id(),
            session: self.viewer().map(|live| Asking {
                id: live.session.id.clone(),
                user_id: live.session.user_id.clone(),
            }),
            request_id: self.id.to_str().unwrap_or_default().to_owned(),
        }
    }
}

/// Decodes a query into names and values, in order.
///
/// # Errors
/// `Invalid` for more pairs than any row takes, and for a name longer than any.
pub fn decoded(query: Option<&str>) -> Result<Vec<(String, String)>, ApiError> {
    let pairs = body::pairs(query.unwrap_or_default().as_bytes(), QUERY_PAIRS_MAX);
    pairs.map_err(|violation| ApiError::Invalid { place: "query", violations: vec![violation] })
}
