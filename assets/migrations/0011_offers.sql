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
CREATE INDEX invitation_inviter_id ON invitation (inviter_id);

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
CREATE INDEX job_created_at ON job (created_at, id);
CREATE INDEX job_published_at ON job (published_at, id) WHERE status = 'publicada';
CREATE INDEX job_expires_at ON job (expires_at, id) WHERE status IN ('publicada', 'pausada');

-- Published offers as they are searched. Each change takes the next number from the
-- counter; what is listed no more keeps its row, so that every process hears of it.
CREATE TABLE job_listing (
    job_id TEXT NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL,
    is_listed BIGINT NOT NULL,
    organization_id TEXT NOT NULL,
    category TEXT NOT NULL,
    state TEXT,
    country TEXT,
    mode TEXT NOT NULL,
    employment_type TEXT NOT NULL,
    experience_level TEXT,
    salary_currency TEXT,
    salary_yearly BIGINT,
    published_at BIGINT NOT NULL,
    title_words TEXT NOT NULL,
    skill_words TEXT NOT NULL,
    organization_words TEXT NOT NULL,
    description_words TEXT NOT NULL
);
CREATE INDEX job_listing_number ON job_listing (number, job_id);
CREATE INDEX job_listing_organization_id ON job_listing (organization_id);
INSERT INTO counter (name, value) VALUES ('job_listing', 0);

-- Words that come here are plain already: letters and digits, in small letters, without
-- accents. No tokenizer of an engine has anything left to decide.
-- only: sqlite
CREATE VIRTUAL TABLE job_search USING fts5(
    words, content='', contentless_delete=1, detail=none, prefix='2 3', tokenize='ascii'
);
CREATE TRIGGER job_search_insert AFTER INSERT ON job_listing WHEN new.is_listed = 1 BEGIN
    INSERT INTO job_search (rowid, words) VALUES (new.number, new.title_words || ' '
        || new.skill_words || ' ' || new.organization_words || ' ' || new.description_words);
END;
CREATE TRIGGER job_search_update AFTER UPDATE ON job_listing BEGIN
    DELETE FROM job_search WHERE rowid = old.number AND old.is_listed = 1;
    INSERT INTO job_search (rowid, words) SELECT new.number, new.title_words || ' '
        || new.skill_words || ' ' || new.organization_words || ' ' || new.description_words
        WHERE new.is_listed = 1;
END;
CREATE TRIGGER job_search_delete AFTER DELETE ON job_listing WHEN old.is_listed = 1 BEGIN
    DELETE FROM job_search WHERE rowid = old.number;
END;
-- end

-- only: postgres
CREATE INDEX job_listing_words ON job_listing USING gin ((
    array_to_tsvector(string_to_array(title_words, ' ')
        || string_to_array(skill_words, ' ') || string_to_array(organization_words, ' ')
        || string_to_array(description_words, ' '))
)) WHERE is_listed = 1;
-- end

-- Who has seen which offer on which day, by a hash under the day's salt.
CREATE TABLE job_view (
    job_id TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    day TEXT NOT NULL,
    visitor TEXT NOT NULL,
    hits BIGINT NOT NULL,
    PRIMARY KEY (job_id, day, visitor)
);
CREATE INDEX job_view_day ON job_view (day, job_id, visitor);

-- One row, written over each day by one of the same length: nothing of the old is left.
CREATE TABLE visit_salt (
    id TEXT NOT NULL PRIMARY KEY,
    day TEXT NOT NULL,
    salt BYTEA NOT NULL
);

CREATE TABLE saved_job (
    user_id TEXT NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    job_id TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
    saved_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, job_id)
);
CREATE INDEX saved_job_saved_at ON saved_job (user_id, saved_at, job_id);
CREATE INDEX saved_job_job_id ON saved_job (job_id);
