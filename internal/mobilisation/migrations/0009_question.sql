-- What readers ask before they sign, and what the carrier answers, in each language.
CREATE TABLE mobilisation_question (
	petition_id TEXT NOT NULL REFERENCES mobilisation_petition (id),
	lang TEXT NOT NULL,
	position BIGINT NOT NULL,
	question TEXT NOT NULL,
	answer TEXT NOT NULL,
	written_at BIGINT NOT NULL,
	PRIMARY KEY (petition_id, lang, position)
);
