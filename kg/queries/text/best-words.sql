-- A word in a name or code weighs most, one in a sentence least.
SELECT rowid FROM words WHERE words MATCH ? ORDER BY bm25(words, 10.0, 10.0, 2.0, 1.0), rowid LIMIT ?
