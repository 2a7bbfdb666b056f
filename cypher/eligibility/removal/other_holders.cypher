// query: other_holders
// kind: removal
// parameters: person, position, as_of
// returns: person, name
//
// Active people beside the one in question who hold the position on the day.
MATCH (x:Position {id: $position})<-[h:HOLDS_POSITION]-(p:Person)-[r:ACTIVE_IN]->(:Roster)
WHERE ON_DAY(h) AND ON_DAY(r) AND p.id <> $person
RETURN p.id AS person, p.name AS name
ORDER BY person
