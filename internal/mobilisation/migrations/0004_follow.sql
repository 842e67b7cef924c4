-- What the pages of who organises read: sums by day and by place, kept by the same fold that keeps the counts by hour and place.
-- day: days since 1970 in the time zone of the site.
CREATE TABLE mobilisation_day (
	petition_id TEXT NOT NULL,
	day BIGINT NOT NULL,
	n BIGINT NOT NULL,
	PRIMARY KEY (petition_id, day)
);
INSERT INTO mobilisation_day (petition_id, day, n)
SELECT petition_id, hour / 24, SUM(n)
FROM mobilisation_count
GROUP BY petition_id, hour / 24;
CREATE TABLE mobilisation_place (
	petition_id TEXT NOT NULL,
	country TEXT NOT NULL,
	commune TEXT NOT NULL,
	n BIGINT NOT NULL,
	PRIMARY KEY (petition_id, country, commune)
);
INSERT INTO mobilisation_place (petition_id, country, commune, n)
SELECT petition_id, country, commune, SUM(n)
FROM mobilisation_count
GROUP BY petition_id, country, commune;
-- What was handed over to whom, and what they said.
CREATE TABLE mobilisation_delivery (
	id TEXT PRIMARY KEY,
	petition_id TEXT NOT NULL REFERENCES mobilisation_petition (id),
	day BIGINT NOT NULL,
	n BIGINT NOT NULL,
	lang TEXT NOT NULL,
	recipient TEXT NOT NULL,
	reply TEXT NOT NULL,
	created_at BIGINT NOT NULL
);
CREATE INDEX mobilisation_delivery_petition ON mobilisation_delivery (petition_id, day);
