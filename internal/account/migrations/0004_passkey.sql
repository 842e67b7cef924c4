-- Passkeys (WebAuthn credentials) of people with an account. credential_index finds one by the id that a browser names; the id, the
-- public key and the name lie sealed. site is the host name that it was made for: browsers offer it nowhere else.
CREATE TABLE account_passkey (
	id TEXT PRIMARY KEY,
	person_id TEXT NOT NULL REFERENCES account_person (id),
	site TEXT NOT NULL,
	credential_index BYTEA NOT NULL UNIQUE,
	credential_sealed BYTEA NOT NULL,
	name_sealed BYTEA NOT NULL,
	sign_count BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	used_at BIGINT NOT NULL DEFAULT 0,
	doubted_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX account_passkey_person ON account_passkey (person_id);
-- Challenges that were answered, so that no answer counts twice. Those that nobody answered are written nowhere.
CREATE TABLE account_challenge (
	hash BYTEA PRIMARY KEY,
	expires_at BIGINT NOT NULL
);
CREATE INDEX account_challenge_expiry ON account_challenge (expires_at);
-- Whether somebody came in with a passkey.
ALTER TABLE account_session ADD COLUMN passkey BIGINT NOT NULL DEFAULT 0;
