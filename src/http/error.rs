//! Errors on the wire: one shape, one status each, no inside on the outside.
//!
//! Expected refusals carry a code; their words come from Fluent. A fault has
//! generic words; its chain goes to the log under the request id, once.

use std::error::Error as _;

use http::{HeaderName, HeaderValue, StatusCode, header};
use serde::Serialize;

use super::response::Response;
use super::schema::{FieldFault, Violation};
use super::status::status_of;
use super::wire::WireRefusal;
use crate::app::{Failure, Fault};
use crate::base::bounds::VIOLATIONS_MAX;
use crate::base::clock::Millis;
use crate::base::excerpt;
use crate::base::locale::Locale;
use crate::base::words::{Words, error_key};
use crate::domain::refusal::Refusal;

/// Why a request has no answer of its handler.
#[derive(Debug)]
pub enum ApiError {
    /// A rule said no.
    Refused(Refusal),
    /// No step leads there; the states where one leads.
    IllegalStep {
        /// Their names.
        allowed: Vec<&'static str>,
    },
    /// Fields are wrong; `place` is `body` or `query`.
    Invalid {
        /// Where the fields stand.
        place: &'static str,
        /// The wrong fields, in schema order.
        violations: Vec<Violation>,
    },
    /// Too many requests.
    Limited {
        /// Whole seconds to wait, at least 1.
        retry_after_s: u64,
    },
    /// HTTP itself said no.
    Http(HttpRefusal),
    /// Something broke.
    Fault(Fault),
}

/// What HTTP itself refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HttpRefusal {
    /// The head is not acceptable.
    Wire(WireRefusal),
    /// Nothing is here.
    NotFound,
    /// Something is here, for other methods.
    MethodNotAllowed {
        /// The value of `Allow`.
        allow: String,
    },
    /// The body comes in a form that is not taken.
    UnsupportedMediaType {
        /// What was sent.
        sent: String,
        /// What is taken.
        allowed: &'static str,
    },
    /// The body is no JSON.
    InvalidJson,
    /// The body is no form of parts.
    InvalidForm,
    /// The body, or the file in it, is larger than its endpoint takes.
    BodyTooLarge {
        /// Most bytes that it takes.
        bytes_max: u64,
    },
    /// The body did not come in time.
    RequestTimeout,
    /// The operator has closed the site for a while.
    Maintenance {
        /// Whole seconds to wait.
        retry_after_s: u64,
        /// When it is likely to be over.
        ends_at: Option<Millis>,
    },
    /// Neither Origin nor Referer says where the request comes from.
    MissingOrNullOrigin,
    /// It comes from an origin that is not trusted.
    InvalidOrigin,
    /// Another site navigated here to sign somebody in.
    CrossSiteNavigation,
    /// A redirect target that is not ours; the field's name decides the code.
    InvalidTarget(&'static str),
    /// A redirect target that is no text.
    TargetNotText,
    /// A field that nobody may set this way.
    FieldNotAllowed {
        /// Its name.
        field: &'static str,
    },
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<HttpRefusal> for ApiError {
    fn from(refusal: HttpRefusal) -> Self {
        Self::Http(refusal)
    }
}

impl From<Failure> for ApiError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => Self::Refused(refusal),
            Failure::IllegalStep { allowed } => Self::IllegalStep { allowed },
            Failure::Limited { retry_after_s } => Self::Limited { retry_after_s },
            Failure::Fault(fault) => Self::Fault(fault),
        }
    }
}

/// Turns a template's failure into a fault.
///
/// # Errors
/// The fault.
pub fn rendered(page: Result<String, askama::Error>) -> Result<String, ApiError> {
    page.map_err(|_broken| ApiError::Fault(Fault::Broken("a template could not be rendered")))
}

impl ApiError {
    /// Says that a field of the body is missing, as the schema would.
    #[must_use]
    pub fn missing(field: &str) -> Self {
        let fault = FieldFault::Type { expected: "string", received: "undefined" };
        let violations = vec![Violation { field: field.to_owned(), fault }];
        Self::Invalid { place: "body", violations }
    }
}

/// What an error is told for.
#[derive(Clone, Copy)]
pub struct Telling<'a> {
    /// The words.
    pub words: &'a Words,
    /// The caller's language.
    pub locale: Locale,
    /// The request's id.
    pub request_id: &'a str,
    /// Whether the contract words the answer.
    pub is_auth: bool,
    /// Whether the path is the waitlist's, whose 500 has words of its own.
    pub is_waitlist: bool,
}

