// query: person
// parameters: person
// returns: id, name, email, job_title
//
// One person.
MATCH (p:Person {id: $person})
RETURN p.id AS id, p.name AS name, p.email AS email, p.job_title AS job_title
