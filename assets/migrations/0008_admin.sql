-- Administrators: as whom they act, and how they find people among a million.

-- Who acts as the session's person; the session goes with them.
ALTER TABLE session ADD COLUMN impersonated_by TEXT REFERENCES "user" (id) ON DELETE CASCADE;
CREATE INDEX session_impersonated_by ON session (impersonated_by)
    WHERE impersonated_by IS NOT NULL;

-- The name without case and accents, as it is searched and sorted. Empty beside a
-- name: not worked out yet, which the next start makes up for.
ALTER TABLE "user" ADD COLUMN name_folded TEXT NOT NULL DEFAULT '';

-- Narrow on purpose: they are counted from end to end.
CREATE INDEX user_role ON "user" (role);
CREATE INDEX user_banned ON "user" (banned);
CREATE INDEX user_email_verified ON "user" (email_verified);

-- Searching inside texts. The engines have nothing in common here: SQLite keeps a
-- full-text table of trigrams in step by triggers, a server has an index for it.
-- Its table wants numbers, which user_number gives and a VACUUM leaves alone; char(3)
-- marks the end of a text, so that a phrase can say that it stands there.
-- only: sqlite
CREATE INDEX user_name_order ON "user" (name_folded, id);

CREATE TABLE user_number (
    number INTEGER PRIMARY KEY,
    user_id TEXT NOT NULL UNIQUE
);
CREATE VIRTUAL TABLE user_search USING fts5(
    email, name, content='', contentless_delete=1, tokenize='trigram case_sensitive 1'
);

INSERT INTO user_number (user_id) SELECT id FROM "user" ORDER BY created_at, id;
INSERT INTO user_search (rowid, email, name)
    SELECT n.number, u.email || char(3), u.name_folded || char(3)
    FROM user_number n JOIN "user" u ON u.id = n.user_id ORDER BY n.number;

CREATE TRIGGER user_search_insert AFTER INSERT ON "user" BEGIN
    INSERT INTO user_number (user_id) VALUES (new.id);
    INSERT INTO user_search (rowid, email, name)
        SELECT number, new.email || char(3), new.name_folded || char(3)
        FROM user_number WHERE user_id = new.id;
END;
CREATE TRIGGER user_search_update AFTER UPDATE OF email, name_folded ON "user"
WHEN old.email <> new.email OR old.name_folded <> new.name_folded BEGIN
    DELETE FROM user_search
        WHERE rowid = (SELECT number FROM user_number WHERE user_id = new.id);
    INSERT INTO user_search (rowid, email, name)
        SELECT number, new.email || char(3), new.name_folded || char(3)
        FROM user_number WHERE user_id = new.id;
END;
CREATE TRIGGER user_search_delete AFTER DELETE ON "user" BEGIN
    DELETE FROM user_search
        WHERE rowid = (SELECT number FROM user_number WHERE user_id = old.id);
    DELETE FROM user_number WHERE user_id = old.id;
END;
-- end

-- The order of bytes, as SQLite has it, whatever the server's language.
-- only: postgres
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX user_email_trigrams ON "user" USING gin (email gin_trgm_ops);
CREATE INDEX user_name_trigrams ON "user" USING gin (name_folded gin_trgm_ops);
CREATE INDEX user_email_order ON "user" (email COLLATE "C");
CREATE INDEX user_name_order ON "user" (name_folded COLLATE "C", id);
-- end
