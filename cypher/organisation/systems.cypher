// query: systems
// returns: id, name, scheme
//
// The installations and the scheme of each.
MATCH (s:System)
RETURN s.id AS id, s.name AS name, s.scheme AS scheme
ORDER BY id
