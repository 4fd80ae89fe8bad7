SELECT (SELECT count(*) FROM entity), (SELECT count(*) FROM words_docsize)
