// query: line_managers
// parameters: people, as_of
// returns: person, name, of, source
// rules: CMS-27
//
// The active line managers of some people.
UNWIND $people AS one
MATCH (q:Person {id: one})-[m:MANAGED_BY]->(p:Person)-[r:ACTIVE_IN]->(:Roster)
WHERE ON_DAY(m) AND ON_DAY(r)
RETURN p.id AS person, p.name AS name, q.id AS of, m.source AS source
ORDER BY person, of
