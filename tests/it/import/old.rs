//! The database of an old server, with the tables that Better Auth 1.7.25 makes and rows
//! as it writes them.

use std::path::PathBuf;

use antesala::base::clock::{Clock, Millis};
use rusqlite::Connection;

use crate::support::process::Place;

/// The secret with which the old server signed.
pub const SECRET: &str = "reference-secret-reference-secret-0123456789";

/// A token that Better Auth drew, and the cookie that it set for it.
pub const TOKEN: &str = "U8bgQWZrsuF00oxYRcq23WIZgXFiStVQ";
pub const COOKIE: &str =
    "U8bgQWZrsuF00oxYRcq23WIZgXFiStVQ.8pEN40EGtA0niq7y3WccXxEUnxqItmcJNyZGtn%2Btdc0%3D";

/// What Better Auth stored for the password that all tests use.
pub const HASH: &str = "ee821cb0a7fb6b9099bca612c7feac15:8bd7c689c533c4b9587bde6410926e3580ffa4b7efbe654cd42e212a8c5178362bfb241407211a49ba55d136626422a81eb3d10d0837533ce23ef2676f277586";

/// As its migrations write it for SQLite, with the plugins username, admin, two-factor
/// and anonymous; the table of passkeys is shortened.
const SCHEMA: &str = r#"
CREATE TABLE "user" ("id" text not null primary key, "name" text not null, "email" text not null unique, "emailVerified" integer not null, "image" text, "createdAt" date not null, "updatedAt" date not null, "username" text unique, "displayUsername" text, "role" text, "banned" integer, "banReason" text, "banExpires" date, "twoFactorEnabled" integer, "isAnonymous" integer);
CREATE TABLE "session" ("id" text not null primary key, "expiresAt" date not null, "token" text not null unique, "createdAt" date not null, "updatedAt" date not null, "ipAddress" text, "userAgent" text, "userId" text not null references "user" ("id") on delete cascade, "impersonatedBy" text, "activeOrganizationId" text);
CREATE TABLE "account" ("id" text not null primary key, "accountId" text not null, "providerId" text not null, "userId" text not null references "user" ("id") on delete cascade, "accessToken" text, "refreshToken" text, "idToken" text, "accessTokenExpiresAt" date, "refreshTokenExpiresAt" date, "scope" text, "password" text, "createdAt" date not null, "updatedAt" date not null);
CREATE TABLE "verification" ("id" text not null primary key, "identifier" text not null, "value" text not null, "expiresAt" date not null, "createdAt" date not null, "updatedAt" date not null);
CREATE TABLE "passkey" ("id" text not null primary key, "publicKey" text not null, "userId" text not null);
CREATE INDEX "session_userId_idx" on "session" ("userId");
CREATE INDEX "account_userId_idx" on "account" ("userId");
CREATE INDEX "verification_identifier_idx" on "verification" ("identifier");
"#;

/// The old database.
pub struct Old {
    connection: Connection,
    path: PathBuf,
}

/// A moment so many seconds from now, as Better Auth writes it.
pub fn in_s(seconds: i64) -> String {
    Clock::System.now().plus_s(seconds).iso()
}

/// When everybody in it signed up.
pub const SIGNED_UP: Millis = Millis(1_767_225_600_120);

impl Old {
    /// Makes one with nobody in it, in the folder of `place`.
    pub fn new(place: &Place) -> Self {
        let path = place.path("old.db");
        let connection = Connection::open(&path).unwrap();
        connection.execute_batch(SCHEMA).unwrap();
        // Better Auth does not switch foreign keys on: that is how orphans come about.
        connection.pragma_update(None, "foreign_keys", false).unwrap();
        Self { connection, path }
    }

    pub fn execute(&self, sql: &str) {
        self.connection.execute_batch(sql).unwrap();
    }

    pub fn bytes(&self) -> Vec<u8> {
        std::fs::read(&self.path).unwrap()
    }

