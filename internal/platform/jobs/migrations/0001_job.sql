-- A job that waits has run_at = when it may run. One that is being done has run_at = when its lease ends, so that a job whose
-- worker died is due again by itself. A finished job is deleted; one given up for good is dead and keeps its last error.
-- failing_since is when it first failed, 0 while it has not.
CREATE TABLE jobs_job (
	id TEXT PRIMARY KEY,
	kind TEXT NOT NULL,
	payload TEXT NOT NULL,
	unique_key TEXT NOT NULL DEFAULT '',
	run_at BIGINT NOT NULL,
	attempt BIGINT NOT NULL DEFAULT 0,
	failing_since BIGINT NOT NULL DEFAULT 0,
	leased BIGINT NOT NULL DEFAULT 0,
	dead BIGINT NOT NULL DEFAULT 0,
	last_error TEXT NOT NULL DEFAULT ''
);
CREATE INDEX jobs_job_due ON jobs_job (kind, run_at) WHERE dead = 0;
-- A key is taken only while its job waits: one that is being done may have read too early for whoever enqueues now.
CREATE UNIQUE INDEX jobs_job_unique ON jobs_job (kind, unique_key) WHERE unique_key <> '' AND leased = 0;
-- A run moves next_at when it ends: one that was killed is due again when its lease is over.
CREATE TABLE jobs_schedule (
	name TEXT PRIMARY KEY,
	next_at BIGINT NOT NULL,
	lease_until BIGINT NOT NULL DEFAULT 0,
	last_at BIGINT NOT NULL DEFAULT 0,
	last_error TEXT NOT NULL DEFAULT ''
);
