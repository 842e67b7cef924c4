-- Who proposed a petition, and under what name where no organisation carries it: sealed, though its page shows it, because nothing
-- that names a person lies open in the database. charter: the version that was accepted.
ALTER TABLE mobilisation_petition ADD COLUMN author_id TEXT NOT NULL DEFAULT '';
ALTER TABLE mobilisation_petition ADD COLUMN author_sealed BYTEA NOT NULL DEFAULT '';
ALTER TABLE mobilisation_petition ADD COLUMN theme TEXT NOT NULL DEFAULT '';
ALTER TABLE mobilisation_petition ADD COLUMN charter BIGINT NOT NULL DEFAULT 0;
ALTER TABLE mobilisation_petition ADD COLUMN submitted_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE mobilisation_petition ADD COLUMN ends_at BIGINT NOT NULL DEFAULT 0;
DROP INDEX mobilisation_petition_published;
-- What was published is shown, whatever became of it.
CREATE INDEX mobilisation_petition_shown ON mobilisation_petition (published_at) WHERE published_at > 0;
CREATE INDEX mobilisation_petition_review ON mobilisation_petition (submitted_at) WHERE state = 'review';
CREATE INDEX mobilisation_petition_author ON mobilisation_petition (author_id, created_at) WHERE author_id <> '';
CREATE INDEX mobilisation_petition_end ON mobilisation_petition (ends_at) WHERE state = 'published' AND ends_at > 0;
-- A text that somebody is writing, sealed: it may hold anything. It belongs to who has its key, and once they have signed in to
-- their account; version tells two tabs apart.
CREATE TABLE mobilisation_draft (
	id TEXT PRIMARY KEY,
	person_id TEXT NOT NULL DEFAULT '',
	petition_id TEXT NOT NULL DEFAULT '',
	lang TEXT NOT NULL,
	version BIGINT NOT NULL,
	sealed BYTEA NOT NULL,
	created_at BIGINT NOT NULL,
	saved_at BIGINT NOT NULL
);
CREATE INDEX mobilisation_draft_person ON mobilisation_draft (person_id, saved_at) WHERE person_id <> '';
CREATE INDEX mobilisation_draft_saved ON mobilisation_draft (saved_at);
CREATE INDEX mobilisation_draft_petition ON mobilisation_draft (petition_id) WHERE petition_id <> '';
-- What moderators said of a petition, in the order in which they said it.
CREATE TABLE mobilisation_verdict (
	id TEXT PRIMARY KEY,
	petition_id TEXT NOT NULL,
	verdict TEXT NOT NULL,
	article TEXT NOT NULL DEFAULT '',
	reason BYTEA NOT NULL DEFAULT '',
	decided_by TEXT NOT NULL,
	decided_at BIGINT NOT NULL
);
CREATE INDEX mobilisation_verdict_petition ON mobilisation_verdict (petition_id, decided_at);
