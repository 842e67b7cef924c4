-- Who works on a mobilisation: owners, who may do all, and editors. Whoever proposed one is its first owner; who speaks for the
-- organisation that carries it may do what an owner may, and has no row. Their names and addresses are those of the account.
CREATE TABLE mobilisation_member (
	petition_id TEXT NOT NULL REFERENCES mobilisation_petition (id),
	person_id TEXT NOT NULL,
	role TEXT NOT NULL,
	since BIGINT NOT NULL,
	PRIMARY KEY (petition_id, person_id)
);
CREATE INDEX mobilisation_member_person ON mobilisation_member (person_id, petition_id);
INSERT INTO mobilisation_member (petition_id, person_id, role, since)
SELECT id, author_id, 'owner', created_at
FROM mobilisation_petition
WHERE author_id <> '';
-- Who is invited into a team, until they answer. address: blind index; sealed: the address. state: "waiting", "refused". What was accepted
-- or withdrawn is deleted at once, the rest a month after its end. invited_by is empty once that account is gone.
CREATE TABLE mobilisation_invitation (
	id TEXT PRIMARY KEY,
	petition_id TEXT NOT NULL REFERENCES mobilisation_petition (id),
	address BYTEA NOT NULL,
	sealed BYTEA NOT NULL,
	role TEXT NOT NULL,
	lang TEXT NOT NULL,
	state TEXT NOT NULL,
	invited_by TEXT NOT NULL,
	mails BIGINT NOT NULL,
	sent_at BIGINT NOT NULL,
	created_at BIGINT NOT NULL,
	UNIQUE (petition_id, address)
);
CREATE INDEX mobilisation_invitation_address ON mobilisation_invitation (address);
CREATE INDEX mobilisation_invitation_sent ON mobilisation_invitation (sent_at);
