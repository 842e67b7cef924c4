-- Who signed until now did so under a sentence that said: your names and postal code are handed to the addressees. It is now a box of its
-- own, so the bit of that box holds for them: 1 public name, 2 letters, 4 under 15 (then none other), 8 the list that is handed over.
UPDATE mobilisation_signature
SET consents = consents + 8
WHERE consents < 4 AND LENGTH(sealed) > 0;
-- Who agreed to be named, on the page or on the list: by place, in which order lists are printed.
CREATE INDEX mobilisation_signature_agreed ON mobilisation_signature (petition_id, country, commune, id)
WHERE state = 1 AND (consents % 2 = 1 OR consents >= 8);
-- A delivery may be corrected and removed, and answered later; each is dated.
ALTER TABLE mobilisation_delivery ADD COLUMN edited_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE mobilisation_delivery ADD COLUMN replied_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE mobilisation_delivery ADD COLUMN removed_at BIGINT NOT NULL DEFAULT 0;
-- Each time that names left the site: who took them, in which form ("csv", "list"), how many.
CREATE TABLE mobilisation_handout (
	id TEXT PRIMARY KEY,
	petition_id TEXT NOT NULL REFERENCES mobilisation_petition (id),
	form TEXT NOT NULL,
	taken_by TEXT NOT NULL,
	n BIGINT NOT NULL,
	at BIGINT NOT NULL
);
CREATE INDEX mobilisation_handout_petition ON mobilisation_handout (petition_id, at);
