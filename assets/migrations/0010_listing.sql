-- Lists of people that stay quick when many are found: indexes that hold what a list
-- can ask, so that whoever looks at everybody never reads a row of the table. A server
-- has threads for that and no index row longer than a third of a page; it keeps its own.
-- only: sqlite
DROP INDEX user_created_at;
CREATE INDEX user_listing
    ON "user" (created_at, id, role, banned, email_verified, email, name_folded);
CREATE INDEX user_email_order ON "user" (email, role, banned, email_verified);
DROP INDEX user_name_order;
CREATE INDEX user_name_order ON "user" (name_folded, id, role, banned, email_verified);
-- end
