-- Mail that is never lost: lanes, sealed tokens, quotas; what the account flows
-- and the waitlist's mails need beside it.

-- Account mails go before bulk mails (lane 0 before 1). A token that a mail
-- carries is sealed under a key made of auth.secret, and erased once it is sent.
ALTER TABLE outbox ADD COLUMN lane BIGINT NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN secret BYTEA;
ALTER TABLE outbox ADD COLUMN provider_id TEXT;
ALTER TABLE outbox ADD COLUMN finished_at BIGINT;
UPDATE outbox SET finished_at = COALESCE(sent_at, created_at) WHERE state IN ('sent', 'failed');
DROP INDEX outbox_due;
CREATE INDEX outbox_due ON outbox (lane, next_attempt_at, id)
    WHERE state IN ('pending', 'sending');
CREATE INDEX outbox_created_at ON outbox (created_at, id);
CREATE INDEX outbox_finished_at ON outbox (finished_at, id) WHERE finished_at IS NOT NULL;

-- Mails of the present hour: to one address, and under the empty name to everybody.
CREATE TABLE mail_quota (
    recipient TEXT NOT NULL PRIMARY KEY,
    window_started_at BIGINT NOT NULL,
    mails BIGINT NOT NULL
);
CREATE INDEX mail_quota_window ON mail_quota (window_started_at, recipient);
INSERT INTO mail_quota (recipient, window_started_at, mails) VALUES ('', 0, 0);

-- The language in which somebody is written to.
ALTER TABLE "user" ADD COLUMN locale TEXT;

-- A mailed token's row: what it is for is the identifier, its hash the value, and
-- whose it is the subject, so that its elder siblings die with it.
ALTER TABLE verification ADD COLUMN subject TEXT;
DROP INDEX verification_identifier;
CREATE INDEX verification_identifier ON verification (identifier, value);
CREATE INDEX verification_subject ON verification (subject, identifier);

-- Browsers in which somebody has signed in, by the hash of a signed cookie.
CREATE TABLE device (
    user_id TEXT NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    device_hash BYTEA NOT NULL,
    last_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, device_hash)
);

-- Whether a welcome is owed at joining; the mail worker walks over the sequence
-- and pays, from where the counter stands.
ALTER TABLE waitlist ADD COLUMN welcome BIGINT NOT NULL DEFAULT 0;
ALTER TABLE waitlist ADD COLUMN unsubscribed_at BIGINT;
INSERT INTO counter (name, value)
    SELECT 'waitlist_welcome', value FROM counter WHERE name = 'waitlist';
