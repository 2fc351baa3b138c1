//! From a path and a method to a row of the endpoint table.
//!
//! Built once. A path is taken as it was sent: whatever would need decoding or
//! resolving first is no path of ours, so one resource has exactly one.

use std::any::TypeId;
use std::collections::HashMap;
use std::sync::OnceLock;
use std::time::Duration;

use http::Method;
use matchit::Params;

use super::endpoint::{BodyRule, Endpoint, Limit};
use super::error::ApiError;
use super::schema::BodySchema;
use crate::app::Fault;

/// Where the contract's endpoints stand in the tables.
const AUTH_ROOT: &str = "/api/auth";

/// The endpoint tables, compiled.
pub struct Router {
    paths: matchit::Router<usize>,
    by_path: Vec<PathEntry>,
    entries: Vec<Entry>,
    auth_root: String,
    /// Paths whose requests may take longer than others, with their seconds.
    patient: Vec<(String, u64)>,
}

/// One row, compiled.
pub struct Entry {
    /// The row.
    pub endpoint: &'static Endpoint,
    /// Its path, re-rooted.
    pub path: String,
    /// Its place in the tables, for metrics.
    pub index: usize,
    /// The path whose window it shares: its own, or another.
    window: usize,
    /// Compiled by the first request: most rows of a start are asked for by nobody, and
    /// all of them together would be a third of its time.
    schema: OnceLock<Box<BodySchema>>,
}

impl Entry {
    /// Returns the schema of its body, if it has one.
    ///
    /// # Errors
    /// A fault, for a type that says what the check does not know; the test matrix
    /// compiles every row's.
    pub fn schema(&self) -> Result<Option<&BodySchema>, ApiError> {
        let (BodyRule::Optional(schema) | BodyRule::Required(schema)) = self.endpoint.body else {
            return Ok(None);
        };
        if let Some(compiled) = self.schema.get() {
            return Ok(Some(compiled));
        }
        let compiled = schema()
            .map_err(|_unknown| ApiError::Fault(Fault::Broken("a body's schema is not known")))?;
        Ok(Some(self.schema.get_or_init(|| Box::new(compiled))))
    }
}

impl Entry {
    /// Returns how many bytes of a body are read: what its row takes, else what its fields
    /// may need however they are escaped, and never less than is usual.
    ///
    /// # Errors
    /// As [`Entry::schema`].
    pub fn body_bytes_max(&self, usual: usize) -> Result<usize, ApiError> {
        let needed = match (self.endpoint.body_bytes_max, self.schema()?) {
            (Some(bytes_max), _) => bytes_max,
            (None, Some(schema)) => schema.encoded_bytes_max(),
            (None, None) => 0,
        };
        Ok(needed.max(usual))
    }
}

struct PathEntry {
    /// Method and entry.
    methods: Vec<(Method, usize)>,
    /// The value of `Allow`.
    allow: String,
}

/// A table that cannot be served; found when it is built.
#[derive(Debug, thiserror::Error)]
pub enum RouterError {
    /// Two rows have the same method and path.
    #[error("{method} {path} stands twice in the endpoint tables")]
    Twice {
        /// The method.
        method: Method,
        /// The path.
        path: String,
    },
    /// Two paths overlap.
    #[error("{path} cannot be routed: {reason}")]
    Path {
        /// The path.
        path: String,
        /// Why.
        reason: String,
    },
    /// Two rows are one endpoint, and somebody could try twice as often.
    #[error("{id} and {other} have one handler and not one limit")]
    TwoWindows {
        /// The row.
        id: &'static str,
        /// The one before it.
        other: &'static str,
    },
    /// A row shares the window of a path that is not there.
    #[error("{id} is counted as {path}, which is no path")]
    CountedAsNothing {
        /// The row.
        id: &'static str,
        /// What it names.
        path: String,
    },
}

/// What was found for a request.
pub struct Found<'r> {
    /// The row, when path and method have one.
    pub entry: Option<&'r Entry>,
    /// The value of `Allow`, when the path has any row.
    pub allow: Option<&'r str>,
    /// The path's parameters.
    pub params: Vec<(String, String)>,
    /// Whether the path is under the contract's root.
    pub is_auth: bool,
    /// Whether the method reads.
    pub is_read: bool,
    path: Option<(u16, Limit)>,
}

impl Found<'_> {
    /// Returns the number of the path whose window counts and the limit, when the path exists.
    #[must_use]
    pub const fn path_and_limit(&self) -> Option<(u16, Limit)> {
        self.path
    }
}

