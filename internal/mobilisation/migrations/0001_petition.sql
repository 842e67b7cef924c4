-- A petition is the frame; its words are kept apart, one row per language and version, and never changed.
CREATE TABLE mobilisation_petition (
	id TEXT PRIMARY KEY,
	slug TEXT NOT NULL UNIQUE,
	state TEXT NOT NULL,
	organisation_id TEXT NOT NULL,
	lang TEXT NOT NULL,
	motif TEXT NOT NULL,
	area TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	published_at BIGINT NOT NULL DEFAULT 0,
	closed_at BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX mobilisation_petition_published ON mobilisation_petition (published_at) WHERE state <> 'draft';
CREATE TABLE mobilisation_text (
	petition_id TEXT NOT NULL REFERENCES mobilisation_petition (id),
	lang TEXT NOT NULL,
	version BIGINT NOT NULL,
	title TEXT NOT NULL,
	points TEXT NOT NULL,
	addressee TEXT NOT NULL,
	why TEXT NOT NULL,
	letter TEXT NOT NULL,
	outcome TEXT NOT NULL DEFAULT '',
	created_at BIGINT NOT NULL,
	PRIMARY KEY (petition_id, lang, version)
);
CREATE TABLE mobilisation_source (
	petition_id TEXT NOT NULL REFERENCES mobilisation_petition (id),
	lang TEXT NOT NULL,
	position BIGINT NOT NULL,
	title TEXT NOT NULL,
	url TEXT NOT NULL,
	PRIMARY KEY (petition_id, lang, position)
);
CREATE TABLE mobilisation_milestone (
	petition_id TEXT NOT NULL REFERENCES mobilisation_petition (id),
	goal BIGINT NOT NULL,
	reached_at BIGINT NOT NULL DEFAULT 0,
	PRIMARY KEY (petition_id, goal)
);
CREATE TABLE mobilisation_milestone_text (
	petition_id TEXT NOT NULL,
	goal BIGINT NOT NULL,
	lang TEXT NOT NULL,
	words TEXT NOT NULL,
	PRIMARY KEY (petition_id, goal, lang),
	FOREIGN KEY (petition_id, goal) REFERENCES mobilisation_milestone (petition_id, goal)
);
CREATE TABLE mobilisation_news (
	id TEXT PRIMARY KEY,
	petition_id TEXT NOT NULL REFERENCES mobilisation_petition (id),
	lang TEXT NOT NULL,
	title TEXT NOT NULL,
	body TEXT NOT NULL,
	published_at BIGINT NOT NULL
);
CREATE INDEX mobilisation_news_latest ON mobilisation_news (petition_id, published_at);
