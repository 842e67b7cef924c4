-- One row per signature. Names and address are sealed; they are found by blind index. A withdrawn signature is a deleted row.
-- state: 0 waits for confirmation, 1 counts, 2 is kept apart and never counts (over a limit), 3 was invalidated.
-- place: postal code and country as given, commune as counted: none tells who signed.
-- slot: the confirmed signatures of one address under one petition, 0 or 1 (couples share an address); -1 otherwise. Who
-- confirms holds all the rows of that address and petition, so that two at once cannot take more.
-- text_lang, text_version, wording: what stood on the page when the person signed.
-- Small numbers are of small types: PostgreSQL writes the row twice, and a million rows are 50 MB less.
CREATE TABLE mobilisation_signature (
	id TEXT PRIMARY KEY,
	petition_id TEXT NOT NULL,
	state INTEGER NOT NULL,
	slot INTEGER NOT NULL DEFAULT -1,
	address BYTEA NOT NULL,
	name BYTEA NOT NULL,
	sealed BYTEA NOT NULL,
	country TEXT NOT NULL,
	postal_code TEXT NOT NULL,
	commune TEXT NOT NULL,
	lang TEXT NOT NULL,
	consents INTEGER NOT NULL,
	text_lang TEXT NOT NULL,
	text_version INTEGER NOT NULL,
	wording INTEGER NOT NULL,
	created_at BIGINT NOT NULL,
	confirmed_at BIGINT NOT NULL DEFAULT 0,
	mails INTEGER NOT NULL DEFAULT 0,
	mailed_at BIGINT NOT NULL DEFAULT 0,
	code_tries INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX mobilisation_signature_person ON mobilisation_signature (address, petition_id, name);
CREATE INDEX mobilisation_signature_public ON mobilisation_signature (petition_id, confirmed_at) WHERE state = 1 AND consents % 2 = 1;
CREATE INDEX mobilisation_signature_waiting ON mobilisation_signature (created_at) WHERE confirmed_at = 0;
-- The exact words beside the button and the boxes, one row per language and version, so that a consent can be shown again.
CREATE TABLE mobilisation_wording (
	version BIGINT PRIMARY KEY,
	lang TEXT NOT NULL,
	words TEXT NOT NULL,
	digest TEXT NOT NULL UNIQUE,
	first_used_at BIGINT NOT NULL
);
-- What a signatory adds in their own words. Sealed until a moderator has shown it: people write what they should not.
CREATE TABLE mobilisation_message (
	signature_id TEXT PRIMARY KEY,
	petition_id TEXT NOT NULL,
	state TEXT NOT NULL,
	sealed BYTEA NOT NULL,
	lang TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	decided_at BIGINT NOT NULL DEFAULT 0,
	decided_by TEXT NOT NULL DEFAULT ''
);
CREATE INDEX mobilisation_message_waiting ON mobilisation_message (petition_id, state, created_at);
-- Counting: every batch of the writer adds a few deltas; they are folded into counts and totals by one node at a time.
-- hour: hours since 1970, UTC, of the confirmation.
CREATE TABLE mobilisation_delta (
	id TEXT PRIMARY KEY,
	petition_id TEXT NOT NULL,
	country TEXT NOT NULL,
	commune TEXT NOT NULL,
	hour BIGINT NOT NULL,
	n BIGINT NOT NULL
);
CREATE TABLE mobilisation_count (
	petition_id TEXT NOT NULL,
	hour BIGINT NOT NULL,
	country TEXT NOT NULL,
	commune TEXT NOT NULL,
	n BIGINT NOT NULL,
	PRIMARY KEY (petition_id, hour, country, commune)
);
CREATE TABLE mobilisation_total (
	petition_id TEXT PRIMARY KEY,
	n BIGINT NOT NULL
);
CREATE TABLE mobilisation_recount (
	petition_id TEXT NOT NULL,
	at BIGINT NOT NULL,
	published BIGINT NOT NULL,
	exact BIGINT NOT NULL,
	PRIMARY KEY (petition_id, at)
);
