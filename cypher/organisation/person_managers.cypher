// query: person_managers
// parameters: person, as_of
// returns: manager, name, since, until, source, load, granted_by, note
//
// The manager of a person on the day.
MATCH (p:Person {id: $person})-[r:MANAGED_BY]->(q:Person)
WHERE ON_DAY(r)
RETURN q.id AS manager, q.name AS name, r.since AS since, r.until AS until, r.source AS source, r.load AS load, r.granted_by AS granted_by, r.note AS note
ORDER BY manager
