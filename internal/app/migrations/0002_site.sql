-- Where the site was last served, for commands that print links. One row.
CREATE TABLE app_site (
	one BIGINT PRIMARY KEY,
	url TEXT NOT NULL
);
