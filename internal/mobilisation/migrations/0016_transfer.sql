-- Mobilisations that pass to another owner. kind: "offer", by an owner, until the other takes it; "claim", when the owners are silent, which
-- they may refuse until due_at. state: "waiting", "done", "refused". name: sealed, under which the next owner carries it; emptied once it is
-- decided. The rest stays as the log of the team; ids are emptied with their accounts.
CREATE TABLE mobilisation_transfer (
	id TEXT PRIMARY KEY,
	petition_id TEXT NOT NULL REFERENCES mobilisation_petition (id),
	to_person TEXT NOT NULL,
	asked_by TEXT NOT NULL,
	kind TEXT NOT NULL,
	name BYTEA NOT NULL,
	state TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	due_at BIGINT NOT NULL,
	decided_at BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX mobilisation_transfer_one ON mobilisation_transfer (petition_id) WHERE state = 'waiting';
CREATE INDEX mobilisation_transfer_petition ON mobilisation_transfer (petition_id, created_at);
CREATE INDEX mobilisation_transfer_claim ON mobilisation_transfer (created_at) WHERE state = 'waiting' AND kind = 'claim';
-- When others were told that the owners are silent.
ALTER TABLE mobilisation_petition ADD COLUMN silence_told_at BIGINT NOT NULL DEFAULT 0;
