-- An organisation is the frame; its words are kept apart, one row per language and version, and never changed.
-- sort_key: the folded name, as bytes, because the engines order letters differently.
CREATE TABLE organisation_profile (
	id TEXT PRIMARY KEY,
	slug TEXT NOT NULL UNIQUE,
	name TEXT NOT NULL,
	sort_key BYTEA NOT NULL,
	letters TEXT NOT NULL,
	colour TEXT NOT NULL,
	lang TEXT NOT NULL,
	created_at BIGINT NOT NULL
);
CREATE INDEX organisation_profile_order ON organisation_profile (sort_key, id);
CREATE TABLE organisation_text (
	profile_id TEXT NOT NULL REFERENCES organisation_profile (id),
	lang TEXT NOT NULL,
	version BIGINT NOT NULL,
	line TEXT NOT NULL,
	lede TEXT NOT NULL,
	about TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	PRIMARY KEY (profile_id, lang, version)
);
CREATE TABLE organisation_link (
	profile_id TEXT NOT NULL REFERENCES organisation_profile (id),
	position BIGINT NOT NULL,
	label TEXT NOT NULL,
	url TEXT NOT NULL,
	PRIMARY KEY (profile_id, position)
);
-- person_id is an account's; the row goes when the account does.
CREATE TABLE organisation_member (
	profile_id TEXT NOT NULL REFERENCES organisation_profile (id),
	person_id TEXT NOT NULL,
	role TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	PRIMARY KEY (profile_id, person_id)
);
CREATE INDEX organisation_member_person ON organisation_member (person_id);
