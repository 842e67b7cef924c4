-- What a host has switched off. No row: on.
CREATE TABLE toggle_off (
	name TEXT PRIMARY KEY,
	changed_by TEXT NOT NULL,
	changed_at BIGINT NOT NULL
);
