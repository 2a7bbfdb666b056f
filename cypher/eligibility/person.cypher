// query: person
// parameters: person, as_of
// returns: id, name, active, cleared, source
// rules: MEM-11
//
// A person, and whether the account is active and the person cleared on the day; nobody without a row is either.
MATCH (p:Person {id: $person})
OPTIONAL MATCH (p)-[r:LISTED_IN]->(:Roster)
WHERE ON_DAY(r)
RETURN p.id AS id, p.name AS name, coalesce(r.active, false) AS active, coalesce(r.cleared, false) AS cleared, coalesce(r.source, '') AS source
