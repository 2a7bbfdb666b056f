// query: held_privileges
// parameters: as_of
// returns: person, name, privilege, rule, role, unit, case_type, placement, source
//
// Which privileges each person holds on the day, through which role (blank: granted to the account), and where.
MATCH (p:Person)-[h:HOLDS]->(r:Reach)-[:OF]->(q:Privilege)
WHERE ON_DAY(h)
RETURN p.id AS person, p.name AS name, q.id AS privilege, q.rule AS rule, h.role AS role, r.unit AS unit, r.case_type AS case_type, h.placement AS placement, h.source AS source
ORDER BY person, rule, role, unit, case_type, placement
