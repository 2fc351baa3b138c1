//! The one record an endpoint: router, limits, `OpenAPI`, documentation and the
//! test matrix are read from it.

use std::any::TypeId;
use std::pin::Pin;
use std::sync::Arc;

use http::Method;

use super::error::ApiError;
use super::request::Request;
use super::response::Response;
use super::schema::{BodySchema, SchemaError};
use crate::app::App;

/// What a handler returns.
pub type Answer<'a> = Pin<Box<dyn Future<Output = Result<Response, ApiError>> + Send + 'a>>;

/// A handler; `endpoint!` makes one of an async function.
///
/// It may spawn what outlives the request, so it gets the program with its owner.
pub type Handler = for<'a> fn(&'a Arc<App>, Request) -> Answer<'a>;

/// Names a function by its type, which no other function has.
#[must_use]
pub fn function<F: 'static>(_function: &F) -> TypeId {
    TypeId::of::<F>()
}

/// One row of the table.
pub struct Endpoint {
    /// Unique, in camelCase; the operation id of `OpenAPI`.
    pub id: &'static str,
    /// One sentence without a full stop.
    pub summary: &'static str,
    /// The method.
    pub method: Method,
    /// The path; `{name}` is a parameter.
    pub path: &'static str,
    /// What answers.
    pub handler: Handler,
    /// Which function that is: rows that share one are one endpoint under several names.
    pub handled_by: fn() -> TypeId,
    /// How often one client may ask.
    pub limit: Limit,
    /// The path whose window it shares; `None`: its handler's. Another name, and a form
    /// that does what the API does, must not double how often somebody may try.
    pub counted_as: Option<&'static str>,
    /// Who may ask.
    pub access: Access,
    /// Whether an administrator who acts as the person may ask.
    pub impersonation: Impersonation,
    /// What the query may hold.
    pub query: &'static [QueryField],
    /// What the body must be.
    pub body: BodyRule,
    /// In which form the body may come.
    pub media: Media,
    /// Most bytes of its body, where it takes more than `server.body_bytes_max`; `None`:
    /// as many as its fields may need.
    pub body_bytes_max: Option<usize>,
    /// Most bytes of the file that the request brings, as the part `file` of a form;
    /// `None`: it brings none.
    pub upload_bytes_max: Option<u64>,
    /// What stands against forged requests.
    pub guard: Guard,
    /// Seconds that a request may take; `None`: `server.request_timeout_s`.
    pub time_s: Option<u64>,
    /// The statuses that it answers with.
    pub answers: &'static [u16],
}

impl Endpoint {
    /// Returns what happens when the request comes again: whatever makes something for a
    /// person takes keys. An upload takes the place of the one before, with a key or not.
    #[must_use]
    pub fn repeat(&self) -> Repeat {
        let is_somebodys = match self.access {
            Access::Session | Access::FreshSession | Access::Admin => true,
            Access::Public | Access::Optional | Access::Cron => false,
        };
        let is_made = self.answers.contains(&201) && self.upload_bytes_max.is_none();
        if is_somebodys && is_made { Repeat::Keyed } else { Repeat::Acts }
    }
}

/// How often one client address may ask. Source: product contract 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Limit {
    /// 10 a minute, each path on its own.
    Auth,
    /// 120 a minute, each path on its own.
    SessionRead,
    /// 5 a minute.
    Waitlist,
    /// 300 a minute, all such paths together.
    Read,
    /// 60 a minute, all such paths together.
    Write,
    /// What its cache holds as often as it likes; the rest counts as `Read`, and the
    /// handler says so.
    ReadUnlessCached,
    /// As often as it likes.
    Free,
}

/// Who may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Anybody; the session is not looked at.
    Public,
    /// Anybody; the session is resolved when there is one.
    Optional,
    /// Whoever has a live session.
    Session,
    /// Whoever signed in recently.
    FreshSession,
    /// An administrator.
    Admin,
    /// A machine that knows `cron.secret`.
    Cron,
}

/// Whether an administrator who acts as somebody may ask. A borrowed session reads no
/// grants, changes no credentials and no address, deletes nothing for good, takes no
/// copies away and gives nobody a lasting place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Impersonation {
    /// They may.
    Allowed,
    /// The person alone may; the try is in the audit log.
    Refused,
}

/// In which form a body may come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    /// `application/json`.
    Json,
    /// `application/x-www-form-urlencoded` too.
    JsonOrForm,
    /// `application/x-www-form-urlencoded` alone.
    Form,
    /// As `JsonOrForm`, and `multipart/form-data`, whose parts nobody reads: a mail
    /// program's one click, which the address says all about. Source: RFC 8058 §3.2.
    OneClick,
}

