-- When somebody last used the site signed in, to the hour: a session that ends takes its own time with it. A mobilisation can be handed
-- over when its owners are silent.
ALTER TABLE account_person ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0;
UPDATE account_person
SET seen_at = COALESCE((SELECT MAX(s.seen_at) FROM account_session AS s WHERE s.person_id = account_person.id), 0);
