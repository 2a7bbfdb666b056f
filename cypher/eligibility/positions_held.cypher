// query: positions_held
// parameters: person, system, as_of
// returns: position_id, position_name, kind, level, unit, unit_name, source
//
// The positions of one system that a person holds on the day, with level and unit.
MATCH (p:Person {id: $person})-[h:HOLDS_POSITION]->(x:Position)-[a:POSITION_AT]->(u:Unit)
WHERE ON_DAY(h) AND ON_DAY(a) AND h.system = $system AND a.system = $system
RETURN x.id AS position_id, x.name AS position_name, h.kind AS kind, a.level AS level, u.id AS unit, u.name AS unit_name, h.source AS source
ORDER BY position_id
