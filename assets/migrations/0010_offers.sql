-- The job board: on which side people stand, organisations, and their offers.

ALTER TABLE "user" ADD COLUMN type TEXT NOT NULL DEFAULT 'professional';
ALTER TABLE "user" ADD COLUMN profession TEXT;
-- Repeats the person's row in member, written in the same batch: every session tells it.
ALTER TABLE "user" ADD COLUMN organization_id TEXT;

CREATE TABLE organization (
    id TEXT NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL,
    name TEXT NOT NULL,
    logo TEXT,
    website TEXT,
    description TEXT,
    sector TEXT,
    size TEXT,
    city TEXT,
    state TEXT,
    country TEXT,
    is_verified BIGINT NOT NULL DEFAULT 0,
    version BIGINT NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX organization_slug ON organization (slug);
CREATE INDEX organization_created_at ON organization (created_at, id);

-- A person belongs to one organisation at most.
CREATE TABLE member (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    user_id TEXT NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    role TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX member_user_id ON member (user_id);
CREATE INDEX member_organization_id ON member (organization_id, created_at, id);

CREATE TABLE invitation (
    id TEXT NOT NULL PRIMARY KEY,
    organization_id TEXT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    email TEXT NOT NULL,
    role TEXT NOT NULL,
    status TEXT NOT NULL,
    token_hash BYTEA NOT NULL,
    inviter_id TEXT REFERENCES "user" (id) ON DELETE SET NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX invitation_token_hash ON invitation (token_hash);
CREATE UNIQUE INDEX invitation_organization_id ON invitation (organization_id, email);
CREATE INDEX invitation_expires_at ON invitation (expires_at);

-- What an offer asks and offers in lists is JSON: it is shown, never searched by.
CREATE TABLE job (
    id TEXT NOT NULL PRIMARY KEY,
    slug TEXT NOT NULL,
    organization_id TEXT NOT NULL REFERENCES organization (id) ON DELETE CASCADE,
    reference TEXT,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    category TEXT NOT NULL,
    employment_type TEXT NOT NULL,
    experience_level TEXT,
    min_experience BIGINT,
    salary_min BIGINT,
    salary_max BIGINT,
    salary_currency TEXT,
    salary_period TEXT,
    is_salary_negotiable BIGINT NOT NULL,
    salary_yearly BIGINT,
    city TEXT,
    state TEXT,
    country TEXT,
    mode TEXT NOT NULL,
    benefits TEXT NOT NULL,
    required_skills TEXT NOT NULL,
    questions TEXT NOT NULL,
    apply_url TEXT,
    status TEXT NOT NULL,
    published_at BIGINT,
    expires_at BIGINT,
    closed_at BIGINT,
    close_reason TEXT,
    archived_at BIGINT,
    expiry_told_at BIGINT,
    views BIGINT NOT NULL DEFAULT 0,
    applications_count BIGINT NOT NULL DEFAULT 0,
    version BIGINT NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX job_slug ON job (slug);
CREATE INDEX job_organization_id ON job (organization_id, created_at, id);
