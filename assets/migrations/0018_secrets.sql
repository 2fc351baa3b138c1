-- Which secrets an instance signs with and honours, by their fingerprints: a rotation
-- waits until everybody signs with the new one.
ALTER TABLE instance ADD COLUMN secrets TEXT NOT NULL DEFAULT '';
