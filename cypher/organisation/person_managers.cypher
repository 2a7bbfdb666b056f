// query: person_managers
// parameters: person, as_of
// returns: manager, name, since, until, source, load
// valid: r
//
// The manager of a person on the day.
MATCH (p:Person {id: $person})-[r:MANAGED_BY]->(q:Person)
RETURN q.id AS manager, q.name AS name, r.since AS since, r.until AS until, r.source AS source, r.load AS load
ORDER BY manager
