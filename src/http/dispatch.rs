//! The one way from a request to an answer.
//!
//! [`Dispatcher::answer`] never fails: whatever happens inside becomes an answer
//! with an id, the security headers and a log line. Inside it the cheapest
//! question comes first, and under the contract's root in the contract's order.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Version, header};
use hyper::body::Incoming;
use tokio::sync::Semaphore;

use super::access;
use super::asked::{Asked, wants_page};
use super::body::{self, BodyLimits};
use super::client_address::{self, ProxyWarning};
use super::compress::{self, Subject};
use super::cors::{self, Cors};
use super::endpoint::{BodyRule, Guard, Repeat};
use super::error::{ApiError, HttpRefusal, Telling};
use super::headers::{self, Transport};
use super::in_time::within_time;
use super::origin::{self, Trusted};
use super::outgoing::Outgoing;
use super::preferences::Preferences;
use super::request::{self, Request};
use super::request_id::RequestIds;
use super::response::Response;
use super::router::{Entry, Found, Router};
use super::session::{self, SessionState, Slid};
use super::trace::{Trace, log};
use super::unread::Unread;
use super::weight::{self, Whose};
use super::wire::WireRefusal;
use super::{check, cookie, idempotency, limit, maintenance, measure, notice, upload, wire};
use crate::app::{App, Failure};
use crate::base::bounds::{DRAIN_MS_MAX, LARGE_BODIES_MAX};
use crate::base::files::FileError;
use crate::base::locale::Locale;

/// What hyper sends.
pub type HttpResponse = http::Response<Outgoing>;

/// The program, its routes, and what of the configuration every request needs.
pub struct Dispatcher {
    app: Arc<App>,
    router: Router,
    trusted: Trusted,
    cors: Cors,
    wire: wire::Limits,
    body: BodyLimits,
    drain: BodyLimits,
    /// Places for bodies that are larger than the settings say.
    large_bodies: Arc<Semaphore>,
    request_timeout: Duration,
    transport: Transport,
    proxy_warning: ProxyWarning,
    request_ids: RequestIds,
}

impl Dispatcher {
    /// Puts the parts together.
    #[must_use]
    pub fn new(app: Arc<App>, router: Router) -> Self {
        let server = &app.config.server;
        let seconds = |seconds: i64| Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
        Self {
            trusted: Trusted::of(&app.config),
            cors: Cors::of(&app.config),
            wire: wire::Limits {
                header_bytes_max: server.header_bytes_max,
                headers_max: server.headers_max,
                uri_bytes_max: server.uri_bytes_max,
            },
            body: BodyLimits {
                bytes_max: server.body_bytes_max,
                timeout: seconds(server.body_read_timeout_s),
            },
            drain: BodyLimits {
                bytes_max: server.body_bytes_max,
                timeout: Duration::from_millis(DRAIN_MS_MAX),
            },
            large_bodies: Arc::new(Semaphore::new(LARGE_BODIES_MAX)),
            request_timeout: seconds(server.request_timeout_s),
            transport: if server.public_url.is_https() {
                Transport::Https
            } else {
                Transport::Plain
            },
            proxy_warning: ProxyWarning::default(),
            request_ids: RequestIds::new(&app.entropy),
            router,
            app,
        }
    }

    /// Answers a request, whatever it is.
    pub async fn answer(&self, request: http::Request<Incoming>, peer: SocketAddr) -> HttpResponse {
        let watch = self.app.clock.stopwatch();
        let (mut head, body) = request.into_parts();
        let sound = wire::check(&head, &self.wire);
        origin::take_apps(&mut head.headers);
        measure::bound(&mut head.headers);
        let asked = Asked::of(&self.app.config.auth, &head);
        let id = self.request_ids.of(&head.headers);
        let mut trace = Trace { id: Some(id.clone()), ..Trace::default() };
        let mut unread = Some(body);
        let time = self.router.time(asked.uri.path(), self.request_timeout);
        let outcome = {
            let from = (peer, asked.preferences);
            let work = pin!(self.route((head, sound), &mut unread, from, &mut trace));
            within_time(time, work).await
        };
        let mut response = match outcome {
            Ok(response) => response,
            Err(error) => self.tell(&error, &asked, text(&id)),
        };
        let is_last = !self.can_go_on(&asked, &trace, unread).await;
        if is_last {
            response = response.closing();
        }
        self.dress(&asked, &mut response, &id);
        let mut response = self.compressed(&asked, response).await;
        let whose = Whose { client: trace.client, person: trace.person };
        if let Err(error) = weight::admit(&self.app, &asked.method, whose, &mut response) {
            let told = self.tell(&error, &asked, text(&id));
            response = if is_last { told.closing() } else { told };
            self.dress(&asked, &mut response, &id);
        }
        let status = response.status.as_u16();
        let elapsed = watch.elapsed();
        // The moment is the route's; who did not come so far pays for another look.
        let now = trace.now.unwrap_or_else(|| self.app.clock.now());
        let index = trace.entry.map(|entry| entry.index);
        self.app.metrics.observe(index, (status, now), elapsed);
        if tracing::enabled!(tracing::Level::INFO) {
            log(&asked, &trace, text(&id), (status, elapsed));
        }
        Outgoing::sent(&asked.method, response)
    }

