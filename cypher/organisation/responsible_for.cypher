// query: responsible_for
// parameters: person, as_of
// returns: link, cases
// rules: MEM-43
// valid: r
//
// The cases that a person is responsible for: assigned to, or listed in Other staff.
MATCH (c:CaseFile)-[r:ASSIGNED_TO|OTHER_STAFF]->(p:Person {id: $person})
RETURN type(r) AS link, collect(c.id) AS cases
ORDER BY link
