SELECT entity, field, text, language FROM entry WHERE entity IN (SELECT value FROM json_each(?))
    ORDER BY entity, place
