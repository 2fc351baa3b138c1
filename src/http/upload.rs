//! A file that a request brings: the one part `file` of a form, on its way to the disk.
//!
//! Never more of it than a piece is in memory. Its size and time are held while it
//! arrives, and so is all that stands round it in the form. A file that the handler does
//! not keep is gone when the request is. Source: RFC 7578.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use futures_util::Stream;
use http::header;
use hyper::body::{Body as _, Incoming};
use multer::{Constraints, Field, Multipart, SizeLimit};

use super::body::BodyLimits;
use super::error::{ApiError, HttpRefusal};
use super::request::Request;
use super::schema::{FieldFault, Violation};
use crate::app::{App, Failure};
use crate::base::bounds::{
    FILE_NAME_LENGTH_MAX, UPLOAD_DRAIN_BYTES_MAX, UPLOAD_DRAIN_MS_MAX, UPLOAD_FRAME_BYTES_MAX,
    UPLOAD_PIECE_BYTES, UPLOAD_READ_BYTES, UPLOAD_READ_TIMES, UPLOAD_RETRY_S, UPLOAD_UNIT_BYTES,
    UPLOAD_WINDOW_MS,
};
use crate::base::clock::Millis;
use crate::base::files::{FileError, Written};
use crate::base::limiter::{Key, Limit, RuleId};
use crate::base::turns::Turn;

/// Name of the part that is the file.
const PART: &str = "file";

/// Most characters of another part's name that the refusal repeats.
const PART_NAME_LENGTH_MAX: usize = 40;

/// How much of a refused upload is read so that its sender hears why.
pub const DRAIN: BodyLimits = BodyLimits {
    bytes_max: UPLOAD_DRAIN_BYTES_MAX,
    timeout: Duration::from_millis(UPLOAD_DRAIN_MS_MAX),
};

/// A file that has arrived whole.
#[derive(Debug)]
pub struct Upload {
    /// The file; it goes unless it is kept.
    pub written: Written,
    /// What its sender calls it, without folders and what no name should hold; may be empty.
    pub name: String,
}

/// Receives the file of a request.
///
/// # Errors
/// `UnsupportedMediaType`; `BodyTooLarge`, `RequestTimeout`, `InvalidForm`; `Invalid` for
/// a missing part, one too many, or one of another name; `Limited` while the person
/// brings another file, or has brought all that an hour takes; a fault when too many are
/// brought or the disk is full, nearly or wholly.
///
/// # Cost
/// The disk; one wait for it at the end.
pub async fn receive(
    app: &App,
    request: &Request,
    body: &mut Incoming,
    bytes_max: u64,
) -> Result<Upload, ApiError> {
    let boundary = boundary(request)?;
    let declared = request.header("content-length").and_then(|text| text.parse::<u64>().ok());
    if declared.is_some_and(|bytes| bytes > bytes_max + UPLOAD_FRAME_BYTES_MAX) {
        return Err(HttpRefusal::BodyTooLarge { bytes_max }.into());
    }
    let person = request.live()?.user.id.clone();
    let allowance = Allowance { app, of: Key::account(None, &person), now: request.now };
    let _turn = turn(app, person)?;
    let arriving = arrive(&allowance, body, boundary, bytes_max);
    let usual_s = u64::try_from(app.config.server.body_read_timeout_s).unwrap_or(0);
    let time = Duration::from_secs(usual_s.saturating_mul(UPLOAD_READ_TIMES));
    match tokio::time::timeout(time, arriving).await {
        Ok(arrived) => arrived,
        Err(_elapsed) => Err(HttpRefusal::RequestTimeout.into()),
    }
}

/// Counts a picture that a body brought as any other file that its sender brings; what
/// comes back is held until it is kept.
///
/// # Errors
/// `Limited` while the person brings another file, or has brought all that an hour takes.
pub async fn admit(
    app: &App,
    person: &str,
    size_bytes: u64,
    now: Millis,
) -> Result<Turn, ApiError> {
    let turn = turn(app, person.to_owned())?;
    Allowance { app, of: Key::account(None, person), now }.take(0, size_bytes).await?;
    Ok(turn)
}

