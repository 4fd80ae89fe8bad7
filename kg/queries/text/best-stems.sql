-- A word in a name or code weighs most, one in a sentence least.
SELECT rowid FROM stems WHERE stems MATCH ? ORDER BY bm25(stems, 10.0, 10.0, 2.0, 1.0), rowid LIMIT ?
