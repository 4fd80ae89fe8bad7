SELECT DISTINCT entity.id, iif(field = 'label', 'name', field), language, text FROM said JOIN entity USING (iri)
    ORDER BY 1, field, text, language
