// query: place
// kind: reassign
// parameters: work, as_of
// returns: work, case_id, system, scheme, place, position_id, position_name, unit, unit_name, unit_kind, source
//
// Where a piece of open work lies: in a hopper, or in the unit of its position. Null unit: it is not open that day.
MATCH (w:WorkItem {id: $work})
OPTIONAL MATCH (w)-[k:FOR_CASE]->(c:CaseFile)
WHERE ON_DAY(k)
OPTIONAL MATCH (w)-[o:OPEN_ON|IN_HOPPER]->(x)
WHERE ON_DAY(o)
OPTIONAL MATCH (x)-[a:POSITION_AT]->(v:Unit)
WHERE ON_DAY(a)
OPTIONAL MATCH (u:Unit {id: coalesce(v.id, x.id)})
RETURN w.id AS work, c.id AS case_id, c.system AS system, c.scheme AS scheme, type(o) AS place, x.id AS position_id, x.name AS position_name, u.id AS unit, u.name AS unit_name, u.kind AS unit_kind, o.source AS source
