// query: person_privileges
// parameters: person, as_of
// returns: privilege, rule, cascades, role, unit, case_type, placement, since, until, source, load, granted_by, note, via
//
// The privileges that a person holds on the day, through which role (blank: granted to the account), and where. `via` is the row
// that puts the privilege into the role.
MATCH (p:Person {id: $person})-[h:HOLDS]->(r:Reach)-[:OF]->(q:Privilege)
WHERE ON_DAY(h)
RETURN q.id AS privilege, q.rule AS rule, q.cascades AS cascades, h.role AS role, r.unit AS unit, r.case_type AS case_type, h.placement AS placement, h.since AS since, h.until AS until, h.source AS source, h.load AS load, h.granted_by AS granted_by, h.note AS note, h.via AS via
ORDER BY rule, role, unit, case_type, placement
