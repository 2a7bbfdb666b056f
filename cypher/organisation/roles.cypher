// query: roles
// returns: id, name
//
// Every role that was ever loaded.
MATCH (r:Role)
RETURN r.id AS id, r.name AS name
ORDER BY id
