-- The waitlist. The id is the referral code. The sequence is given at joining
-- from the counter row, in the same transaction, and never reused.

CREATE TABLE counter (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO counter (name, value) VALUES ('waitlist', 0), ('readiness', 0);

CREATE TABLE waitlist (
    id TEXT NOT NULL PRIMARY KEY,
    email TEXT NOT NULL,
    role TEXT NOT NULL,
    name TEXT,
    field TEXT,
    company TEXT,
    source TEXT,
    referred_by TEXT,
    sequence BIGINT NOT NULL,
    referrals BIGINT NOT NULL,
    locale TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    invited_at BIGINT
);
CREATE UNIQUE INDEX waitlist_email ON waitlist (email);
CREATE INDEX waitlist_sequence ON waitlist (sequence, id);
