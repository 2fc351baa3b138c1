-- The administrator's own session, from which they act as the session's person: whatever
-- ends it ends both.
ALTER TABLE session ADD COLUMN impersonated_from TEXT;
CREATE INDEX session_impersonated_from ON session (impersonated_from)
    WHERE impersonated_from IS NOT NULL;
