-- The documents of a draft or of a petition, in the order in which they came. holder: whose it is. file: the key of the PDF among the
-- blobs. title: in the words of its author: sealed, because a draft may hold anything; bound to file, so that the row of a draft can
-- become that of its petition.
CREATE TABLE mobilisation_document (
	holder TEXT NOT NULL,
	file TEXT NOT NULL,
	title BYTEA NOT NULL,
	bytes BIGINT NOT NULL,
	pages BIGINT NOT NULL,
	added_at BIGINT NOT NULL,
	PRIMARY KEY (holder, file)
);
CREATE INDEX mobilisation_document_file ON mobilisation_document (file);
