-- The words of a petition after it was published: each change of them, dated, with all the words as they were from then on (JSON), so
-- that every version can be shown. number: 1 for the text as it was published, 0 for what does not stand (yet). state: "waiting" for
-- moderators, "standing", "refused", "dropped" by its authors. base: the number that its author had seen. looked_at: when moderators
-- looked at what needed no word of theirs, 0 while they have not.
-- telling: "running" while who has signed is written to, "late" while somebody may still confirm what they signed before, else "done".
-- told_to: the last signature for which a letter lies in the queue. Letters are counted by their own rows, below.
CREATE TABLE mobilisation_change (
	id TEXT PRIMARY KEY,
	petition_id TEXT NOT NULL REFERENCES mobilisation_petition (id),
	number BIGINT NOT NULL,
	kind TEXT NOT NULL,
	state TEXT NOT NULL,
	reason TEXT NOT NULL,
	words TEXT NOT NULL,
	base BIGINT NOT NULL,
	proposed_by TEXT NOT NULL,
	proposed_at BIGINT NOT NULL,
	decided_at BIGINT NOT NULL DEFAULT 0,
	looked_at BIGINT NOT NULL DEFAULT 0,
	telling TEXT NOT NULL DEFAULT 'done',
	told_to TEXT NOT NULL DEFAULT '',
	planned BIGINT NOT NULL DEFAULT 0,
	accepted BIGINT NOT NULL DEFAULT 0,
	lost BIGINT NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX mobilisation_change_number ON mobilisation_change (petition_id, number) WHERE number > 0;
CREATE UNIQUE INDEX mobilisation_change_waiting ON mobilisation_change (petition_id) WHERE state = 'waiting';
CREATE INDEX mobilisation_change_look ON mobilisation_change (decided_at) WHERE state = 'standing' AND looked_at = 0;
-- One row for each letter about a change, written before it leaves and again once the mail server has answered. state: "queued",
-- "accepted", "lost" (the address takes no mail, or the person is gone).
CREATE TABLE mobilisation_change_letter (
	change_id TEXT NOT NULL,
	signature_id TEXT NOT NULL,
	state TEXT NOT NULL,
	at BIGINT NOT NULL,
	PRIMARY KEY (change_id, signature_id)
);
