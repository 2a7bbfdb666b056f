// query: person_memberships
// parameters: person, as_of
// returns: unit, name, kind, access, manager, admin_support, place, since, until, source, load, granted_by, note
//
// The memberships of a person on the day; `place` is the order in the person's list, null where it is not given.
MATCH (p:Person {id: $person})-[m:MEMBER_OF]->(u:Unit)
WHERE ON_DAY(m)
RETURN u.id AS unit, u.name AS name, u.kind AS kind, m.access AS access, m.manager AS manager, m.admin_support AS admin_support, m.position AS place, m.since AS since, m.until AS until, m.source AS source, m.load AS load, m.granted_by AS granted_by, m.note AS note
ORDER BY unit
