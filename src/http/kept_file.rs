//! A kept file as the body of an answer: a piece of it is in memory, never all.
//!
//! The first piece is read before the answer begins, so that a file that is not there is
//! an error like any other.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream;

use super::outgoing::{BrokenOff, ByteStream};
use crate::app::App;
use crate::base::files::{FileDigest, FileError, Reading};

/// A file on its way out.
#[derive(Debug)]
pub struct KeptFile {
    /// Its first bytes.
    pub begin: Bytes,
    /// The others; `None`: there are none.
    pub rest: Option<ByteStream>,
}

/// Opens a kept file.
///
/// # Errors
/// `Missing`; `Busy` while too many are read; `Closed`, `Io`.
///
/// # Cost
/// A read of one piece, on a thread.
pub async fn open(app: &Arc<App>, digest: &FileDigest) -> Result<KeptFile, FileError> {
    let reading = app.files.open(digest).await?;
    let size_bytes = reading.size_bytes();
    let (begin, reading) = app.files.next(reading).await?;
    let left = size_bytes.saturating_sub(u64::try_from(begin.len()).unwrap_or(u64::MAX));
    if left == 0 {
        return Ok(KeptFile { begin: begin.into(), rest: None });
    }
    Ok(KeptFile { begin: begin.into(), rest: Some(ByteStream::sized(left, pieces(app, reading))) })
}

fn pieces(
    app: &Arc<App>,
    reading: Reading,
) -> impl stream::Stream<Item = Result<Bytes, BrokenOff>> + Send + use<> {
    stream::unfold(Some((Arc::clone(app), reading)), |open| async move {
        let (app, reading) = open?;
        match app.files.next(reading).await {
            Ok((piece, _reading)) if piece.is_empty() => None,
            Ok((piece, reading)) => Some((Ok(piece.into()), Some((app, reading)))),
            Err(error) => {
                tracing::warn!(%error, "a file broke off on its way out");
                Some((Err(BrokenOff), None))
            }
        }
    })
}
