// query: positions
// returns: id, name
//
// Every position that was ever loaded, for near misses.
MATCH (x:Position)
RETURN x.id AS id, x.name AS name
ORDER BY id
