//! `[backup]`: where archives go, how many stay, who can read them.

use std::path::PathBuf;

use super::key::{Key, Kind, Use};
use super::values::Values;
use crate::base::secret::Secret;

const fn now(path: &'static str, kind: Kind, default: &'static str) -> Key {
    Key { path, kind, default, use_: Use::Now }
}

/// The keys of the section.
pub const KEYS: &[Key] = &[
    now("backup.dir", Kind::Text, "\"backups\""),
    now("backup.keep_daily", Kind::Integer(0, 3650), "7"),
    now("backup.keep_weekly", Kind::Integer(0, 520), "4"),
    now("backup.recipient", Kind::Recipient, ""),
    now("backup.s3_url", Kind::Address, ""),
    now("backup.s3_access_key", Kind::Text, ""),
    now("backup.s3_secret_key", Kind::Secret, ""),
    now("backup.s3_region", Kind::Text, "\"us-east-1\""),
    now("backup.plaintext_to_s3", Kind::Flag, "false"),
];

/// `[backup]`
#[derive(Clone, Debug)]
pub struct Backup {
    /// Folder of the archives, relative to the data directory.
    pub dir: PathBuf,
    /// Days of which the newest archive stays.
    pub keep_daily: usize,
    /// Weeks of which the newest archive stays.
    pub keep_weekly: usize,
    /// An age recipient, `age1…`; `None`: archives are not encrypted.
    pub recipient: Option<String>,
    /// Where a copy of each archive goes.
    pub s3: Option<S3>,
}

/// A bucket that speaks Amazon's S3.
#[derive(Clone, Debug)]
pub struct S3 {
    /// `https://host/bucket`, or `https://host/bucket/folder`.
    pub url: String,
    /// Who writes.
    pub access_key: String,
    /// What proves it.
    pub secret_key: Secret<String>,
    /// The region that requests are signed for.
    pub region: String,
    /// Whether archives that anybody can read may go there.
    pub takes_plaintext: bool,
}

impl Backup {
    pub(super) fn read(values: &Values) -> Self {
        Self {
            dir: PathBuf::from(values.text("backup.dir")),
            keep_daily: values.count("backup.keep_daily"),
            keep_weekly: values.count("backup.keep_weekly"),
            recipient: values.text_or_none("backup.recipient"),
            s3: values.text_or_none("backup.s3_url").map(|url| S3 {
                url,
                access_key: values.text("backup.s3_access_key"),
                secret_key: Secret::new(values.text("backup.s3_secret_key")),
                region: values.text("backup.s3_region"),
                takes_plaintext: values.flag("backup.plaintext_to_s3"),
            }),
        }
    }
}
