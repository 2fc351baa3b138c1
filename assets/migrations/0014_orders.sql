-- The orders of the list of people hold both texts, so that a search in one of them may be
-- walked in the order of the other without reading a row of the table.
-- only: sqlite
DROP INDEX user_email_order;
CREATE INDEX user_email_order
    ON "user" (email, role, banned, email_verified, created_at, name_folded);
DROP INDEX user_name_order;
CREATE INDEX user_name_order
    ON "user" (name_folded, id, role, banned, email_verified, created_at, email);
-- end
