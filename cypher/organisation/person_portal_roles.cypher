// query: person_portal_roles
// parameters: person, as_of
// returns: role, system, unit, name, kind, since, until, source, load, granted_by, note
//
// The portal roles of a person on the day, with the unit (blank where the role names none).
MATCH (p:Person {id: $person})-[r:ACTS_AT]->(u:Unit)
WHERE ON_DAY(r)
RETURN r.role AS role, r.system AS system, u.id AS unit, u.name AS name, r.unit_kind AS kind, r.since AS since, r.until AS until, r.source AS source, r.load AS load, r.granted_by AS granted_by, r.note AS note
ORDER BY system, role, unit
