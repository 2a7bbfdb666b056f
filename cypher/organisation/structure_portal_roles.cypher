// query: structure_portal_roles
// parameters: unit, as_of
// returns: person, name, role, system, since, until, source, load
//
// The portal roles at one unit on the day.
MATCH (p:Person)-[r:ACTS_AT]->(u:Unit {id: $unit})
WHERE ON_DAY(r)
RETURN p.id AS person, p.name AS name, r.role AS role, r.system AS system, r.since AS since, r.until AS until, r.source AS source, r.load AS load
ORDER BY person, role
