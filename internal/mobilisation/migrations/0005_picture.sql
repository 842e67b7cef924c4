-- The photo of a draft or of a petition, in place of a poster motif. holder: whose it is. page, large: the keys of its two forms among
-- the blobs. alt: what it shows, in the words of its author: sealed, because a draft may hold anything; bound to page, so that the
-- row of a draft can become that of its petition.
CREATE TABLE mobilisation_picture (
	holder TEXT PRIMARY KEY,
	page TEXT NOT NULL,
	large TEXT NOT NULL,
	alt BYTEA NOT NULL,
	set_at BIGINT NOT NULL
);
