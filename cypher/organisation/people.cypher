// query: people
// returns: id, name, email, job_title
//
// Everybody that was ever loaded, for searching and for near misses.
MATCH (p:Person)
RETURN p.id AS id, p.name AS name, p.email AS email, p.job_title AS job_title
ORDER BY id
