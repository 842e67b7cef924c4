-- The charter, each version of it for good: mobilisations were proposed and decisions taken under it. words is JSON: the articles in their
-- order, each with its title and text by language, and what changed. published_by is empty for the one that the program brought.
CREATE TABLE moderation_charter (
	version BIGINT PRIMARY KEY,
	words TEXT NOT NULL,
	published_by TEXT NOT NULL,
	published_at BIGINT NOT NULL
);
-- Under which version of the charter a decision was taken, and a report written; 1 was the only one until now.
ALTER TABLE moderation_decision ADD COLUMN charter BIGINT NOT NULL DEFAULT 1;
ALTER TABLE moderation_report ADD COLUMN charter BIGINT NOT NULL DEFAULT 1;
