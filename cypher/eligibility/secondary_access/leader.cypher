// query: leader
// kind: secondary-access
// parameters: person, system, as_of
// returns: met, position_id, position_name, level, unit, unit_name, source
// rules: CMS-08
//
// Absence related: is the primary position that of a team leader or segment manager? No row: no primary position.
MATCH (p:Person {id: $person})-[h:HOLDS_POSITION]->(x:Position)-[a:POSITION_AT]->(u:Unit)
WHERE ON_DAY(h) AND ON_DAY(a) AND h.kind = 'primary' AND h.system = $system AND a.system = $system
RETURN a.level IN ['team_leader', 'segment_manager'] AS met, x.id AS position_id, x.name AS position_name, a.level AS level, u.id AS unit, u.name AS unit_name, h.source AS source
