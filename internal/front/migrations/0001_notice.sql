-- Who publishes the site, as the law wants it said. One row per version, sealed: the page shows it, the database names nobody.
CREATE TABLE front_notice (
	version BIGINT PRIMARY KEY,
	sealed BYTEA NOT NULL,
	changed_by TEXT NOT NULL,
	changed_at BIGINT NOT NULL
);
