// query: case_work
// parameters: case, as_of
// returns: work, work_source, work_load, work_granted_by, work_note, place, position_id, position_name, position_source, position_load, unit, unit_name
//
// Open work of a case that lies on positions, with the unit of each position.
MATCH (c:CaseFile {id: $case})<-[k:FOR_CASE]-(w:WorkItem)-[o:OPEN_ON]->(x:Position)
WHERE ON_DAY(k) AND ON_DAY(o)
MATCH (x)-[a:POSITION_AT]->(u:Unit)
WHERE ON_DAY(a)
RETURN w.id AS work, k.source AS work_source, k.load AS work_load, k.granted_by AS work_granted_by, k.note AS work_note, 'position' AS place, x.id AS position_id, x.name AS position_name, a.source AS position_source, a.load AS position_load, u.id AS unit, u.name AS unit_name
ORDER BY work
