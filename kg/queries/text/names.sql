INSERT INTO name SELECT DISTINCT folded, entity FROM named ORDER BY folded, entity
