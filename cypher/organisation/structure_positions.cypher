// query: structure_positions
// parameters: unit, as_of
// returns: position_id, position_name, level, system, source, load
//
// The positions of one unit on the day, whether or not somebody holds them.
MATCH (x:Position)-[a:POSITION_AT]->(u:Unit {id: $unit})
WHERE ON_DAY(a)
RETURN x.id AS position_id, x.name AS position_name, a.level AS level, a.system AS system, a.source AS source, a.load AS load
ORDER BY position_id