#[derive(Serialize)]
struct ErrorShape<'a> {
    error: &'a str,
    message: &'a str,
    code: &'a str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    details: Vec<Detail>,
    #[serde(rename = "requestId")]
    request_id: &'a str,
}

#[derive(Serialize)]
struct Detail {
    field: String,
    code: &'static str,
    message: String,
}

impl ApiError {
    /// Makes the answer, and logs a fault.
    #[must_use]
    pub fn tell(&self, telling: Telling<'_>) -> Response {
        if let Self::Fault(fault) = self {
            log(fault, telling.request_id);
        }
        let details = match self {
            Self::Invalid { violations, .. } => details(violations, telling),
            Self::IllegalStep { allowed } => {
                let options = allowed.iter().map(|&state| state.to_owned()).collect();
                let fault = FieldFault::Option(options);
                details(&[Violation { field: String::from("status"), fault }], telling)
            }
            Self::Refused(_) | Self::Limited { .. } | Self::Http(_) | Self::Fault(_) => Vec::new(),
        };
        let message = self.message(telling);
        let shape = ErrorShape {
            error: &message,
            message: &message,
            code: self.code(),
            details,
            request_id: telling.request_id,
        };
        let response = Response::json(self.status().as_u16(), &shape).no_store();
        self.mark(response, telling)
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Refused(refusal) => status_of(*refusal),
            Self::IllegalStep { .. } => StatusCode::CONFLICT,
            Self::Invalid { .. } => StatusCode::BAD_REQUEST,
            Self::Limited { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::Http(refusal) => refusal.status(),
            Self::Fault(fault) if fault.retry_after_s().is_some() => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::IllegalStep { .. } => "ILLEGAL_TRANSITION",
            Self::Invalid { .. } => "VALIDATION_ERROR",
            Self::Limited { .. } => "TOO_MANY_REQUESTS",
            Self::Http(refusal) => refusal.code(),
            Self::Fault(fault) if fault.retry_after_s().is_some() => "SERVICE_UNAVAILABLE",
            Self::Fault(_) => "INTERNAL_ERROR",
        }
    }

    pub(super) fn message(&self, telling: Telling<'_>) -> String {
        let Telling { words, locale, .. } = telling;
        match self {
            // Clients parse the contract's text, so it is not translated.
            Self::Invalid { place, violations } if telling.is_auth => {
                let named = violations.iter().take(VIOLATIONS_MAX);
                let texts: Vec<_> = named.map(|violation| violation.contract_text(place)).collect();
                texts.join("; ")
            }
            Self::Http(HttpRefusal::UnsupportedMediaType { sent, allowed }) => {
                let sent = excerpt::of(sent);
                let arguments = [("type", sent.as_str()), ("allowed", allowed)];
                words.format(locale, "error-unsupported-media-type", &arguments)
            }
            Self::Http(HttpRefusal::FieldNotAllowed { field }) => {
                words.format(locale, "error-field-not-allowed", &[("field", field)])
            }
            Self::Http(HttpRefusal::BodyTooLarge { bytes_max }) => {
                let size = size(*bytes_max);
                words.format(locale, "error-body-too-large", &[("size", &size)])
            }
            Self::Fault(fault) if telling.is_waitlist && fault.retry_after_s().is_none() => {
                words.get(locale, "error-waitlist-internal").into_owned()
            }
            Self::Refused(_)
            | Self::IllegalStep { .. }
            | Self::Invalid { .. }
            | Self::Limited { .. }
            | Self::Http(_)
            | Self::Fault(_) => {
                let key = error_key(self.code());
                words.get(locale, &key).into_owned()
            }
        }
    }

    /// Adds the headers that belong to the status.
    fn mark(&self, response: Response, telling: Telling<'_>) -> Response {
        match self {
            Self::Limited { retry_after_s } => {
                let response = response.with_header(header::RETRY_AFTER, (*retry_after_s).into());
                if telling.is_auth {
                    response.with_header(X_RETRY_AFTER, (*retry_after_s).into())
                } else {
                    response
                }
            }
            Self::Http(HttpRefusal::MethodNotAllowed { allow }) => {
                match HeaderValue::from_str(allow) {
                    Ok(allow) => response.with_header(header::ALLOW, allow),
                    Err(_) => response,
                }
            }
            Self::Http(HttpRefusal::Maintenance { retry_after_s, .. }) => {
                response.with_header(header::RETRY_AFTER, (*retry_after_s).into())
            }
            Self::Http(HttpRefusal::BodyTooLarge { .. } | HttpRefusal::RequestTimeout) => {
                response.closing()
            }
            Self::Fault(fault) => match fault.retry_after_s() {
                Some(wait) => response.with_header(header::RETRY_AFTER, wait.into()),
                None => response,
            },
            Self::Refused(_) | Self::IllegalStep { .. } | Self::Invalid { .. } | Self::Http(_) => {
                response
            }
        }
    }
}

