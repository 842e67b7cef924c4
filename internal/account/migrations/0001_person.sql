-- People with an account: those who organise, moderate and host. Nobody needs one to sign.
CREATE TABLE account_person (
	id TEXT PRIMARY KEY,
	email_index BYTEA NOT NULL UNIQUE,
	email_sealed BYTEA NOT NULL,
	name_sealed BYTEA NOT NULL,
	lang TEXT NOT NULL,
	created_at BIGINT NOT NULL
);
CREATE TABLE account_role (
	person_id TEXT NOT NULL REFERENCES account_person (id),
	role TEXT NOT NULL,
	granted_at BIGINT NOT NULL,
	PRIMARY KEY (person_id, role)
);
CREATE TABLE account_session (
	id TEXT PRIMARY KEY,
	person_id TEXT NOT NULL REFERENCES account_person (id),
	token_hash BYTEA NOT NULL UNIQUE,
	label_sealed BYTEA NOT NULL,
	created_at BIGINT NOT NULL,
	seen_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL
);
CREATE INDEX account_session_person ON account_session (person_id);
CREATE INDEX account_session_expiry ON account_session (expires_at);
-- A link is asked for by an address, which may be nobody's: whose it is is looked up only when the mail is written and when the
-- link is used, so that asking leaves the same traces for everybody. sealed: the page wanted afterwards.
CREATE TABLE account_link (
	id TEXT PRIMARY KEY,
	token_hash BYTEA NOT NULL UNIQUE,
	email_index BYTEA NOT NULL,
	sealed BYTEA NOT NULL,
	lang TEXT NOT NULL,
	asked BIGINT NOT NULL,
	tries BIGINT NOT NULL DEFAULT 0,
	created_at BIGINT NOT NULL,
	expires_at BIGINT NOT NULL,
	used_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX account_link_address ON account_link (email_index, created_at);
CREATE INDEX account_link_expiry ON account_link (expires_at);
