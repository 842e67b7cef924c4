-- Appeals against decisions, one for each at most, by whom they concern. sealed: the words, and those of the answer; emptied a year after
-- it. The log goes on saying what became of the decision.
CREATE TABLE moderation_appeal (
	id TEXT PRIMARY KEY,
	decision TEXT NOT NULL UNIQUE REFERENCES moderation_decision (id),
	lang TEXT NOT NULL,
	state TEXT NOT NULL,
	sealed BYTEA NOT NULL,
	created_at BIGINT NOT NULL,
	answered_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX moderation_appeal_waiting ON moderation_appeal (created_at) WHERE state = 'waiting';
-- 1 where nobody else could have decided.
ALTER TABLE moderation_decision ADD COLUMN alone BIGINT NOT NULL DEFAULT 0;
