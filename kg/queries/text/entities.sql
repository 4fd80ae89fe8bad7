SELECT id, iri, label, kind, rank FROM entity WHERE id IN (SELECT value FROM json_each(?))
