// query: responsible_for
// parameters: person, as_of
// returns: link, cases
// rules: MEM-43
//
// The cases that a person is responsible for: assigned to, or listed in Other staff.
MATCH (c:CaseFile)-[r:ASSIGNED_TO|OTHER_STAFF]->(p:Person {id: $person})
WHERE ON_DAY(r)
RETURN type(r) AS link, collect(c.id) AS cases
ORDER BY link
