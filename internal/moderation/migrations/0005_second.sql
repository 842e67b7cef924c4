-- Short texts that moderators keep, to choose from when they decide. kinds: those that it serves, with a space between; empty for all.
CREATE TABLE moderation_saved (
	id TEXT PRIMARY KEY,
	title TEXT NOT NULL,
	lang TEXT NOT NULL,
	words TEXT NOT NULL,
	kinds TEXT NOT NULL,
	changed_by TEXT NOT NULL,
	changed_at BIGINT NOT NULL
);
-- What moderators think of a thing before it is decided: who asks says what they would decide, others agree or not. decision: the line of
-- the log that ended it, empty before. sealed: a note among moderators.
CREATE TABLE moderation_opinion (
	id TEXT PRIMARY KEY,
	kind TEXT NOT NULL,
	subject TEXT NOT NULL,
	person TEXT NOT NULL,
	stance TEXT NOT NULL,
	verdict TEXT NOT NULL,
	sealed BYTEA NOT NULL,
	decision TEXT NOT NULL DEFAULT '',
	given_at BIGINT NOT NULL,
	UNIQUE (kind, subject, person, decision)
);
