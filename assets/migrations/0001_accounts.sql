-- Accounts, sessions and one-time values. Table names are Better Auth's.
-- Times are Unix milliseconds, booleans 0 or 1.

CREATE TABLE "user" (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    email_verified BIGINT NOT NULL,
    image TEXT,
    role TEXT NOT NULL,
    is_admin BIGINT NOT NULL,
    banned BIGINT NOT NULL,
    ban_reason TEXT,
    ban_expires_at BIGINT,
    is_active BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX user_email ON "user" (email);
CREATE INDEX user_created_at ON "user" (created_at, id);
CREATE INDEX user_is_admin ON "user" (is_admin) WHERE is_admin = 1;

CREATE TABLE session (
    id TEXT NOT NULL PRIMARY KEY,
    token_hash BYTEA NOT NULL,
    user_id TEXT NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    ip_address TEXT NOT NULL,
    user_agent TEXT NOT NULL
);
CREATE UNIQUE INDEX session_token_hash ON session (token_hash);
CREATE INDEX session_user_id ON session (user_id, created_at, id);
CREATE INDEX session_expires_at ON session (expires_at);

-- The password row has provider_id 'credential' and account_id = user_id.
-- A provider's person is known by (issuer, account_id) as well as by provider.
CREATE TABLE account (
    id TEXT NOT NULL PRIMARY KEY,
    account_id TEXT NOT NULL,
    provider_id TEXT NOT NULL,
    issuer TEXT,
    user_id TEXT NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    access_token TEXT,
    refresh_token TEXT,
    id_token TEXT,
    access_token_expires_at BIGINT,
    refresh_token_expires_at BIGINT,
    scope TEXT,
    password TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX account_provider ON account (provider_id, account_id);
CREATE UNIQUE INDEX account_issuer ON account (issuer, account_id) WHERE issuer IS NOT NULL;
CREATE INDEX account_user_id ON account (user_id, provider_id);

-- One-time values, looked up by what they are for; secrets in them are hashes.
CREATE TABLE verification (
    id TEXT NOT NULL PRIMARY KEY,
    identifier TEXT NOT NULL,
    value TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX verification_identifier ON verification (identifier);
CREATE INDEX verification_expires_at ON verification (expires_at);

-- Addresses from which somebody has signed in: under a brute-force attack from
-- many addresses, these are let in at once and the others wait.
CREATE TABLE sign_in_address (
    user_id TEXT NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    address TEXT NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, address)
);
