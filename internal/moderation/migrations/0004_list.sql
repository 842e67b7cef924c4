-- Lists of words for which what people write is screened. What moderators change is also in moderation_decision, under the kind
-- moderation.list: how many such rows there are tells every node when to read the lists anew.
CREATE TABLE moderation_list (
	id TEXT PRIMARY KEY,
	name TEXT NOT NULL UNIQUE,
	is_off BIGINT NOT NULL DEFAULT 0,
	created_at BIGINT NOT NULL
);
-- folded is the same for two entries that meet the same texts. lang is empty for all languages.
CREATE TABLE moderation_word (
	id TEXT PRIMARY KEY,
	list_id TEXT NOT NULL REFERENCES moderation_list (id),
	folded TEXT NOT NULL,
	lang TEXT NOT NULL,
	term TEXT NOT NULL,
	kind TEXT NOT NULL,
	effect TEXT NOT NULL,
	is_off BIGINT NOT NULL DEFAULT 0,
	UNIQUE (list_id, folded)
);
-- A list that somebody pasted or sent, while they look at what is wrong with it. Gone after a day.
CREATE TABLE moderation_import (
	id TEXT PRIMARY KEY,
	list_id TEXT NOT NULL REFERENCES moderation_list (id),
	content BYTEA NOT NULL,
	lang TEXT NOT NULL,
	effect TEXT NOT NULL,
	created_at BIGINT NOT NULL
);
CREATE INDEX moderation_decision_list ON moderation_decision (id) WHERE kind = 'moderation.list';
