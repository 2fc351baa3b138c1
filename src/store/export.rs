//! Everything that names a person, table by table, for their own copy of it.
//!
//! What opens something (hashes of passwords and tokens, grants of providers) is left
//! out. A page begins after the last key of the one before; the first after "".
//! A test derives from the schema which tables and columns must stand here.

use super::{FromRow, Row, Sql, Statement, StoreError, Value};

/// What a column holds, for its reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text or a number, as it is.
    Plain,
    /// A moment.
    Moment,
    /// A yes or no.
    Flag,
    /// JSON as text.
    Json,
}

/// A part of the copy.
#[derive(Debug)]
pub struct Part {
    /// Its name in the copy.
    pub name: &'static str,
    /// The table that it is of.
    pub table: &'static str,
    /// The column that names the person.
    pub person: &'static str,
    /// Its columns after the key, in the order of the statement.
    pub columns: &'static [(&'static str, Kind)],
    sql: Sql,
}

impl Part {
    /// Lists rows after a key. Indexes: those of the columns that name the person.
    #[must_use]
    pub fn page(&'static self, user_id: &str, after: &str, limit: i64) -> Statement {
        self.sql.bind([user_id.into(), after.into(), limit.into()])
    }
}

/// A row of a part.
#[derive(Debug)]
pub struct ExportRow {
    /// Where the row stands in its order.
    pub key: String,
    /// Its columns.
    pub values: Vec<Value>,
}

impl FromRow for ExportRow {
    fn from_row(row: &mut Row<'_>) -> Result<Self, StoreError> {
        Ok(Self { key: row.text()?, values: row.rest()? })
    }
}

macro_rules! part {
    ($name:literal, $table:literal, $person:literal, $key:literal, $where:literal,
        [$($column:literal $kind:ident),+ $(,)?]) => {
        Part {
            name: $name,
            table: $table,
            person: $person,
            columns: &[$(($column, Kind::$kind)),+],
            sql: Sql::new(
                concat!("export.", $name),
                concat!("SELECT ", $key, $(", ", $column),+, " FROM \"", $table, "\" WHERE ",
                    $where, " AND ", $key, " > ?2 ORDER BY ", $key, " LIMIT ?3"),
            ),
        }
    };
}

