-- When moderators paused a mobilisation, 0 for not: it takes no signatures and stands in no list until they lift it, and stays what it is
-- beside. The article of the charter, and its version, are shown; the reason is for its author.
ALTER TABLE mobilisation_petition ADD COLUMN paused_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE mobilisation_petition ADD COLUMN paused_article TEXT NOT NULL DEFAULT '';
ALTER TABLE mobilisation_petition ADD COLUMN paused_charter BIGINT NOT NULL DEFAULT 0;
CREATE INDEX mobilisation_petition_paused ON mobilisation_petition (paused_at) WHERE paused_at > 0;