fn turn(app: &App, person: String) -> Result<Turn, ApiError> {
    let turn = app.files.bringing.take(person);
    turn.ok_or(ApiError::Limited { retry_after_s: UPLOAD_RETRY_S })
}

fn boundary(request: &Request) -> Result<String, ApiError> {
    let sent = request.head.headers.get(header::CONTENT_TYPE);
    let sent = sent.map(|sent| String::from_utf8_lossy(sent.as_bytes()).into_owned());
    let sent = sent.unwrap_or_default();
    multer::parse_boundary(&sent).map_err(|error| {
        if matches!(error, multer::Error::NoBoundary) {
            HttpRefusal::InvalidForm.into()
        } else {
            HttpRefusal::UnsupportedMediaType { sent, allowed: "multipart/form-data" }.into()
        }
    })
}

/// What a person may still bring within an hour, whatever becomes of it.
struct Allowance<'a> {
    app: &'a App,
    of: Key,
    now: Millis,
}

impl Allowance<'_> {
    /// Takes what is begun of `bytes` beyond `taken`; returns how much is taken then.
    async fn take(&self, mut taken: u64, bytes: u64) -> Result<u64, ApiError> {
        let max = self.app.config.uploads.hourly_units_max;
        let limit = Limit { max, window_ms: UPLOAD_WINDOW_MS };
        while taken < bytes {
            let admitted = self.app.admit(RuleId::UPLOADED, self.of, limit, self.now).await;
            admitted.map_err(|wait| ApiError::Limited { retry_after_s: wait.seconds })?;
            taken += UPLOAD_UNIT_BYTES;
        }
        Ok(taken)
    }
}

async fn arrive(
    allowance: &Allowance<'_>,
    body: &mut Incoming,
    boundary: String,
    bytes_max: u64,
) -> Result<Upload, ApiError> {
    let is_in_file = Arc::new(AtomicBool::new(false));
    let pieces = Pieces {
        body,
        rest: Bytes::new(),
        has_given: false,
        frame_bytes: 0,
        is_in_file: Arc::clone(&is_in_file),
    };
    let whole = SizeLimit::new().whole_stream(bytes_max + UPLOAD_FRAME_BYTES_MAX);
    let limits = Constraints::new().size_limit(whole);
    let mut form = Multipart::with_constraints(pieces, boundary, limits);
    let Some(part) = form.next_field().await.map_err(|error| refused(&error, bytes_max))? else {
        return Err(ApiError::missing(PART));
    };
    if part.name() != Some(PART) {
        return Err(other_part(&part));
    }
    is_in_file.store(true, Ordering::Relaxed);
    let name = file_name(part.file_name().unwrap_or_default());
    let written = written(allowance, part, bytes_max).await?;
    is_in_file.store(false, Ordering::Relaxed);
    match form.next_field().await.map_err(|error| refused(&error, bytes_max))? {
        None => Ok(Upload { written, name }),
        Some(part) => Err(other_part(&part)),
    }
}

async fn written(
    allowance: &Allowance<'_>,
    mut part: Field<'_>,
    bytes_max: u64,
) -> Result<Written, ApiError> {
    let app = allowance.app;
    let broken = |error: FileError| ApiError::from(Failure::from(error));
    let mut draft = app.files.begin().await.map_err(broken)?;
    let mut piece = Vec::new();
    let mut size_bytes = 0;
    // The least file counts, too.
    let mut taken = allowance.take(0, 1).await?;
    while let Some(bytes) = part.chunk().await.map_err(|error| refused(&error, bytes_max))? {
        size_bytes += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        if size_bytes > bytes_max {
            return Err(HttpRefusal::BodyTooLarge { bytes_max }.into());
        }
        taken = allowance.take(taken, size_bytes).await?;
        piece.extend_from_slice(&bytes);
        if piece.len() >= UPLOAD_PIECE_BYTES {
            draft = app.files.write(draft, std::mem::take(&mut piece)).await.map_err(broken)?;
        }
    }
    draft = app.files.write(draft, piece).await.map_err(broken)?;
    app.files.finish(draft).await.map_err(broken)
}