/// What the body must be.
#[derive(Clone, Copy)]
pub enum BodyRule {
    /// It is not read.
    None,
    /// It may be missing.
    Optional(fn() -> Result<BodySchema, SchemaError>),
    /// It must be there.
    Required(fn() -> Result<BodySchema, SchemaError>),
}

/// What stands against forged requests. Source: contract 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// A change with a cookie must come from a trusted origin.
    Origin,
    /// Signing in must, with or without a cookie.
    Csrf,
    /// A form of ours must come from our own pages: no other site is trusted with it,
    /// whatever the settings say, cookie or none.
    OwnPage,
}

/// What happens when a request comes again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// It acts again.
    Acts,
    /// With the `Idempotency-Key` of an earlier one it gets that one's answer.
    Keyed,
}

/// A parameter of the query.
#[derive(Clone, Copy, Debug)]
pub struct QueryField {
    /// Its name.
    pub name: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// Whether it must be there.
    pub is_required: bool,
}

impl QueryField {
    /// One that must be there.
    #[must_use]
    pub const fn required(name: &'static str, meaning: &'static str) -> Self {
        Self { name, meaning, is_required: true }
    }

    /// One that may be missing.
    #[must_use]
    pub const fn optional(name: &'static str, meaning: &'static str) -> Self {
        Self { name, meaning, is_required: false }
    }
}

/// Writes a row of the table; what is left out has its usual value.
#[macro_export]
macro_rules! endpoint {
    ($method:ident $path:literal => $handler:path {
        id: $id:literal, summary: $summary:literal,
        limit: $limit:ident $(, counted_as: $counted:literal)?, access: $access:expr
        $(, impersonation: $impersonation:ident)?
        $(, query: $query:expr)?
        $(, body: $body:ty)?
        $(, body_optional: $optional:ty)?
        $(, body_bytes: $body_bytes:expr)?
        $(, media: $media:ident)?
        $(, upload: $upload:expr)?
        $(, guard: $guard:ident)?
        $(, time_s: $time:expr)?
        , answers: [$($status:literal),+ $(,)?] $(,)?
    }) => {
        $crate::http::endpoint::Endpoint {
            id: $id,
            summary: $summary,
            method: ::http::Method::$method,
            path: $path,
            handler: |app, request| ::std::boxed::Box::pin($handler(app, request)),
            handled_by: || $crate::http::endpoint::function(&$handler),
            limit: $crate::http::endpoint::Limit::$limit,
            counted_as: $crate::endpoint!(@counted $($counted)?),
            access: $access,
            impersonation: $crate::endpoint!(@impersonation $($impersonation)?),
            query: $crate::endpoint!(@query $($query)?),
            body: $crate::endpoint!(@body [$($body)?] [$($optional)?]),
            media: $crate::endpoint!(@media $($media)?),
            body_bytes_max: $crate::endpoint!(@upload $($body_bytes)?),
            upload_bytes_max: $crate::endpoint!(@upload $($upload)?),
            guard: $crate::endpoint!(@guard $($guard)?),
            time_s: $crate::endpoint!(@time $($time)?),
            answers: &[$($status),+],
        }
    };
    (@impersonation) => { $crate::http::endpoint::Impersonation::Allowed };
    (@impersonation $impersonation:ident) => {
        $crate::http::endpoint::Impersonation::$impersonation
    };
    (@query) => { &[] };
    (@query $query:expr) => { $query };
    (@body [] []) => { $crate::http::endpoint::BodyRule::None };
    (@body [$body:ty] []) => {
        $crate::http::endpoint::BodyRule::Required($crate::http::schema::BodySchema::of::<$body>)
    };
    (@body [] [$body:ty]) => {
        $crate::http::endpoint::BodyRule::Optional($crate::http::schema::BodySchema::of::<$body>)
    };
    (@media) => { $crate::http::endpoint::Media::Json };
    (@media $media:ident) => { $crate::http::endpoint::Media::$media };
    (@upload) => { ::std::option::Option::None };
    (@upload $bytes:expr) => { ::std::option::Option::Some($bytes) };
    (@time) => { ::std::option::Option::None };
    (@time $time:expr) => { ::std::option::Option::Some($time) };
    (@counted) => { ::std::option::Option::None };
    (@counted $counted:literal) => { ::std::option::Option::Some($counted) };
    (@guard) => { $crate::http::endpoint::Guard::Origin };
    (@guard $guard:ident) => { $crate::http::endpoint::Guard::$guard };
}
