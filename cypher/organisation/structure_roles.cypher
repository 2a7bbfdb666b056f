// query: structure_roles
// parameters: unit, as_of
// returns: person, name, role, case_type, placement, since, until, source, load
//
// The roles that people have at one unit on the day.
MATCH (p:Person)-[s:HAS_ASSIGNMENT]->(g:Scope)
WHERE ON_DAY(s) AND g.unit = $unit
RETURN p.id AS person, p.name AS name, s.role AS role, g.case_type AS case_type, s.placement AS placement, s.since AS since, s.until AS until, s.source AS source, s.load AS load
ORDER BY person, role
