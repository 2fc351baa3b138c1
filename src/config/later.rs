//! Sections of later versions: known, checked and documented from the start, so
//! that a file written for the whole product is never wrong here.

use super::key::{Key, Kind, Use};
use super::values::Values;
use crate::base::secret::Secret;

const fn later(path: &'static str, kind: Kind, default: &'static str) -> Key {
    Key { path, kind, default, use_: Use::Later }
}

const MISSED: Kind = Kind::Choice(&["run_once", "skip"]);

/// The keys of these sections.
pub const KEYS: &[Key] = &[
    later("backup.dir", Kind::Text, "\"backups\""),
    later("backup.keep_daily", Kind::Integer(0, 3650), "7"),
    later("backup.keep_weekly", Kind::Integer(0, 520), "4"),
    later("backup.recipient", Kind::Text, ""),
    later("backup.s3_url", Kind::Address, ""),
    later("backup.s3_access_key", Kind::Text, ""),
    later("backup.s3_secret_key", Kind::Secret, ""),
    later("backup.s3_region", Kind::Text, ""),
    later("uploads.url", Kind::Text, "\"uploads\""),
    later("audit.retention_days", Kind::Integer(0, 36500), "0"),
    later("social.*.client_id", Kind::Text, ""),
    later("social.*.client_secret", Kind::Secret, ""),
    later("social.*.issuer", Kind::Address, ""),
    later("social.*.authorization_url", Kind::Address, ""),
    later("social.*.token_url", Kind::Address, ""),
    later("social.*.userinfo_url", Kind::Address, ""),
    later("social.*.jwks_url", Kind::Address, ""),
    later("social.*.scopes", Kind::List, "[]"),
    later("social.*.token_auth", Kind::Choice(&["post", "basic"]), "\"post\""),
    Key { path: "cron.secret", kind: Kind::Secret, default: "", use_: Use::Later },
    later("cron.timezone", Kind::TimeZone, "\"Europe/Madrid\""),
    later("cron.ping_url", Kind::Address, ""),
    later("cron.*.schedule", Kind::Text, ""),
    later("cron.*.enabled", Kind::Flag, "true"),
    later("cron.*.missed", MISSED, "\"run_once\""),
    later("cron.*.deadline_s", Kind::Integer(1, 86_400), "3600"),
];

/// The tasks that a `[cron.NAME]` section may name.
pub const TASKS: [&str; 11] = [
    "job_alerts_daily",
    "job_alerts_weekly",
    "clean_sessions",
    "job_statistics",
    "weekly_reports",
    "archive_applications",
    "expire_jobs",
    "mail_outbox",
    "backup",
    "optimize",
    "waitlist_digest",
];

/// `[cron]`
#[derive(Clone, Debug)]
pub struct Cron {
    /// Opens `/api/cron`; `None` until `secrets::resolve` has made one.
    pub secret: Option<Secret<String>>,
}

impl Cron {
    pub(super) fn read(values: &Values) -> Self {
        Self { secret: values.text_or_none("cron.secret").map(Secret::new) }
    }
}
