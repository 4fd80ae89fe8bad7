SELECT entity FROM name WHERE folded = ? ORDER BY entity LIMIT ?
