-- What several instances on one database share.

-- Work that one instance does at a time. The fence grows with every taking and
-- is never reset: whoever was too late finds another fence than their own.
CREATE TABLE lease (
    name TEXT NOT NULL PRIMARY KEY,
    holder TEXT NOT NULL,
    until BIGINT NOT NULL,
    fence BIGINT NOT NULL
);

-- Who runs, as each says of itself.
CREATE TABLE instance (
    id TEXT NOT NULL PRIMARY KEY,
    host TEXT NOT NULL,
    address TEXT NOT NULL,
    version TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL
);

-- Sliding windows of requests, with rate_limit.store = "database". The moments are
-- those of the last admissions, 13 digits each, oldest first; the end of the row's
-- use is rounded up, so that an admission seldom touches the index.
CREATE TABLE rate_limit (
    name TEXT NOT NULL PRIMARY KEY,
    moments TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX rate_limit_expires_at ON rate_limit (expires_at);