/// Writes a bound of bytes in the largest unit that it is whole in.
fn size(bytes: u64) -> String {
    const KIB: u64 = 1024;
    const MIB: u64 = KIB * KIB;
    match bytes {
        _ if bytes >= MIB && bytes.is_multiple_of(MIB) => format!("{} MiB", bytes / MIB),
        _ if bytes >= KIB => format!("{} KiB", bytes / KIB),
        _ => format!("{bytes} bytes"),
    }
}

/// Upstream's name of `Retry-After`.
const X_RETRY_AFTER: HeaderName = HeaderName::from_static("x-retry-after");

fn details(violations: &[Violation], telling: Telling<'_>) -> Vec<Detail> {
    violations
        .iter()
        .take(VIOLATIONS_MAX)
        .map(|violation| {
            let (code, key) = violation.fault.code_and_key();
            let number = violation.fault.bound();
            let message = telling.words.format(telling.locale, key, &[("bound", &number)]);
            Detail { field: violation.shown_field(), code, message }
        })
        .collect()
}

fn log(fault: &Fault, request_id: &str) {
    let mut chain = fault.to_string();
    let mut cause = fault.source();
    while let Some(error) = cause {
        chain.push_str(": ");
        chain.push_str(&error.to_string());
        cause = error.source();
    }
    if fault.retry_after_s().is_some() {
        tracing::warn!(request_id, error = chain, "request turned away");
    } else {
        tracing::error!(request_id, error = chain, "request failed");
    }
}

impl HttpRefusal {
    const fn status(&self) -> StatusCode {
        match self {
            Self::Wire(refusal) => refusal.status(),
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Self::UnsupportedMediaType { .. } => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::InvalidJson
            | Self::InvalidForm
            | Self::TargetNotText
            | Self::FieldNotAllowed { .. } => StatusCode::BAD_REQUEST,
            Self::BodyTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::RequestTimeout => StatusCode::REQUEST_TIMEOUT,
            Self::Maintenance { .. } => StatusCode::SERVICE_UNAVAILABLE,
            Self::MissingOrNullOrigin
            | Self::InvalidOrigin
            | Self::CrossSiteNavigation
            | Self::InvalidTarget(_) => StatusCode::FORBIDDEN,
        }
    }

    fn code(&self) -> &'static str {
        match self {
            Self::Wire(refusal) => refusal.code(),
            Self::NotFound => "NOT_FOUND",
            Self::MethodNotAllowed { .. } => "METHOD_NOT_ALLOWED",
            Self::UnsupportedMediaType { .. } => "UNSUPPORTED_MEDIA_TYPE",
            Self::InvalidJson => "BAD_REQUEST",
            Self::InvalidForm => "MULTIPART_INVALID",
            Self::BodyTooLarge { .. } => "BODY_TOO_LARGE",
            Self::RequestTimeout => "REQUEST_TIMEOUT",
            Self::Maintenance { .. } => "MAINTENANCE",
            Self::MissingOrNullOrigin => "MISSING_OR_NULL_ORIGIN",
            Self::InvalidOrigin => "INVALID_ORIGIN",
            Self::CrossSiteNavigation => "CROSS_SITE_NAVIGATION_LOGIN_BLOCKED",
            Self::InvalidTarget("redirectTo") => "INVALID_REDIRECT_URL",
            Self::InvalidTarget("errorCallbackURL") => "INVALID_ERROR_CALLBACK_URL",
            Self::InvalidTarget("newUserCallbackURL") => "INVALID_NEW_USER_CALLBACK_URL",
            Self::InvalidTarget(_) => "INVALID_CALLBACK_URL",
            Self::TargetNotText => "CALLBACK_URL_NOT_STRING",
            Self::FieldNotAllowed { .. } => "FIELD_NOT_ALLOWED",
        }
    }
}
