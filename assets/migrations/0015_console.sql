-- What the administrator's console asks of the job board and of mails.

-- An offer is published once in its life; every state that comes after keeps the moment.
CREATE INDEX job_ever_published ON job (published_at) WHERE published_at IS NOT NULL;
-- Mails that did not go are few, and what is looked for.
CREATE INDEX outbox_unsent ON outbox (created_at, id) WHERE state IN ('failed', 'suppressed');

-- Whether the operator has closed the site for a while. One row, changed and never deleted.
CREATE TABLE maintenance (
    id TEXT NOT NULL PRIMARY KEY,
    is_on BIGINT NOT NULL,
    began_at BIGINT,
    ends_at BIGINT
);
INSERT INTO maintenance (id, is_on) VALUES ('site', 0);
