PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -65536;
CREATE TABLE entity (id INTEGER PRIMARY KEY, iri TEXT NOT NULL, label TEXT NOT NULL, kind TEXT NOT NULL,
    rank INTEGER NOT NULL);
CREATE TABLE entry (entity INTEGER NOT NULL, place INTEGER NOT NULL, field TEXT NOT NULL, language TEXT NOT NULL,
    text TEXT NOT NULL, PRIMARY KEY (entity, place)) WITHOUT ROWID;
CREATE TABLE name (folded TEXT NOT NULL, entity INTEGER NOT NULL, PRIMARY KEY (folded, entity)) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5 (name, code, related, body, content = '', prefix = '1 2 3 4 5 6',
    tokenize = "unicode61 remove_diacritics 0");
CREATE VIRTUAL TABLE stems USING fts5 (name, code, related, body, content = '',
    tokenize = "unicode61 remove_diacritics 0");
CREATE TEMP TABLE classed (iri TEXT, kind TEXT, depth INTEGER, rank INTEGER);
CREATE TEMP TABLE said (iri TEXT, field TEXT, language TEXT, text TEXT);
CREATE TEMP TABLE named (folded TEXT, entity INTEGER);
-- Words are gathered in memory, 32 MB at a time, before they are written.
INSERT INTO words (words, rank) VALUES ('hashsize', 33554432);
INSERT INTO stems (stems, rank) VALUES ('hashsize', 33554432);
