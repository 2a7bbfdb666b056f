// query: structure_units
// parameters: as_of
// returns: id, name, kind, code, rank
//
// Every unit that stands on the day: units without a row for it are left out.
MATCH (u:Unit)-[w:WITHIN]->(x:Unit)
WHERE ON_DAY(w) AND x.id = u.id AND u.id <> ''
RETURN u.id AS id, u.name AS name, u.kind AS kind, u.code AS code, u.rank AS rank
ORDER BY id
