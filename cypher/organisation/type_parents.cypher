// query: type_parents
// parameters: types, as_of
// returns: child, child_name, parent, parent_name, source, load
//
// The same for case types.
UNWIND $types AS one
MATCH (u:CaseType {id: one})-[w:WITHIN]->(x:CaseType)
WHERE ON_DAY(w)
MATCH (x)-[r:PART_OF]->(y:CaseType)
WHERE ON_DAY(r)
RETURN DISTINCT x.id AS child, x.name AS child_name, y.id AS parent, y.name AS parent_name, r.source AS source, r.load AS load