/// Says what a form of parts that cannot be read is.
fn refused(error: &multer::Error, bytes_max: u64) -> ApiError {
    let is_large = matches!(
        error,
        multer::Error::StreamSizeExceeded { .. } | multer::Error::FieldSizeExceeded { .. }
    );
    // Whatever else is wrong with it: it breaks off, or is no form.
    if is_large {
        HttpRefusal::BodyTooLarge { bytes_max }.into()
    } else {
        HttpRefusal::InvalidForm.into()
    }
}

fn other_part(part: &Field<'_>) -> ApiError {
    let name = part.name().unwrap_or_default();
    let (field, fault) = if name == PART {
        (PART.to_owned(), FieldFault::TooMany(1))
    } else {
        (name.chars().take(PART_NAME_LENGTH_MAX).collect(), FieldFault::Unknown)
    };
    ApiError::Invalid { place: "body", violations: vec![Violation { field, fault }] }
}

/// Takes the last part of a path, without what could mislead whoever reads it.
fn file_name(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_plain = |letter: &char| {
        !letter.is_control()
            // Marks that turn the reading direction: "fdp.exe" could read as "exe.pdf".
            && !matches!(letter, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let plain: String = last.chars().filter(is_plain).take(FILE_NAME_LENGTH_MAX).collect();
    plain.trim().to_owned()
}

/// The body, a small piece each time it is asked, and no more outside the file than a
/// form needs.
struct Pieces<'a> {
    body: &'a mut Incoming,
    rest: Bytes,
    /// Whether a piece was given since the last rest: whoever asks asks until there is
    /// nothing, and would gather all that has arrived.
    has_given: bool,
    frame_bytes: u64,
    is_in_file: Arc<AtomicBool>,
}

/// Why a body ends early.
#[derive(Debug, thiserror::Error)]
enum Broken {
    #[error("the form has too much beside its file")]
    Frame,
    #[error("the connection broke off")]
    Connection,
}

impl Stream for Pieces<'_> {
    type Item = Result<Bytes, Broken>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if std::mem::take(&mut self.has_given) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        while self.rest.is_empty() {
            match ready!(Pin::new(&mut *self.body).poll_frame(context)) {
                Some(Ok(frame)) => self.rest = frame.into_data().unwrap_or_default(),
                Some(Err(_broken)) => return Poll::Ready(Some(Err(Broken::Connection))),
                None => return Poll::Ready(None),
            }
        }
        let length = self.rest.len().min(UPLOAD_READ_BYTES);
        let piece = self.rest.split_to(length);
        if !self.is_in_file.load(Ordering::Relaxed) {
            self.frame_bytes += u64::try_from(piece.len()).unwrap_or(u64::MAX);
            if self.frame_bytes > UPLOAD_FRAME_BYTES_MAX {
                return Poll::Ready(Some(Err(Broken::Frame)));
            }
        }
        self.has_given = true;
        Poll::Ready(Some(Ok(piece)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_folders_and_what_misleads() {
        for (sent, name) in [
            ("cv.pdf", "cv.pdf"),
            ("C:\\Users\\ana\\cv.pdf", "cv.pdf"),
            ("../../etc/passwd", "passwd"),
            ("cv\r\nX-Evil: 1.pdf", "cvX-Evil: 1.pdf"),
            ("cv\u{202e}fdp.exe", "cvfdp.exe"),
            ("currículo.pdf", "currículo.pdf"),
            ("/", ""),
        ] {
            assert_eq!(file_name(sent), name);
        }
        assert_eq!(file_name(&"ñ".repeat(300)).chars().count(), FILE_NAME_LENGTH_MAX);
    }
}