/// Every part, in the order of the copy.
pub static PARTS: [Part; 31] = [
    part!("user", "user", "id", "id", "id = ?1", [
        "id" Plain, "name" Plain, "email" Plain, "email_verified" Flag, "image" Plain,
        "role" Plain, "banned" Flag, "ban_reason" Plain, "ban_expires_at" Moment,
        "is_active" Flag, "locale" Plain, "type" Plain, "profession" Plain,
        "organization_id" Plain, "created_at" Moment, "updated_at" Moment,
    ]),
    part!("account", "account", "user_id", "id", "user_id = ?1", [
        "id" Plain, "account_id" Plain, "provider_id" Plain, "issuer" Plain, "scope" Plain,
        "access_token_expires_at" Moment, "refresh_token_expires_at" Moment,
        "created_at" Moment, "updated_at" Moment,
    ]),
    part!("session", "session", "user_id", "id", "user_id = ?1", [
        "id" Plain, "ip_address" Plain, "user_agent" Plain, "expires_at" Moment,
        "created_at" Moment, "updated_at" Moment,
    ]),
    part!("impersonation", "session", "impersonated_by", "id", "impersonated_by = ?1", [
        "id" Plain, "user_id" Plain, "created_at" Moment, "expires_at" Moment,
    ]),
    part!("signInAddress", "sign_in_address", "user_id", "address", "user_id = ?1", [
        "address" Plain, "last_at" Moment,
    ]),
    // Its key is a hash of bytes; there are few, and one page holds them.
    part!("device", "device", "user_id", "CAST(last_at AS TEXT)", "user_id = ?1", ["last_at" Moment]),
    part!("mail", "outbox", "user_id", "id", "user_id = ?1", [
        "id" Plain, "kind" Plain, "recipient" Plain, "locale" Plain, "params" Json,
        "state" Plain, "created_at" Moment, "sent_at" Moment,
    ]),
    part!("mailToAddress", "outbox", "recipient", "id",
        "recipient = (SELECT u.email FROM \"user\" u WHERE u.id = ?1) AND user_id IS NULL", [
        "id" Plain, "kind" Plain, "recipient" Plain, "locale" Plain, "params" Json,
        "state" Plain, "created_at" Moment, "sent_at" Moment,
    ]),
    part!("mailRefusal", "mail_refusal", "user_id", "kind", "user_id = ?1", [
        "kind" Plain, "created_at" Moment,
    ]),
    part!("waitlist", "waitlist", "email", "id",
        "email = (SELECT u.email FROM \"user\" u WHERE u.id = ?1)", [
        "id" Plain, "email" Plain, "role" Plain, "name" Plain, "field" Plain,
        "company" Plain, "source" Plain, "referred_by" Plain, "sequence" Plain,
        "referrals" Plain, "locale" Plain, "created_at" Moment, "confirmed_at" Moment,
        "invited_at" Moment, "unsubscribed_at" Moment,
    ]),
    part!("audit", "audit", "actor_id", "id", "actor_id = ?1", [
        "id" Plain, "at" Moment, "act" Plain, "target_id" Plain, "ip_address" Plain,
        "user_agent" Plain, "detail" Json,
    ]),
    // Without the address of whoever did it: that is theirs.
    part!("auditAbout", "audit", "target_id", "id",
        "target_id = ?1 AND actor_id IS DISTINCT FROM ?1", [
        "id" Plain, "at" Moment, "act" Plain, "actor_id" Plain, "detail" Json,
    ]),
    part!("member", "member", "user_id", "id", "user_id = ?1", [
        "id" Plain, "organization_id" Plain, "role" Plain, "created_at" Moment,
    ]),
    part!("invitation", "invitation", "email", "id",
        "email = (SELECT u.email FROM \"user\" u WHERE u.id = ?1)", [
        "id" Plain, "organization_id" Plain, "email" Plain, "role" Plain, "status" Plain,
        "created_at" Moment, "expires_at" Moment,
    ]),
    part!("invitationSent", "invitation", "inviter_id", "id", "inviter_id = ?1", [
        "id" Plain, "organization_id" Plain, "role" Plain, "status" Plain,
        "created_at" Moment, "expires_at" Moment,
    ]),
    part!("profile", "profile", "user_id", "user_id", "user_id = ?1", [
        "headline" Plain, "bio" Plain, "field" Plain, "level" Plain, "orcid" Plain,
        "location" Plain, "phone" Plain, "skills" Json, "languages" Json, "links" Json,
        "availability" Plain, "visibility" Plain, "cv_name" Plain, "cv_size_bytes" Plain,
        "cv_digest" Plain, "cv_uploaded_at" Moment, "avatar_digest" Plain,
        "created_at" Moment, "updated_at" Moment,
    ]),
    part!("profileStation", "profile_station", "user_id", "id", "user_id = ?1", [
        "id" Plain, "section" Plain, "title" Plain, "institution" Plain, "start_date" Plain,
        "end_date" Plain, "description" Plain, "created_at" Moment, "updated_at" Moment,
    ]),
    part!("publication", "publication", "user_id", "id", "user_id = ?1", [
        "id" Plain, "title" Plain, "venue" Plain, "year" Plain, "doi" Plain,
        "created_at" Moment, "updated_at" Moment,
    ]),
    part!("alert", "alert", "user_id", "id", "user_id = ?1", [
        "id" Plain, "name" Plain, "query" Json, "frequency" Plain, "is_active" Flag,
        "begun_at" Moment, "told_to" Moment, "last_sent_at" Moment, "created_at" Moment,
        "updated_at" Moment,
    ]),
    part!("application", "application", "candidate_id", "id", "candidate_id = ?1", [
        "id" Plain, "job_id" Plain, "organization_id" Plain, "cover_letter" Plain,
        "salary_min" Plain, "salary_max" Plain, "salary_currency" Plain,
        "availability_date" Plain, "answers" Json, "cv_name" Plain, "cv_size_bytes" Plain,
        "cv_digest" Plain, "status" Plain, "viewed_at" Moment, "archived_at" Moment,
        "erased_at" Moment, "created_at" Moment, "updated_at" Moment,
    ]),
    // What an organisation notes is its own; that something happened is not.
    part!("applicationEventAbout", "application_event", "application_id", "id",
        "application_id IN (SELECT a.id FROM application a WHERE a.candidate_id = ?1)", [
        "id" Plain, "application_id" Plain, "from_status" Plain, "to_status" Plain,
        "created_at" Moment,
    ]),
    part!("applicationEvent", "application_event", "actor_id", "id", "actor_id = ?1", [
        "id" Plain, "application_id" Plain, "from_status" Plain, "to_status" Plain,
        "note" Plain, "created_at" Moment,
    ]),
    part!("applicationNote", "application_note", "author_id", "id", "author_id = ?1", [
        "id" Plain, "application_id" Plain, "content" Plain, "created_at" Moment,
    ]),
    part!("savedJob", "saved_job", "user_id", "job_id", "user_id = ?1", ["job_id" Plain, "saved_at" Moment]),
    part!("conversation", "conversation", "candidate_id", "id", "candidate_id = ?1", [
        "id" Plain, "application_id" Plain, "job_id" Plain, "organization_id" Plain,
        "created_at" Moment, "updated_at" Moment,
    ]),
    part!("message", "message", "sender_id", "id", "sender_id = ?1", [
        "id" Plain, "conversation_id" Plain, "side" Plain, "content" Plain,
        "created_at" Moment,
    ]),
    part!("messageReceived", "message", "conversation_id", "id",
        "conversation_id IN (SELECT c.id FROM conversation c WHERE c.candidate_id = ?1) \
        AND sender_id IS DISTINCT FROM ?1", [
        "id" Plain, "conversation_id" Plain, "side" Plain, "content" Plain,
        "created_at" Moment,
    ]),
    part!("notification", "notification", "user_id", "id", "user_id = ?1", [
        "id" Plain, "kind" Plain, "params" Json, "created_at" Moment, "read_at" Moment,
    ]),
    part!("idempotencyKey", "idempotency_key", "user_id", "endpoint || ' ' || key",
        "user_id = ?1", ["endpoint" Plain, "status" Plain, "expires_at" Moment]),
    part!("fileOfProfile", "file", "digest", "digest",
        "digest IN (SELECT p.cv_digest FROM profile p WHERE p.user_id = ?1 \
        UNION SELECT p.avatar_digest FROM profile p WHERE p.user_id = ?1)", [
        "digest" Plain, "media_type" Plain, "size_bytes" Plain, "touched_at" Moment,
    ]),
    part!("fileOfApplication", "file", "digest", "digest",
        "digest IN (SELECT a.cv_digest FROM application a WHERE a.candidate_id = ?1)", [
        "digest" Plain, "media_type" Plain, "size_bytes" Plain, "touched_at" Moment,
    ]),
];

/// Every statement of this file, for the tests that prepare them all.
#[must_use]
pub fn all() -> Vec<&'static Sql> {
    PARTS.iter().map(|part| &part.sql).collect()
}
