-- Signing in by a provider.

-- What a one-time value leads to, where its subject does not say it all: a sign-in that
-- was sent to a provider remembers where it wanted to go. A JSON object without secrets.
ALTER TABLE verification ADD COLUMN payload TEXT;
