// query: cases
// returns: id, name, caption, system
//
// Every case that was ever loaded, for searching and for near misses.
MATCH (c:CaseFile)
RETURN c.id AS id, c.name AS name, c.caption AS caption, c.system AS system
ORDER BY id
