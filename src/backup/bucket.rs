//! The bucket: a copy of each archive on a machine that burns another day.
//!
//! Addresses are signed here and sent by `base::outbound`. An archive that is larger
//! than a part goes in parts, each tried a few times, so that neither memory nor one
//! call grows with it. Nothing is listed or deleted: the key only needs to write.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::time::Duration;

use http::Method;
use jiff::Timestamp;
use rusty_s3::actions::{
    AbortMultipartUpload, CompleteMultipartUpload, CompleteMultipartUploadResponse,
    CreateMultipartUpload, PutObject, S3Action, UploadPart,
};
use rusty_s3::{Credentials, UrlStyle};
use url::Url;

use super::{BackupError, Step, Watch, cannot};
use crate::base::bounds::{BUCKET_CALL_TIMEOUT_S, BUCKET_PART_BYTES, BUCKET_TRIES_MAX};
use crate::base::clock::Clock;
use crate::base::outbound::{Answer, Call, Outbound};
use crate::config::S3;

/// Seconds that a signed address is good for.
const SIGNED_S: u64 = 3600;

/// A bucket and its key, ready to be written to.
pub struct Bucket<'a> {
    place: rusty_s3::Bucket,
    credentials: Credentials,
    /// Folder in the bucket, empty or with a slash at its end.
    folder: String,
    outbound: &'a Outbound,
    clock: &'a Clock,
}

impl<'a> Bucket<'a> {
    /// Reads the settings; `None` when the address names no bucket.
    #[must_use]
    pub fn of(settings: &S3, outbound: &'a Outbound, clock: &'a Clock) -> Option<Self> {
        let mut url = Url::parse(&settings.url).ok()?;
        let path = url.path().trim_matches('/').to_owned();
        let (name, folder) = path.split_once('/').unwrap_or((&path, ""));
        url.set_path("");
        let place =
            rusty_s3::Bucket::new(url, UrlStyle::Path, name.to_owned(), settings.region.clone());
        Some(Self {
            place: place.ok()?,
            credentials: Credentials::new(&settings.access_key, settings.secret_key.expose()),
            folder: if folder.is_empty() { String::new() } else { format!("{folder}/") },
            outbound,
            clock,
        })
    }

    /// Sends a file under its own name; returns what it is called in the bucket.
    ///
    /// # Errors
    /// `Bucket` with the bucket's own word for it, `Unreachable`, `Io`, `Stopped`.
    ///
    /// # Cost
    /// A part in memory at a time. Blocks the thread.
    pub fn put(&self, archive: &Path, watch: &dyn Watch) -> Result<String, BackupError> {
        let failed = |error| cannot("read", archive, error);
        let name = archive.file_name().unwrap_or_default().to_string_lossy();
        let object = format!("{}{name}", self.folder);
        let mut file = File::open(archive).map_err(failed)?;
        let bytes = file.metadata().map_err(failed)?.len();
        watch.begins(Step::Upload, bytes);
        let upload = Upload { to: self, object: &object, archive, watch };
        if bytes <= BUCKET_PART_BYTES {
            let body = upload.part(&mut file, 0)?;
            let put = PutObject::new(&self.place, Some(&self.credentials), &object);
            upload.send(&put, Method::PUT, body)?;
        } else {
            upload.in_parts(&mut file, bytes)?;
        }
        Ok(object)
    }

    fn signed<'b>(&self, action: &impl S3Action<'b>) -> String {
        let now = Timestamp::from_millisecond(self.clock.now().0).unwrap_or_default();
        action.sign_with_time(Duration::from_secs(SIGNED_S), &now).to_string()
    }
}

/// One file on its way.
struct Upload<'a> {
    to: &'a Bucket<'a>,
    object: &'a str,
    archive: &'a Path,
    watch: &'a dyn Watch,
}