impl Router {
    /// Compiles tables; the contract's paths move to `auth_root`.
    ///
    /// # Errors
    /// [`RouterError`], for tables that contradict themselves.
    pub fn build(tables: &[&'static [Endpoint]], auth_root: &str) -> Result<Self, RouterError> {
        let rows = tables.iter().map(|table| table.len()).sum();
        let mut router = Self {
            paths: matchit::Router::new(),
            by_path: Vec::with_capacity(rows),
            entries: Vec::with_capacity(rows),
            auth_root: auth_root.to_owned(),
            patient: Vec::new(),
        };
        for endpoint in tables.iter().flat_map(|table| table.iter()) {
            router.add(endpoint)?;
        }
        for path in &mut router.by_path {
            path.allow = allow(&path.methods);
        }
        router.share_windows()?;
        Ok(router)
    }

    /// Gives rows of one handler the window of the first of them, and then those that are
    /// counted as another path that path's.
    fn share_windows(&mut self) -> Result<(), RouterError> {
        let mut first: HashMap<TypeId, usize> = HashMap::new();
        for entry in &mut self.entries {
            let handler = (entry.endpoint.handled_by)();
            entry.window = *first.entry(handler).or_insert(entry.window);
        }
        let windows: HashMap<String, usize> =
            self.entries.iter().rev().map(|entry| (entry.path.clone(), entry.window)).collect();
        for entry in &mut self.entries {
            let Some(path) = entry.endpoint.counted_as else { continue };
            let (id, path) = (entry.endpoint.id, re_rooted(path, &self.auth_root));
            let window = windows.get(&path).copied();
            entry.window = window.ok_or(RouterError::CountedAsNothing { id, path })?;
        }
        self.check_windows()
    }

    fn check_windows(&self) -> Result<(), RouterError> {
        let mut first: HashMap<TypeId, &Entry> = HashMap::new();
        for entry in &self.entries {
            let other = *first.entry((entry.endpoint.handled_by)()).or_insert(entry);
            if (other.window, other.endpoint.limit) != (entry.window, entry.endpoint.limit) {
                let (id, other) = (entry.endpoint.id, other.endpoint.id);
                return Err(RouterError::TwoWindows { id, other });
            }
        }
        Ok(())
    }

    fn add(&mut self, endpoint: &'static Endpoint) -> Result<(), RouterError> {
        let path = re_rooted(endpoint.path, &self.auth_root);
        let index = self.entries.len();
        let known = self.entries.iter().position(|entry| entry.path == path);
        let slot = if let Some(slot) = known.and_then(|known| self.slot_of(known)) {
            slot
        } else {
            let slot = self.by_path.len();
            self.paths.insert(path.clone(), slot).map_err(|error| RouterError::Path {
                path: path.clone(),
                reason: error.to_string(),
            })?;
            self.by_path.push(PathEntry { methods: Vec::new(), allow: String::new() });
            slot
        };
        let Some(by_path) = self.by_path.get_mut(slot) else { return Ok(()) };
        if by_path.methods.iter().any(|(method, _)| *method == endpoint.method) {
            return Err(RouterError::Twice { method: endpoint.method.clone(), path });
        }
        by_path.methods.push((endpoint.method.clone(), index));
        self.patient.extend(endpoint.time_s.map(|time_s| (path.clone(), time_s)));
        let schema = OnceLock::new();
        self.entries.push(Entry { endpoint, path, index, window: slot, schema });
        Ok(())
    }

    /// Returns how long a request to a path may take: `usual`, or longer where it says so.
    #[must_use]
    pub fn time(&self, path: &str, usual: Duration) -> Duration {
        let own = self.patient.iter().find(|(patient, _time_s)| patient == path);
        own.map_or(usual, |(_path, time_s)| usual.max(Duration::from_secs(*time_s)))
    }

    fn slot_of(&self, index: usize) -> Option<usize> {
        self.by_path.iter().position(|path| path.methods.iter().any(|(_, entry)| *entry == index))
    }

    /// Finds the row of a request. HEAD is served where GET is.
    #[must_use]
    pub fn find(&self, method: &Method, path: &str) -> Found<'_> {
        let asked = if *method == Method::HEAD { &Method::GET } else { method };
        let matched = if is_canonical(path) { self.paths.at(path).ok() } else { None };
        let slot = matched.as_ref().map(|matched| *matched.value);
        let by_path = slot.and_then(|slot| self.by_path.get(slot));
        let index = by_path.and_then(|by_path| {
            by_path.methods.iter().find(|(method, _)| method == asked).map(|(_, index)| *index)
        });
        let any = index.or_else(|| Some(by_path?.methods.first()?.1));
        let counted = any.and_then(|any| self.entries.get(any));
        Found {
            entry: index.and_then(|index| self.entries.get(index)),
            allow: by_path.map(|by_path| by_path.allow.as_str()),
            params: matched.map_or_else(Vec::new, |matched| owned(&matched.params)),
            is_auth: self.is_auth(path),
            is_read: matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS),
            path: counted
                .and_then(|entry| Some((u16::try_from(entry.window).ok()?, entry.endpoint.limit))),
        }
    }

    /// Lists method and path of each row, in the order of the tables, for metrics.
    #[must_use]
    pub fn labels(&self) -> Vec<(String, &'static str)> {
        let rows = self.entries.iter();
        rows.map(|entry| (entry.endpoint.method.to_string(), entry.endpoint.path)).collect()
    }

    /// Tells whether a path lies under the contract's root.
    #[must_use]
    pub fn is_auth(&self, path: &str) -> bool {
        path.strip_prefix(&self.auth_root)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

/// Moves a path of the contract to the configured root.
#[must_use]
pub fn re_rooted(path: &str, auth_root: &str) -> String {
    match path.strip_prefix(AUTH_ROOT) {
        Some(rest) if rest.starts_with('/') => format!("{auth_root}{rest}"),
        Some(_) | None => path.to_owned(),
    }
}

/// Tells whether a path is written in the one way that we take.
fn is_canonical(path: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'%' | b'\\' | b';');
    let mut segments = path.as_bytes().split(|byte| *byte == b'/').skip(1);
    let mut segments_are_plain = || segments.all(|segment| !matches!(segment, b"" | b"." | b".."));
    path == "/" || (path.bytes().all(is_plain) && path.starts_with('/') && segments_are_plain())
}

fn owned(params: &Params<'_, '_>) -> Vec<(String, String)> {
    params.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn allow(methods: &[(Method, usize)]) -> String {
    let mut names: Vec<&str> = methods.iter().map(|(method, _)| method.as_str()).collect();
    if names.contains(&"GET") {
        names.push("HEAD");
    }
    names.push("OPTIONS");
    names.sort_unstable();
    names.join(", ")
}
