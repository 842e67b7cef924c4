-- Every decision, as its public log shows it: what kind of thing, what was decided, under which article. The words that the person
-- concerned was given are kept by the room of the thing; who decided is for the other moderators.
CREATE TABLE moderation_decision (
	id TEXT PRIMARY KEY,
	kind TEXT NOT NULL,
	subject TEXT NOT NULL,
	verdict TEXT NOT NULL,
	article TEXT NOT NULL,
	decided_by TEXT NOT NULL,
	decided_at BIGINT NOT NULL
);
CREATE INDEX moderation_decision_time ON moderation_decision (decided_at, id);
-- What anybody reports, with or without an address for the answer. sealed: the words and the address.
CREATE TABLE moderation_report (
	id TEXT PRIMARY KEY,
	number BIGINT NOT NULL UNIQUE,
	path TEXT NOT NULL,
	article TEXT NOT NULL,
	lang TEXT NOT NULL,
	state TEXT NOT NULL,
	sealed BYTEA NOT NULL,
	created_at BIGINT NOT NULL,
	answered_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX moderation_report_waiting ON moderation_report (created_at) WHERE state = 'waiting';
