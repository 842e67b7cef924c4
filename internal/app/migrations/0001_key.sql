-- The fingerprint of the key under which this database's personal data are sealed. One row.
CREATE TABLE app_key (
	fingerprint TEXT PRIMARY KEY,
	since BIGINT NOT NULL
);
