// query: parents
// parameters: units, as_of
// returns: child, child_name, parent, parent_name, source, load
//
// Every step from some units up to the root, as the rows that say so: a closure is shown by these.
UNWIND $units AS one
MATCH (u:Unit {id: one})-[w:WITHIN]->(x:Unit)
WHERE ON_DAY(w)
MATCH (x)-[r:PART_OF]->(y:Unit)
WHERE ON_DAY(r)
RETURN DISTINCT x.id AS child, x.name AS child_name, y.id AS parent, y.name AS parent_name, r.source AS source, r.load AS load
