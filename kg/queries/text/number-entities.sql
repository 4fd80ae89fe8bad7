-- An entity of several classes is called by the narrowest and ranked by the one that people look for first. It is shown
-- by its English label if it has one, and within a rank short labels come first.
INSERT INTO entity (iri, label, kind, rank)
    SELECT iri, text, substr(narrowest, 5), rank FROM (
        SELECT iri, text, min(printf('%d %06d %s', language NOT IN ('en', ''), length(text), text))
            FROM said WHERE field = 'label' GROUP BY iri)
    JOIN (SELECT iri, min(printf('%03d %s', 999 - depth, kind)) AS narrowest, min(rank) AS rank
            FROM classed GROUP BY iri) USING (iri)
    ORDER BY rank, length(text), text, iri
