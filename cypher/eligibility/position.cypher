// query: position
// parameters: positions, as_of
// returns: id, name, system, level, unit, unit_name, source
//
// Positions as they stand on the day: system, level, unit; null where the position is known and not there that day.
UNWIND $positions AS one
MATCH (x:Position {id: one})
OPTIONAL MATCH (x)-[a:POSITION_AT]->(u:Unit)
WHERE ON_DAY(a)
RETURN x.id AS id, x.name AS name, a.system AS system, a.level AS level, u.id AS unit, u.name AS unit_name, a.source AS source
