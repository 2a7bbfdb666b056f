// query: case_people
// parameters: case, as_of
// returns: link, person, name, source, load
//
// Everybody whom a case names, with the link.
MATCH (c:CaseFile {id: $case})-[r:ASSIGNED_TO|OTHER_STAFF|CREATED_BY|SUPERVISOR|CLIENT|OWNER|DRAFTER|ADVISER|CONTRIBUTOR|QA_RECIPIENT|TASK_HOLDER|WATCHER]->(p:Person)
WHERE ON_DAY(r)
RETURN type(r) AS link, p.id AS person, p.name AS name, r.source AS source, r.load AS load
ORDER BY link, person
