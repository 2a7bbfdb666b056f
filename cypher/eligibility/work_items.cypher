// query: work_items
// returns: id, name
//
// Every piece of work that was ever loaded, for near misses.
MATCH (w:WorkItem)
RETURN w.id AS id, w.name AS name
ORDER BY id
