-- Signatures taken out by moderators, by a query and with a reason that everybody may read. state: "running", "done", "undoing", "undone".
CREATE TABLE mobilisation_invalidation (
	id TEXT PRIMARY KEY,
	petition_id TEXT NOT NULL REFERENCES mobilisation_petition (id),
	from_at BIGINT NOT NULL,
	to_at BIGINT NOT NULL,
	country TEXT NOT NULL,
	commune TEXT NOT NULL,
	reason TEXT NOT NULL,
	n BIGINT NOT NULL DEFAULT 0,
	state TEXT NOT NULL,
	decided_by TEXT NOT NULL,
	decided_at BIGINT NOT NULL,
	undone_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX mobilisation_invalidation_petition ON mobilisation_invalidation (petition_id, decided_at);
-- Which signatures, so that it can be undone.
CREATE TABLE mobilisation_invalidated (
	signature_id TEXT PRIMARY KEY,
	invalidation_id TEXT NOT NULL REFERENCES mobilisation_invalidation (id)
);
CREATE INDEX mobilisation_invalidated_by ON mobilisation_invalidated (invalidation_id);
