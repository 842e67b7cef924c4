-- How far the names and addresses of who signed a petition were destroyed, some time after its end and its last delivery. forgotten_to:
-- the last signature that was looked at. n: how many people were forgotten, kept: how many stay because they asked for letters.
CREATE TABLE mobilisation_retention (
	petition_id TEXT PRIMARY KEY REFERENCES mobilisation_petition (id),
	began_at BIGINT NOT NULL,
	forgotten_to TEXT NOT NULL DEFAULT '',
	n BIGINT NOT NULL DEFAULT 0,
	kept BIGINT NOT NULL DEFAULT 0,
	done_at BIGINT NOT NULL DEFAULT 0
);
