-- Who asks for a link with an address that is nobody's may get an account by using it, where the host lets everybody in: the row
-- that would be written then lies ready in the link. Empty where nobody is let in.
ALTER TABLE account_link ADD COLUMN person_id TEXT NOT NULL DEFAULT '';
ALTER TABLE account_link ADD COLUMN email_sealed BYTEA NOT NULL DEFAULT '';
ALTER TABLE account_link ADD COLUMN name_sealed BYTEA NOT NULL DEFAULT '';
