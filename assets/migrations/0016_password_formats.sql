-- What the stored passwords cost to compare: a sign-in does the work of all of them,
-- whoever it is for. Few rows, each a hash of nothing with the parameters of a stored one.
CREATE TABLE password_format (
    decoy TEXT NOT NULL PRIMARY KEY,
    seen_at BIGINT NOT NULL
);
-- Passwords that are here already are read by the first start.
INSERT INTO password_format (decoy, seen_at)
    SELECT 'unread', 0 WHERE EXISTS (SELECT 1 FROM account WHERE password IS NOT NULL);
