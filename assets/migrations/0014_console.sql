-- What the administrator's console asks of the job board and of mails.

-- An offer is published once in its life; every state that comes after keeps the moment.
CREATE INDEX job_ever_published ON job (published_at) WHERE published_at IS NOT NULL;
-- Mails that did not go are few, and what is looked for.
CREATE INDEX outbox_unsent ON outbox (created_at, id) WHERE state IN ('failed', 'suppressed');
