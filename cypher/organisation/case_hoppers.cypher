// query: case_hoppers
// parameters: case, as_of
// returns: work, work_source, work_load, work_granted_by, work_note, unit, unit_name
//
// Open work of a case that lies in hoppers.
MATCH (c:CaseFile {id: $case})<-[k:FOR_CASE]-(w:WorkItem)-[o:IN_HOPPER]->(u:Unit)
WHERE ON_DAY(k) AND ON_DAY(o)
RETURN w.id AS work, k.source AS work_source, k.load AS work_load, k.granted_by AS work_granted_by, k.note AS work_note, u.id AS unit, u.name AS unit_name
ORDER BY work
