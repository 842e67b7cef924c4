-- When the mail of a link was last sent. An address that was asked for too often gets no new link: the newest open one is sent again.
ALTER TABLE account_link ADD COLUMN mailed_at BIGINT NOT NULL DEFAULT 0;
-- How many wrong codes were typed for an address since an instant, for known and unknown ones alike.
CREATE TABLE account_guess (
	email_index BYTEA PRIMARY KEY,
	wrong BIGINT NOT NULL,
	since BIGINT NOT NULL
);
CREATE INDEX account_guess_since ON account_guess (since);
