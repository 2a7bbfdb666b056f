// query: structure_parents
// parameters: as_of
// returns: unit, parent, since, until, source, load
//
// The unit above each unit on the day, as the row that says so.
MATCH (u:Unit)-[r:PART_OF]->(x:Unit)
WHERE ON_DAY(r)
RETURN u.id AS unit, x.id AS parent, r.since AS since, r.until AS until, r.source AS source, r.load AS load
ORDER BY unit
