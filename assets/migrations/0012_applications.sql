-- Applications, and what grows around them: what is said, read, told and counted.

-- One of a person and offer. The organisation repeats the offer's: the owner is compared
-- without a join. The CV is the file as it was then. Ended: it was decided, or its offer
-- is over; being put away and erased count from there. Erased: letter, answers, CV, notes
-- and messages are gone, the row stays for the counts.
CREATE TABLE application (
    id TEXT NOT NULL PRIMARY KEY,
    job_id TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    organization_id TEXT NOT NULL,
    candidate_id TEXT NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    cover_letter TEXT,
    salary_min BIGINT,
    salary_max BIGINT,
    salary_currency TEXT,
    availability_date TEXT,
    answers TEXT NOT NULL,
    cv_digest TEXT,
    cv_name TEXT,
    cv_size_bytes BIGINT,
    status TEXT NOT NULL,
    viewed_at BIGINT,
    answered_at BIGINT,
    ended_at BIGINT,
    archived_at BIGINT,
    erased_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX application_job_id_candidate_id ON application (job_id, candidate_id);
CREATE INDEX application_candidate_id ON application (candidate_id, created_at, id);
CREATE INDEX application_job_id ON application (job_id, created_at, id);
CREATE INDEX application_organization_id ON application (organization_id, created_at, id);
CREATE INDEX application_created_at ON application (created_at, id);
CREATE INDEX application_cv_digest ON application (cv_digest) WHERE cv_digest IS NOT NULL;
CREATE INDEX application_to_archive ON application (ended_at, id)
    WHERE archived_at IS NULL AND ended_at IS NOT NULL;
CREATE INDEX application_to_erase ON application (ended_at, id)
    WHERE erased_at IS NULL AND archived_at IS NOT NULL;

CREATE INDEX job_closed_at ON job (closed_at, id) WHERE status = 'cerrada';
CREATE INDEX job_lapsed_at ON job (expires_at, id) WHERE status = 'caducada';

-- Every step of an application. The note is the organisation's own.
CREATE TABLE application_event (
    id TEXT NOT NULL PRIMARY KEY,
    application_id TEXT NOT NULL REFERENCES application (id) ON DELETE CASCADE,
    from_status TEXT NOT NULL,
    to_status TEXT NOT NULL,
    actor_id TEXT REFERENCES "user" (id) ON DELETE SET NULL,
    note TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX application_event_application_id
    ON application_event (application_id, created_at, id);
CREATE INDEX application_event_actor_id ON application_event (actor_id);

-- What an organisation writes down about an application, for itself.
CREATE TABLE application_note (
    id TEXT NOT NULL PRIMARY KEY,
    application_id TEXT NOT NULL REFERENCES application (id) ON DELETE CASCADE,
    author_id TEXT REFERENCES "user" (id) ON DELETE SET NULL,
    content TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX application_note_application_id ON application_note (application_id, created_at, id);
CREATE INDEX application_note_author_id ON application_note (author_id);

-- Applications of which an offer's organisation has not been told by mail: how many, and
-- when the mail is to go. The row is written with the application; the mail worker pays.
CREATE TABLE application_tally (
    job_id TEXT NOT NULL PRIMARY KEY REFERENCES job (id) ON DELETE CASCADE,
    organization_id TEXT NOT NULL,
    untold BIGINT NOT NULL,
    mail_at BIGINT,
    mailed_at BIGINT
);
CREATE INDEX application_tally_mail_at ON application_tally (mail_at, job_id)
    WHERE mail_at IS NOT NULL;

-- One an application, between two sides: its candidate and its organisation, whose
-- members read as one. What a side has read and not read is counted here, so that no
-- list has to count messages. The mail's moment is set by the first unread message.
CREATE TABLE conversation (
    id TEXT NOT NULL PRIMARY KEY,
    application_id TEXT NOT NULL REFERENCES application (id) ON DELETE CASCADE,
    job_id TEXT NOT NULL,
    organization_id TEXT NOT NULL,
    candidate_id TEXT NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    last_sequence BIGINT NOT NULL,
    candidate_unread BIGINT NOT NULL DEFAULT 0,
    candidate_read_to BIGINT NOT NULL DEFAULT 0,
    candidate_read_sequence BIGINT NOT NULL DEFAULT 0,
    candidate_read_at BIGINT,
    candidate_mail_at BIGINT,
    candidate_mailed_at BIGINT,
    organization_unread BIGINT NOT NULL DEFAULT 0,
    organization_read_to BIGINT NOT NULL DEFAULT 0,
    organization_read_sequence BIGINT NOT NULL DEFAULT 0,
    organization_read_at BIGINT,
    organization_mail_at BIGINT,
    organization_mailed_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX conversation_application_id ON conversation (application_id);
CREATE INDEX conversation_candidate_id ON conversation (candidate_id, last_sequence, id);
CREATE INDEX conversation_organization_id ON conversation (organization_id, last_sequence, id);
CREATE INDEX conversation_organization_unread ON conversation (organization_id)
    WHERE organization_unread > 0;
CREATE INDEX conversation_candidate_read ON conversation (candidate_read_sequence)
    WHERE candidate_read_sequence > 0;
CREATE INDEX conversation_organization_read ON conversation (organization_read_sequence)
    WHERE organization_read_sequence > 0;
CREATE INDEX conversation_candidate_mail_at ON conversation (candidate_mail_at, id)
    WHERE candidate_mail_at IS NOT NULL;
CREATE INDEX conversation_organization_mail_at ON conversation (organization_mail_at, id)
    WHERE organization_mail_at IS NOT NULL;

-- The sequence of messages and reading marks is one, taken from the counter's row, which
-- the transaction holds to its end: they become visible in the order of their numbers, and
-- whoever has seen one number has seen every smaller one.
CREATE TABLE message (
    id TEXT NOT NULL PRIMARY KEY,
    conversation_id TEXT NOT NULL REFERENCES conversation (id) ON DELETE CASCADE,
    sequence BIGINT NOT NULL,
    side TEXT NOT NULL,
    sender_id TEXT REFERENCES "user" (id) ON DELETE SET NULL,
    content TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX message_sequence ON message (sequence);
CREATE INDEX message_conversation_id ON message (conversation_id, sequence);
CREATE INDEX message_sender_id ON message (sender_id);
INSERT INTO counter (name, value) VALUES ('message', 0);

-- What somebody is told inside the site.
CREATE TABLE notification (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    params TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    read_at BIGINT
);
CREATE INDEX notification_user_id ON notification (user_id, created_at, id);
CREATE INDEX notification_unread ON notification (user_id, created_at, id)
    WHERE read_at IS NULL;
CREATE INDEX notification_created_at ON notification (created_at, id);

-- A row an offer and day of the site's time zone, written anew from what it counts.
CREATE TABLE job_statistic (
    job_id TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    day TEXT NOT NULL,
    organization_id TEXT NOT NULL,
    views BIGINT NOT NULL,
    unique_views BIGINT NOT NULL,
    applications BIGINT NOT NULL,
    PRIMARY KEY (job_id, day)
);
CREATE INDEX job_statistic_organization_id ON job_statistic (organization_id, day);
CREATE INDEX job_statistic_day ON job_statistic (day, job_id);

-- Who had the report of a week, by the organisation's id or an administrator's.
CREATE TABLE weekly_report (
    reader TEXT NOT NULL,
    week TEXT NOT NULL,
    PRIMARY KEY (reader, week)
);
CREATE INDEX weekly_report_week ON weekly_report (week, reader);

-- Answers to requests that carried a key, kept with their effect and for a day: whoever
-- asks again with the key gets the answer and no second effect.
CREATE TABLE idempotency_key (
    user_id TEXT NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    endpoint TEXT NOT NULL,
    key TEXT NOT NULL,
    request_digest BYTEA NOT NULL,
    status BIGINT NOT NULL,
    body TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, endpoint, key)
);
CREATE INDEX idempotency_key_expires_at ON idempotency_key (expires_at, user_id, endpoint, key);
