-- Somebody asks what is kept of them. The address is sealed until the link was used or is over; the link's secret is derived.
CREATE TABLE front_request (
	id TEXT PRIMARY KEY,
	sealed BYTEA NOT NULL,
	lang TEXT NOT NULL,
	created_at BIGINT NOT NULL
);
CREATE INDEX front_request_time ON front_request (created_at);
