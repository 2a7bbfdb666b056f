// query: structure_members
// parameters: unit, as_of
// returns: person, name, access, manager, admin_support, since, until, source, load
//
// The members of one unit on the day.
MATCH (p:Person)-[m:MEMBER_OF]->(u:Unit {id: $unit})
WHERE ON_DAY(m)
RETURN p.id AS person, p.name AS name, m.access AS access, m.manager AS manager, m.admin_support AS admin_support, m.since AS since, m.until AS until, m.source AS source, m.load AS load
ORDER BY person
