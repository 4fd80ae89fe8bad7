SELECT rowid FROM words WHERE words MATCH ? ORDER BY rowid LIMIT ?
