-- What can be found. All of it is made from the rooms' own tables, and can be made anew at any time.
-- number: milliseconds since 1970 of the publication, times 16, so that the order of numbers is the order of time.
-- spots: where the document stands in search_spot, one a line, so that it can be taken out again.
CREATE TABLE search_document (
	number BIGINT PRIMARY KEY,
	kind TEXT NOT NULL,
	subject TEXT NOT NULL,
	path TEXT NOT NULL,
	spots TEXT NOT NULL
);
CREATE UNIQUE INDEX search_document_subject ON search_document (kind, subject);
-- The words of a document, folded, each once. The index of full text over them is made by search when it starts.
CREATE TABLE search_word (
	number BIGINT PRIMARY KEY,
	words TEXT NOT NULL
);
-- Lists of documents. scope: kind, theme and list; cell: the place on the globe, 0 in lists without places.
CREATE TABLE search_spot (
	scope TEXT NOT NULL,
	cell BIGINT NOT NULL,
	number BIGINT NOT NULL,
	PRIMARY KEY (scope, cell, number)
);
-- The places at which a scope has n documents: near looks through places, however many documents stand at one.
CREATE TABLE search_point (
	scope TEXT NOT NULL,
	cell BIGINT NOT NULL,
	n BIGINT NOT NULL,
	PRIMARY KEY (scope, cell)
);
-- Of which shape the index is: another version of the program makes it anew.
CREATE TABLE search_state (
	name TEXT PRIMARY KEY,
	value TEXT NOT NULL
);
