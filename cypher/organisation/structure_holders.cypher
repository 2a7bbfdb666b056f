// query: structure_holders
// parameters: unit, as_of
// returns: position_id, person, name, kind, since, until, source, load
//
// Who holds the positions of one unit on the day.
MATCH (x:Position)-[a:POSITION_AT]->(u:Unit {id: $unit})
WHERE ON_DAY(a)
MATCH (p:Person)-[h:HOLDS_POSITION]->(x)
WHERE ON_DAY(h)
RETURN x.id AS position_id, p.id AS person, p.name AS name, h.kind AS kind, h.since AS since, h.until AS until, h.source AS source, h.load AS load
ORDER BY position_id, person
