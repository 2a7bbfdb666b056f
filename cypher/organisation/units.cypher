// query: units
// returns: id, name, kind, code, rank
//
// Every unit that was ever loaded.
MATCH (u:Unit)
RETURN u.id AS id, u.name AS name, u.kind AS kind, u.code AS code, u.rank AS rank
ORDER BY id
