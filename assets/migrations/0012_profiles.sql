-- What professionals tell of themselves, and the files that people bring.

-- A file lies on the disk under its SHA-256. Touched: when a row last began or ceased to
-- name it; a file that no row names and that nobody touched for an hour is swept. Whoever
-- copies a name from one row to another has that hour.
CREATE TABLE file (
    digest TEXT NOT NULL PRIMARY KEY,
    media_type TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    touched_at BIGINT NOT NULL
);

CREATE TABLE profile (
    user_id TEXT NOT NULL PRIMARY KEY REFERENCES "user" (id) ON DELETE CASCADE,
    headline TEXT,
    bio TEXT,
    field TEXT,
    level TEXT,
    orcid TEXT,
    location TEXT,
    phone TEXT,
    skills TEXT NOT NULL,
    languages TEXT NOT NULL,
    links TEXT NOT NULL,
    availability TEXT,
    visibility TEXT NOT NULL,
    cv_digest TEXT,
    cv_name TEXT,
    cv_size_bytes BIGINT,
    cv_uploaded_at BIGINT,
    avatar_digest TEXT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX profile_cv_digest ON profile (cv_digest) WHERE cv_digest IS NOT NULL;
CREATE INDEX profile_avatar_digest ON profile (avatar_digest) WHERE avatar_digest IS NOT NULL;

-- Where somebody worked and learned: both are a title, a place and a time.
CREATE TABLE profile_station (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    section TEXT NOT NULL,
    title TEXT NOT NULL,
    institution TEXT NOT NULL,
    start_date TEXT NOT NULL,
    end_date TEXT,
    description TEXT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX profile_station_user_id ON profile_station (user_id, section, start_date, id);

CREATE TABLE publication (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    title TEXT NOT NULL,
    venue TEXT,
    year BIGINT NOT NULL,
    doi TEXT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX publication_user_id ON publication (user_id, year, id);

-- A search that is repeated for somebody, of which a mail tells. What it searches is JSON:
-- the program reads it. It tells of what was published since it began; looks overlap a
-- little, and the ids told of that time are a list.
CREATE TABLE alert (
    id TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    frequency TEXT NOT NULL,
    is_active BIGINT NOT NULL,
    begun_at BIGINT NOT NULL,
    told_to BIGINT NOT NULL,
    told_ids TEXT NOT NULL,
    last_sent_at BIGINT,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX alert_user_id ON alert (user_id, created_at, id);
CREATE INDEX alert_due ON alert (frequency, id) WHERE is_active = 1;

-- Kinds of mail that somebody does not want; no row is the usual: they do.
CREATE TABLE mail_refusal (
    user_id TEXT NOT NULL REFERENCES "user" (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, kind)
);

-- A person's copy of what names them, and its end, look for an address.
CREATE INDEX outbox_recipient ON outbox (recipient);
CREATE INDEX invitation_email ON invitation (email);