impl Upload<'_> {
    /// Sends the file part by part; a failure takes back what arrived.
    fn in_parts(&self, file: &mut File, bytes: u64) -> Result<(), BackupError> {
        let (bucket, key) = (&self.to.place, Some(&self.to.credentials));
        let opening = CreateMultipartUpload::new(bucket, key, self.object);
        let answer = self.send(&opening, Method::POST, Vec::new())?;
        let text = String::from_utf8_lossy(&answer.body);
        let opened = CreateMultipartUpload::parse_response(&text)
            .map_err(|error| self.refused(format!("an answer that is none: {error}")))?;
        let id = opened.upload_id();
        let sent = self.all_parts(file, bytes, id);
        if sent.is_err() {
            let abort = AbortMultipartUpload::new(bucket, key, self.object, id);
            // The reason of the failure is worth more than that of the clean-up.
            let _ = self.send(&abort, Method::DELETE, Vec::new());
        }
        sent
    }

    fn all_parts(&self, file: &mut File, bytes: u64, id: &str) -> Result<(), BackupError> {
        let (bucket, key) = (&self.to.place, Some(&self.to.credentials));
        let mut tags = Vec::new();
        for number in 0..bytes.div_ceil(BUCKET_PART_BYTES) {
            let too_many = || self.refused(String::from("more parts than a bucket takes"));
            let ordinal = u16::try_from(number + 1).map_err(|_many| too_many())?;
            let body = self.part(file, number * BUCKET_PART_BYTES)?;
            let put = UploadPart::new(bucket, key, self.object, ordinal, id);
            let answer = self.send(&put, Method::PUT, body)?;
            let tag = answer.header("etag").map(str::to_owned);
            tags.push(tag.ok_or_else(|| self.refused(String::from("a part without a tag")))?);
        }
        let end = CompleteMultipartUpload::new(
            bucket,
            key,
            self.object,
            id,
            tags.iter().map(String::as_str),
        );
        let body = end.clone().body().into_bytes();
        let answer = self.send(&end, Method::POST, body)?;
        // The status comes before the bucket knows how it ends; the body says it.
        CompleteMultipartUploadResponse::parse(&String::from_utf8_lossy(&answer.body))
            .map(|_whole| ())
            .map_err(|_error| self.refused(said(&answer)))
    }

    fn part(&self, file: &mut File, from: u64) -> Result<Vec<u8>, BackupError> {
        let failed = |error| cannot("read", self.archive, error);
        let mut body = Vec::new();
        file.seek(SeekFrom::Start(from)).map_err(failed)?;
        file.take(BUCKET_PART_BYTES).read_to_end(&mut body).map_err(failed)?;
        Ok(body)
    }

    /// Signs and sends, again when the bucket is out of reach or has trouble.
    fn send<'b>(
        &self,
        action: &impl S3Action<'b>,
        method: Method,
        body: Vec<u8>,
    ) -> Result<Answer, BackupError> {
        let bytes = u64::try_from(body.len()).unwrap_or(u64::MAX);
        let mut call = Call::new(method, "");
        if body.is_empty() && call.method == Method::POST {
            // Without a length it would go in chunks, which no bucket takes.
            call = call.header("content-length", "0");
        }
        call.body = body;
        call.timeout = Duration::from_secs(BUCKET_CALL_TIMEOUT_S);
        let mut tries = 0;
        loop {
            if self.watch.is_stopped() {
                return Err(BackupError::Stopped);
            }
            tries += 1;
            call.url = self.to.signed(action);
            let outcome = self.to.outbound.call_blocking(&call);
            let may_pass = outcome.as_ref().map_or(true, |answer| answer.status >= 500);
            if may_pass && tries < BUCKET_TRIES_MAX {
                continue;
            }
            let answer = outcome?;
            if (200..300).contains(&answer.status) {
                self.watch.passed(Step::Upload, bytes);
                return Ok(answer);
            }
            return Err(self.refused(said(&answer)));
        }
    }

    fn refused(&self, why: String) -> BackupError {
        BackupError::Bucket { object: self.object.to_owned(), why }
    }
}

/// Returns status and code of a bucket's error; its text may repeat the signed address.
fn said(answer: &Answer) -> String {
    let text = String::from_utf8_lossy(&answer.body);
    let code = text.split_once("<Code>").and_then(|(_, rest)| rest.split_once("</Code>"));
    let code = code.map_or("no code", |(code, _)| code);
    format!("status {}, {code}", answer.status)
}
