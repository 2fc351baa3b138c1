-- Fairness of the mail hour, notices that no other mail holds back, and claims that
-- say whose they are.

-- What caused a mail: a keyed hash of the client's address and of the person, and the
-- campaign's name. Claims name their instance.
ALTER TABLE outbox ADD COLUMN client_key TEXT;
ALTER TABLE outbox ADD COLUMN person_key TEXT;
ALTER TABLE outbox ADD COLUMN campaign TEXT;
ALTER TABLE outbox ADD COLUMN claimed_by TEXT;
UPDATE outbox SET claimed_by = '' WHERE state = 'sending';
ALTER TABLE lease ADD COLUMN instance TEXT NOT NULL DEFAULT '';

-- Four lanes where there were two: asked for just now, notices, transactional, bulk.
UPDATE outbox SET lane = CASE
    WHEN kind IN ('password-changed', 'email-changed', 'new-device') THEN 1
    WHEN kind IN ('organization-invite', 'application-received', 'application-status',
        'new-message') THEN 2
    WHEN lane = 1 THEN 3
    ELSE 0 END;
CREATE INDEX outbox_claimed_by ON outbox (claimed_by) WHERE state = 'sending';
CREATE INDEX outbox_campaign ON outbox (campaign, next_attempt_at)
    WHERE campaign IS NOT NULL AND state IN ('pending', 'sending');

-- Each cause's share of the hour: the hour that is being filled, which lies ahead while
-- more waits than one hour's share, and how many of its mails are given out.
CREATE TABLE mail_share (
    cause TEXT NOT NULL PRIMARY KEY,
    hour_began_at BIGINT NOT NULL,
    mails BIGINT NOT NULL
);
CREATE INDEX mail_share_hour ON mail_share (hour_began_at, cause);

-- Notices of the present hour by address and kind.
CREATE TABLE mail_notice (
    recipient TEXT NOT NULL,
    kind TEXT NOT NULL,
    window_started_at BIGINT NOT NULL,
    mails BIGINT NOT NULL,
    PRIMARY KEY (recipient, kind)
);
CREATE INDEX mail_notice_window ON mail_notice (window_started_at, recipient, kind);