    /// Adds what every answer has.
    fn dress(&self, asked: &Asked, response: &mut Response, id: &HeaderValue) {
        self.cors.mark(&asked.headers, &mut response.headers);
        headers::secure(&mut response.headers, self.transport, id.clone());
    }

    /// Tells whether the connection can carry another request after this answer.
    ///
    /// Who waits to be asked for a body is not asked for one that nobody wants.
    async fn can_go_on(&self, asked: &Asked, trace: &Trace<'_>, unread: Option<Incoming>) -> bool {
        if asked.version >= Version::HTTP_2 {
            return true;
        }
        if unread.is_some() && asked.headers.contains_key(header::EXPECT) {
            return false;
        }
        let is_upload = trace.entry.map(|it| it.endpoint).is_some_and(|endpoint| {
            endpoint.upload_bytes_max.is_some() || endpoint.body_bytes_max.is_some()
        });
        let limits = if is_upload { upload::DRAIN } else { self.drain };
        body::drained(unread, limits).await
    }

    /// Asks the questions in their order and calls the handler.
    async fn route<'r>(
        &'r self,
        (head, sound): (Parts, Result<(), WireRefusal>),
        body: &mut Option<Incoming>,
        (peer, preferences): (SocketAddr, Preferences),
        trace: &mut Trace<'r>,
    ) -> Result<Response, ApiError> {
        sound.map_err(HttpRefusal::Wire)?;
        let client = client_address::of(&self.app, peer.ip(), &head.headers, &self.proxy_warning);
        trace.client = Some(client);
        let mut found = self.router.find(&head.method, head.uri.path());
        let now = self.app.clock.now();
        trace.now = Some(now);
        if head.method == Method::OPTIONS && is_answered(&head, &found) {
            return Ok(self.cors.preflight(&head.headers, found.allow));
        }
        limit::admit(&self.app, &found, client, now).await?;
        let entry = entry(&found)?;
        trace.entry = Some(entry);
        let chosen = preferences.locale;
        let mut request = Request {
            query: request::decoded(head.uri.query())?,
            locale: chosen.unwrap_or_else(|| self.locale(&head.headers, found.is_auth)),
            mail_locale: chosen.unwrap_or_else(|| locale_of(&head.headers, self.app.config.locale)),
            preferences,
            session: SessionState::Absent,
            json: None,
            key: None,
            room: None,
            upload: None,
            unfit: None,
            unread: Unread::default(),
            params: std::mem::take(&mut found.params),
            id: trace.id.take().unwrap_or_else(|| HeaderValue::from_static("-")),
            peer: peer.ip().to_canonical(),
            client,
            now,
            head,
        };
        maintenance::admit(&self.app, entry.endpoint, &request).await?;
        let slid = if found.is_auth {
            self.ask_as_the_contract(entry, &mut request, body).await?
        } else {
            self.ask(entry, &mut request, body).await?
        };
        if let SessionState::Live(live) = &request.session {
            trace.person = Some(self.app.in_flight.person(&live.user.id));
            if tracing::enabled!(tracing::Level::INFO) {
                trace.user = Some(live.user.id.clone());
            }
        }
        let again = match (&request.session, slid) {
            (SessionState::Live(live), Slid::Yes) => {
                Some(cookie::session_cookie_again(&self.app, &request, live))
            }
            _ => None,
        };
        let response = match entry.endpoint.repeat() {
            Repeat::Acts => (entry.endpoint.handler)(&self.app, request).await?,
            Repeat::Keyed => Box::pin(idempotency::answer(&self.app, entry, request)).await?,
        };
        Ok(session::resend(&self.app, again, response))
    }

    /// The order of the contract: a bad body without a session is 400, not 401,
    /// and a foreign origin beats both. Source: contract section 1.
    async fn ask_as_the_contract(
        &self,
        entry: &Entry,
        request: &mut Request,
        body: &mut Option<Incoming>,
    ) -> Result<Slid, ApiError> {
        self.read_body(entry, request, body).await?;
        origin::check_change(&self.trusted, &request.head)?;
        if request.head.method == Method::POST {
            origin::check_body_targets(&self.trusted, request.json.as_ref())?;
        }
        check::body(entry, request)?;
        check::query(entry, request)?;
        origin::lead_to_front_end(&self.trusted, &request.head.headers, request.json.as_mut());
        let slid = access::admit(&self.app, entry.endpoint, request).await?;
        if entry.endpoint.guard == Guard::Csrf {
            origin::check_sign_in(&self.trusted, &request.head.headers)?;
        }
        origin::check_query_targets(&self.trusted, &request.query)?;
        Ok(slid)
    }

    /// Everywhere else nothing is read before it is known who asks.
    async fn ask(
        &self,
        entry: &Entry,
        request: &mut Request,
        body: &mut Option<Incoming>,
    ) -> Result<Slid, ApiError> {
        match entry.endpoint.guard {
            Guard::OwnPage => origin::check_own_page(&self.trusted, &request.head)?,
            Guard::Csrf => {
                origin::check_change(&self.trusted, &request.head)?;
                origin::check_sign_in(&self.trusted, &request.head.headers)?;
            }
            Guard::Origin => origin::check_change(&self.trusted, &request.head)?,
        }
        let slid = access::admit(&self.app, entry.endpoint, request).await?;
        self.read_body(entry, request, body).await?;
        check::body(entry, request)?;
        check::query(entry, request)?;
        Ok(slid)
    }

    async fn read_body(
        &self,
        entry: &Entry,
        request: &mut Request,
        body: &mut Option<Incoming>,
    ) -> Result<(), ApiError> {
        if let (Some(bytes_max), Some(body)) = (entry.endpoint.upload_bytes_max, body.as_mut()) {
            // On the heap: few requests bring a file, and every request would carry its room.
            match Box::pin(upload::receive(&self.app, request, body, bytes_max)).await {
                Ok(upload) => request.upload = Some(upload),
                Err(unfit) if entry.endpoint.guard == Guard::OwnPage => request.unfit = Some(unfit),
                Err(error) => return Err(error),
            }
            return Ok(());
        }
        if matches!(entry.endpoint.body, BodyRule::None) {
            return Ok(());
        }
        let sent = body::media(&request.head.headers, entry.endpoint.media)?;
        let bytes_max = entry.body_bytes_max(self.body.bytes_max)?;
        let limits = BodyLimits { bytes_max, ..self.body };
        let declared = request.header("content-length").and_then(|text| text.parse().ok());
        if declared.is_none_or(|bytes: usize| bytes > self.body.bytes_max)
            && limits.bytes_max > self.body.bytes_max
        {
            let room = Arc::clone(&self.large_bodies).try_acquire_owned();
            request.room = Some(room.map_err(|_none| Failure::from(FileError::Busy))?);
        }
        if let Some(body) = body.take() {
            request.json = body::read(body, sent, limits).await?;
        }
        if sent == body::Sent::Form
            && let (Some(schema), Some(form)) =
                (entry.schema()?, request.json.as_mut().and_then(serde_json::Value::as_object_mut))
        {
            schema.coerce(form);
        }
        Ok(())
    }

    fn tell(&self, error: &ApiError, asked: &Asked, id: &str) -> Response {
        let path = asked.uri.path();
        let is_auth = self.router.is_auth(path);
        let telling = Telling {
            words: &self.app.words,
            locale: asked
                .preferences
                .locale
                .unwrap_or_else(|| self.locale(&asked.headers, is_auth)),
            request_id: id,
            is_auth,
            is_waitlist: path == "/api/waitlist",
        };
        let mut response = error.tell(telling);
        if !path.starts_with("/api/") && wants_page(&asked.headers) {
            let words = notice::words(&self.app, (telling.locale, response.status), asked);
            response = match notice::entrance(asked, error) {
                Some(entrance) => entrance,
                None => notice::instead_of(response, error, telling, words),
            };
        }
        if let ApiError::Http(HttpRefusal::Wire(refusal)) = error {
            refusal.mark(asked.version, &mut response.headers);
        }
        response
    }

    /// The contract's messages are English unless the caller prefers Spanish.
    fn locale(&self, headers: &HeaderMap, is_auth: bool) -> Locale {
        locale_of(headers, if is_auth { Locale::En } else { self.app.config.locale })
    }

    async fn compressed(&self, asked: &Asked, mut response: Response) -> Response {
        let subject = Subject {
            path: asked.uri.path(),
            auth_base_path: &self.app.config.auth.base_path,
            status: response.status,
            length: response.body.len(),
        };
        if response.stream.is_some() || !compress::is_eligible(subject, &response.headers) {
            return response;
        }
        let plain = response.body.clone();
        // On the heap: the encoders' state would make every request's future three times as large.
        let encoding = compress::encode(&asked.headers, &mut response.headers, plain.clone());
        response.body = Box::pin(encoding).await.unwrap_or(plain);
        response
    }
}

/// Tells whether OPTIONS has an answer: where something is, and for a preflight under the
/// API in any case.
fn is_answered(head: &Parts, found: &Found<'_>) -> bool {
    let is_api = found.is_auth || head.uri.path().starts_with("/api/");
    found.allow.is_some() || (is_api && cors::is_preflight(&head.headers))
}

fn locale_of(headers: &HeaderMap, otherwise: Locale) -> Locale {
    let prefers = headers.get(header::ACCEPT_LANGUAGE).and_then(|it| it.to_str().ok());
    Locale::negotiate(prefers, otherwise)
}

fn entry<'r>(found: &Found<'r>) -> Result<&'r Entry, ApiError> {
    match (found.entry, found.allow) {
        (Some(entry), _) => Ok(entry),
        // The contract has no 405: a wrong method is as unknown as a wrong path.
        (None, Some(allow)) if !found.is_auth => {
            Err(HttpRefusal::MethodNotAllowed { allow: allow.to_owned() }.into())
        }
        (None, _) => Err(HttpRefusal::NotFound.into()),
    }
}

fn text(id: &HeaderValue) -> &str {
    id.to_str().unwrap_or("-")
}
