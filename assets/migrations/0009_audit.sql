-- What happened to accounts and who did it. Rows are written once and never changed;
-- only their age takes them away. People are named by ids that outlive them.
CREATE TABLE audit (
    id TEXT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    act TEXT NOT NULL,
    actor_id TEXT,
    target_id TEXT,
    ip_address TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    request_id TEXT NOT NULL,
    detail TEXT
);
CREATE INDEX audit_at ON audit (at, id);
CREATE INDEX audit_act ON audit (act, at, id);
CREATE INDEX audit_actor_id ON audit (actor_id, at, id);
CREATE INDEX audit_target_id ON audit (target_id, at, id);
