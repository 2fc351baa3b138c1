-- What professionals tell of themselves, and the files that people bring.

-- A file lies on the disk under its SHA-256; how many rows name it is asked of them.
CREATE TABLE file (
    digest TEXT NOT NULL PRIMARY KEY,
    media_type TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX file_created_at ON file (created_at, digest);

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
