// query: pair
// parameters: person, case
// returns: person, person_name, case_id, case_name, caption, system, scheme
//
// The person and the case that a question names, null where one is unknown.
OPTIONAL MATCH (p:Person {id: $person})
OPTIONAL MATCH (c:CaseFile {id: $case})
RETURN p.id AS person, p.name AS person_name, c.id AS case_id, c.name AS case_name, c.caption AS caption, c.system AS system, c.scheme AS scheme
