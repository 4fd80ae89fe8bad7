SELECT rowid FROM stems WHERE stems MATCH ? ORDER BY rowid LIMIT ?
