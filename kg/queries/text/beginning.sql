SELECT entity FROM name WHERE folded > ? AND folded < ? LIMIT ?
