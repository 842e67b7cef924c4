-- Signatures on paper, as a team counted them: shown apart, never added to the verified number. One row is one batch of sheets. n: what
-- counts now, 0 before anybody confirmed it and after a withdrawal. sealed: the names of who counted and the numbers of the sheets,
-- sealed though pages show them, because nothing that names a person lies open in the database.
CREATE TABLE mobilisation_batch (
	id TEXT PRIMARY KEY,
	petition_id TEXT NOT NULL REFERENCES mobilisation_petition (id),
	area TEXT NOT NULL,
	day BIGINT NOT NULL,
	sealed BYTEA NOT NULL,
	n BIGINT NOT NULL DEFAULT 0,
	confirmed_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX mobilisation_batch_petition ON mobilisation_batch (petition_id, id);
-- What was said of a batch, in the order in which it was said: the count, then each correction with its reason. Only what was
-- confirmed counts. alone: 1 where nobody else was there to confirm it.
CREATE TABLE mobilisation_batch_entry (
	id TEXT PRIMARY KEY,
	batch_id TEXT NOT NULL REFERENCES mobilisation_batch (id),
	n BIGINT NOT NULL,
	reason TEXT NOT NULL,
	entered_by TEXT NOT NULL,
	entered_at BIGINT NOT NULL,
	confirmed_by TEXT NOT NULL DEFAULT '',
	confirmed_at BIGINT NOT NULL DEFAULT 0,
	alone BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX mobilisation_batch_entry_batch ON mobilisation_batch_entry (batch_id, id);
