// query: person_roles
// parameters: person, as_of
// returns: role, unit, case_type, placement, since, until, source, load, granted_by, note
//
// The roles assigned to a person on the day: unit and case type blank for everywhere and all.
MATCH (p:Person {id: $person})-[r:HAS_ASSIGNMENT]->(s:Scope)
WHERE ON_DAY(r)
RETURN r.role AS role, s.unit AS unit, s.case_type AS case_type, r.placement AS placement, r.since AS since, r.until AS until, r.source AS source, r.load AS load, r.granted_by AS granted_by, r.note AS note
ORDER BY role, unit, case_type, placement
