//! An old server on PostgreSQL, with the types that Better Auth and Drizzle choose there.

use super::old::{COOKIE, HASH, SECRET, TOKEN};
use crate::support::Client;
use crate::support::Database;
use crate::support::database::Shared;
use crate::support::process::Place;
use crate::support::server::SITE;

fn url(database: &Database) -> String {
    let Database::Server(served) = database else { unreachable!() };
    served.url().to_owned()
}

fn place() -> Place {
    let mut place = Place::new();
    place.set("ANTESALA_AUTH__SECRET", SECRET);
    place
}

#[test]
fn better_auths_own_tables_on_postgres_come_over() {
    let Some(old) = Shared::new() else { return };
    let place = place();
    old.lend().execute(&format!(
        r#"CREATE TABLE "user" ("id" text not null primary key, "name" text not null, "email" text not null unique, "emailVerified" boolean not null, "image" text, "createdAt" timestamptz default CURRENT_TIMESTAMP not null, "updatedAt" timestamptz default CURRENT_TIMESTAMP not null, "role" text, "banned" boolean, "banReason" text, "banExpires" timestamptz, "twoFactorEnabled" boolean);
        CREATE TABLE "session" ("id" text not null primary key, "expiresAt" timestamptz not null, "token" text not null unique, "createdAt" timestamptz not null, "updatedAt" timestamptz not null, "ipAddress" text, "userAgent" text, "userId" text not null references "user" ("id") on delete cascade, "impersonatedBy" text);
        CREATE TABLE "account" ("id" text not null primary key, "accountId" text not null, "providerId" text not null, "userId" text not null references "user" ("id") on delete cascade, "accessToken" text, "refreshToken" text, "idToken" text, "accessTokenExpiresAt" timestamptz, "refreshTokenExpiresAt" timestamptz, "scope" text, "password" text, "createdAt" timestamptz not null, "updatedAt" timestamptz not null);
        CREATE TABLE "verification" ("id" text not null primary key, "identifier" text not null, "value" text not null, "expiresAt" timestamptz not null, "createdAt" timestamptz not null, "updatedAt" timestamptz not null);
        INSERT INTO "user" VALUES ('ana1', 'Ana', 'ana@ejemplo.es', true, NULL, '2026-01-01T01:00:00.120+01:00', now(), 'admin', false, NULL, NULL, false), ('eva1', 'Eva', 'eva@ejemplo.es', false, NULL, now(), now(), NULL, true, 'spam', NULL, NULL);
        INSERT INTO "user" SELECT 'n' || n, 'N', 'n' || n || '@ejemplo.es', false, NULL, now(), now() FROM generate_series(1, 1200) n;
        INSERT INTO "session" VALUES ('s1', now() + interval '1 day', '{TOKEN}', now(), now(), NULL, NULL, 'ana1', NULL);
        INSERT INTO "account" VALUES ('a1', 'ana1', 'credential', 'ana1', NULL, NULL, NULL, NULL, NULL, NULL, '{HASH}', now(), now());
        INSERT INTO "verification" VALUES ('v1', 'reset-password:abc', 'ana1', now() + interval '1 hour', now(), now());"#
    ));
    let from = url(&old.lend());
    let sum = place.ok(&["import", "better-auth", "--from", &from]);
    assert!(sum.contains("people: 1202 added, 0 already there, 0 refused"), "{sum}");
    assert!(sum.contains("verifications: 1 added"), "{sum}");
    let server = place.serve();
    let mut ana = Client::new(&server.base(), SITE);
    ana.put_cookie("better-auth.session_token", COOKIE);
    let user = &ana.get("/api/auth/get-session").json()["user"];
    assert_eq!((user["id"].as_str(), user["role"].as_str()), (Some("ana1"), Some("admin")));
    assert_eq!(user["createdAt"], "2026-01-01T00:00:00.120Z");
    assert_eq!(place.database().text(r#"SELECT banned FROM "user" WHERE id = 'eva1'"#), "1");
    let again = place.ok(&["import", "better-auth", "--from", &from]);
    assert!(again.contains("nothing was changed"), "{again}");
}

#[test]
fn drizzles_tables_on_postgres_come_over() {
    let Some(old) = Shared::new() else { return };
    let place = place();
    old.lend().execute(&format!(
        "CREATE TABLE users (id uuid primary key, name text, email varchar(255), email_verified boolean, created_at timestamp, updated_at timestamp);
        CREATE TABLE sessions (id uuid primary key, expires_at timestamp, token text, user_id uuid);
        CREATE TABLE accounts (id uuid primary key, account_id text, provider_id text, user_id uuid, password text);
        INSERT INTO users VALUES ('9f0c6a2e-0000-4000-8000-000000000001', 'Ana', 'ana@ejemplo.es', true, '2026-01-01 00:00:00.12', now());
        INSERT INTO sessions VALUES ('9f0c6a2e-0000-4000-8000-000000000002', '2999-01-01', '{TOKEN}', '9f0c6a2e-0000-4000-8000-000000000001');
        INSERT INTO sessions VALUES ('9f0c6a2e-0000-4000-8000-000000000003', '2999-01-01', 'x', '9f0c6a2e-0000-4000-8000-00000000000f');
        INSERT INTO accounts VALUES ('9f0c6a2e-0000-4000-8000-000000000004', '9f0c6a2e-0000-4000-8000-000000000001', 'credential', '9f0c6a2e-0000-4000-8000-000000000001', '{HASH}')"
    ));
    let told = place.fails(&["import", "better-auth", "--from", &url(&old.lend())], 1);
    let orphan = "refused session 9f0c6a2e-0000-4000-8000-000000000003: belongs to nobody";
    assert!(told.contains(orphan), "{told}");
    let server = place.serve();
    let mut ana = Client::new(&server.base(), SITE);
    ana.put_cookie("better-auth.session_token", COOKIE);
    let user = &ana.get("/api/auth/get-session").json()["user"];
    assert_eq!(user["id"], "9f0c6a2e-0000-4000-8000-000000000001");
    assert_eq!(user["createdAt"], "2026-01-01T00:00:00.120Z");
    assert_eq!(place.database().count("account"), 1);
}
