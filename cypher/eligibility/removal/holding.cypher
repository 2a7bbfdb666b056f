// query: holding
// kind: removal
// parameters: person, position, as_of
// returns: met, kind, system, covers, lending_by, borrowing_by, level, unit, unit_name, position_name, source
// rules: CMS-01
//
// The holding, and whether it is secondary access: a primary one is not, so it is not removed by this procedure.
MATCH (p:Person {id: $person})-[h:HOLDS_POSITION]->(x:Position {id: $position})-[a:POSITION_AT]->(u:Unit)
WHERE ON_DAY(h) AND ON_DAY(a) AND h.system = a.system
RETURN h.kind <> 'primary' AS met, h.kind AS kind, h.system AS system, h.covers AS covers, h.lending_by AS lending_by, h.borrowing_by AS borrowing_by, a.level AS level, u.id AS unit, u.name AS unit_name, x.name AS position_name, h.source AS source