    /// Adds a person as a sign-up with the plugins leaves one.
    pub fn person(&self, id: &str, email: &str) {
        let at = SIGNED_UP.iso();
        let sql = r#"INSERT INTO "user" (id, name, email, emailVerified, createdAt, updatedAt,
                role, banned, twoFactorEnabled, isAnonymous)
            VALUES (?1, 'Ana', ?2, 0, ?3, ?3, 'user', 0, 0, 0)"#;
        self.connection.execute(sql, [id, email, &at]).unwrap();
    }

    /// Changes a column of a person.
    pub fn set(&self, id: &str, column: &str, value: impl rusqlite::ToSql) {
        let sql = format!(r#"UPDATE "user" SET "{column}" = ?1 WHERE id = ?2"#);
        self.connection.execute(&sql, rusqlite::params![value, id]).unwrap();
    }

    /// Gives a person a password.
    pub fn password(&self, user_id: &str, hash: &str) {
        let at = SIGNED_UP.iso();
        let sql = "INSERT INTO account (id, accountId, providerId, userId, password, createdAt,
                updatedAt)
            VALUES ('acc-' || ?1, ?1, 'credential', ?1, ?2, ?3, ?3)";
        self.connection.execute(sql, [user_id, hash, &at]).unwrap();
    }

    /// Links a person to somebody at a provider.
    pub fn link(&self, user_id: &str, account_id: &str) {
        let at = SIGNED_UP.iso();
        let sql = "INSERT INTO account (id, accountId, providerId, userId, accessToken,
                refreshToken, scope, createdAt, updatedAt)
            VALUES ('link-' || ?1, ?2, 'google', ?1, 'ya29.secret', '1//secret', 'openid,email',
                ?3, ?3)";
        self.connection.execute(sql, [user_id, account_id, &at]).unwrap();
    }

    /// Signs a person in; the session's id shows the first ten letters of the token.
    pub fn session(&self, user_id: &str, token: &str, expires_at: impl rusqlite::ToSql) {
        let sql = "INSERT INTO session (id, expiresAt, token, createdAt, updatedAt, ipAddress,
                userAgent, userId)
            VALUES ('ses-' || substr(?2, 1, 10), ?3, ?2, ?4, ?4, '203.0.113.9', 'Navegador', ?1)";
        let values = rusqlite::params![user_id, token, expires_at, in_s(-3_600)];
        self.connection.execute(sql, values).unwrap();
    }

    /// Adds a one-time value.
    pub fn verification(&self, identifier: &str, value: &str, expires_at: &str) {
        let sql = "INSERT INTO verification (id, identifier, value, expiresAt, createdAt,
                updatedAt)
            SELECT 'ver-' || count(*), ?1, ?2, ?3, ?4, ?4 FROM verification";
        let values = [identifier, value, expires_at, &in_s(-60)];
        self.connection.execute(sql, values).unwrap();
    }

    /// Adds so many people with a password and a session each.
    pub fn crowd(&self, people: u32) {
        let (at, until) = (SIGNED_UP.iso(), in_s(86_400));
        self.execute(&format!(
            r#"BEGIN;
            CREATE TEMP TABLE n AS WITH RECURSIVE n(i) AS
                (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {people})
                SELECT i, 'crowd' || substr('0000000' || i, -7) AS id FROM n;
            INSERT INTO "user" (id, name, email, emailVerified, createdAt, updatedAt, role)
                SELECT id, 'Ana', id || '@ejemplo.es', 1, '{at}', '{at}', 'user' FROM n;
            INSERT INTO account (id, accountId, providerId, userId, password, createdAt, updatedAt)
                SELECT 'a' || id, id, 'credential', id, '{HASH}', '{at}', '{at}' FROM n;
            INSERT INTO session (id, expiresAt, token, createdAt, updatedAt, userId)
                SELECT 's' || id, '{until}', 'token' || id, '{at}', '{at}', id FROM n;
            DROP TABLE n; COMMIT"#
        ));
    }
}
