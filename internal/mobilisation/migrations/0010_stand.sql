-- A tablet on which many sign in turn. sealed: what its team calls it, for who stands there may be named. used_at: when a device took its
-- link, which opens once. n: forms that were taken; counted: how many of them were confirmed, once what leads to them is gone.
CREATE TABLE mobilisation_stand (
	id TEXT PRIMARY KEY,
	petition_id TEXT NOT NULL REFERENCES mobilisation_petition (id),
	sealed BYTEA NOT NULL,
	opened_by TEXT NOT NULL,
	opened_at BIGINT NOT NULL,
	used_at BIGINT NOT NULL DEFAULT 0,
	ends_at BIGINT NOT NULL,
	closed_at BIGINT NOT NULL DEFAULT 0,
	n BIGINT NOT NULL DEFAULT 0,
	counted BIGINT NOT NULL DEFAULT 0,
	folded BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX mobilisation_stand_petition ON mobilisation_stand (petition_id, opened_at);
-- Which signatures came from which stand, for eight days after it ended: as long as they may be confirmed.
CREATE TABLE mobilisation_stand_form (
	id TEXT PRIMARY KEY,
	stand_id TEXT NOT NULL REFERENCES mobilisation_stand (id),
	signature_id TEXT NOT NULL,
	at BIGINT NOT NULL
);
CREATE INDEX mobilisation_stand_form_stand ON mobilisation_stand_form (stand_id, at);
